package workspace

import "io/fs"

// Bounds of what a workspace remembers.
const (
	maxKnown  = 200_000 // digests
	maxTables = 200
)

// identity is a content as far as its folder entry tells.
type identity struct {
	path    string
	size    int64
	mtime   int64 // ns
	changed int64 // when the entry was last changed, in ns; 0 where the system does not say
	inode   uint64
}

func identify(name string, info fs.FileInfo) identity {
	i := identity{path: name, size: info.Size(), mtime: info.ModTime().UnixNano()}
	i.inode, i.changed = entryOf(info)
	return i
}

// digest is that of a file, if it was hashed before and has not changed since.
func (w *Workspace) digest(i identity) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.digests[i]
}

func (w *Workspace) rememberDigest(i identity, digest string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	remember(w.digests, maxKnown, i, digest)
}

func (w *Workspace) table(key tableKey) (table, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, known := w.tables[key]
	return t, known
}

func (w *Workspace) rememberTable(key tableKey, t table) {
	w.mu.Lock()
	defer w.mu.Unlock()
	remember(w.tables, maxTables, key, t)
}

// remember sets an entry of m. Where there are too many, any are dropped: it saves time,
// no more.
func remember[K comparable, V any](m map[K]V, most int, key K, value V) {
	for old := range m {
		if len(m) < most {
			break
		}
		delete(m, old)
	}
	m[key] = value
}
