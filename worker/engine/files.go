package engine

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/send"
)

// files are the files of a job, by the path that the plan gives them. They lie in one
// folder under their digests.
type files struct {
	dir    string
	byPath map[string]load.File
	globs  []string // of what bodies may read

	mu   sync.Mutex // guards open and the counts in it
	open map[string]*bodyFile
}

// bodyFile is a file that bodies read, open as long as somebody does. It is read at
// offsets, so all share one descriptor.
type bodyFile struct {
	file  *os.File
	size  int64
	path  string
	users int
}

func newFiles(list []load.File, dir string, globs []string) *files {
	f := &files{dir: dir, byPath: make(map[string]load.File, len(list)), globs: globs, open: make(map[string]*bodyFile)}
	for _, file := range list {
		f.byPath[file.Path] = file
	}
	return f
}

// locate is where a file of the job lies.
func (f *files) locate(name string) (string, error) {
	file, ok := f.byPath[name]
	switch {
	case !ok:
		return "", fmt.Errorf("file %q did not come with the run", name)
	case f.dir == "":
		return "", fmt.Errorf("file %q: this worker keeps no files", name)
	}
	if err := load.CheckDigest(file.SHA256); err != nil {
		return "", fmt.Errorf("file %q: %w", name, err)
	}
	return filepath.Join(f.dir, file.SHA256), nil
}

// maxCertificate bounds a file of certificates or a key, in bytes.
const maxCertificate = 4 << 20

// read is the content of a small file: a certificate or a key.
func (f *files) read(name string) ([]byte, error) {
	path, err := f.locate(name)
	if err != nil {
		return nil, err
	}
	if size := f.byPath[name].Size; size > maxCertificate {
		return nil, fmt.Errorf("file %q has %d bytes: a file of certificates may have %d", name, size, maxCertificate)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read file %q: %w", name, withoutPath(err))
	}
	return text, nil
}

// body opens a file for a body; call release when the exchange is over. A name that is
// not among those that bodies may read is a *plan.ExpandError.
func (f *files) body(name []byte) (*bodyFile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, ok := f.open[string(name)]
	if ok {
		b.users++
		return b, nil
	}
	path := string(name)
	if _, known := f.byPath[path]; !known || !f.readable(path) {
		return nil, &plan.ExpandError{Class: load.ClassTemplate, Message: fmt.Sprintf("body file %q is not among the files of the plan", load.Clip(path, 200))}
	}
	at, err := f.locate(path)
	if err != nil {
		return nil, &plan.ExpandError{Class: load.ClassLocalOther, Message: err.Error()}
	}
	file, err := os.Open(at)
	if err != nil {
		return nil, &plan.ExpandError{Class: localClass(err), Message: fmt.Sprintf("open body file %q: %v", path, withoutPath(err))}
	}
	b = &bodyFile{file: file, size: f.byPath[path].Size, path: path, users: 1}
	f.open[path] = b
	return b, nil
}

// readable says whether bodies may read a file: certificates and data files travel the
// same way, and no template may reach a private key.
func (f *files) readable(path string) bool {
	for _, g := range f.globs {
		if load.MatchGlob(g, path) {
			return true
		}
	}
	return false
}

// release ends one use of b.
func (f *files) release(b *bodyFile) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if b.users--; b.users == 0 {
		delete(f.open, b.path)
		b.file.Close() // was only read
	}
}

// part is b as a part of a body.
func (b *bodyFile) part() send.BodyPart {
	return send.BodyPart{File: io.ReaderAt(b.file), Size: b.size}
}

// localClass is the class of a file that cannot be opened.
func localClass(err error) load.Class {
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return load.ClassLocalFD
	}
	return load.ClassLocalOther
}

// withoutPath is err without the path of this machine, which says nothing to others.
func withoutPath(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
