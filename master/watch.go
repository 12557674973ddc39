package master

import (
	"context"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of watching the workspace.
const (
	watchEvery = time.Second
	// watchShare: a look that takes long is followed by a pause of so many times as long.
	watchShare = 20
	// maxWatchKeys: of more changes at once only the lists are told.
	maxWatchKeys = 50
)

// watchWorkspace looks for changes of the workspace's files until ctx ends, whoever made
// them, and tells those who show the files what to ask for again: "plans", "plans/NAME",
// "environments", "environments/NAME", "scripts", "lua-api", "files". While somebody asks for it, it
// looks once a second, and at once after a save through the API. Both functions are called
// from this goroutine.
func (m *Master) watchWorkspace(ctx context.Context, asked func() bool, tell func(keys []string)) {
	saved, leave := m.editing.join()
	defer leave()
	var last view // nil: nobody has asked
	for {
		began := time.Now()
		if asked() {
			now, whole := m.look(ctx)
			if !whole {
				return // ctx has ended
			}
			switch keys := changes(last, now); {
			case last == nil:
				// What changed between a page's question and this first look is seen by nobody.
				tell([]string{"plans", "environments", "scripts", "files"})
			case len(keys) > 0:
				tell(keys)
			}
			last = now
		} else {
			last = nil
		}
		pause := time.NewTimer(max(watchEvery, watchShare*time.Since(began)))
		select {
		case <-pause.C:
		case <-saved:
			pause.Stop()
		case <-ctx.Done():
			pause.Stop()
			return
		}
	}
}

// stamp is what changes when a file does.
type stamp struct {
	size     int64
	modified time.Time
}

// view is the stamps of all files, by folder and path.
type view map[string]map[string]stamp

// look is the workspace as it is now; whole: ctx has not ended meanwhile.
func (m *Master) look(ctx context.Context) (v view, whole bool) {
	v = view{}
	for folder, files := range m.editing.watched {
		v[folder] = map[string]stamp{}
		list, _, err := files.List()
		if err != nil {
			continue // as if it were empty; whoever asks for the list is told why
		}
		for _, e := range list {
			flat := folder == plansFolder || folder == environmentsFolder
			if !flat || !strings.Contains(e.Path, "/") {
				v[folder][e.Path] = stamp{e.Size, e.Modified}
			}
		}
		if ctx.Err() != nil {
			return v, false
		}
	}
	return v, true
}

// changes are the keys of what differs.
func changes(before, now view) (keys []string) {
	add := func(list, prefix, ending string, folder string) bool {
		changed := changed(before[folder], now[folder])
		if len(changed) == 0 {
			return false
		}
		keys = append(keys, list)
		if prefix != "" && len(changed) <= maxWatchKeys {
			for _, path := range changed {
				keys = append(keys, prefix+strings.TrimSuffix(path, ending))
			}
		}
		return true
	}
	plans := add("plans", "plans/", ".yaml", plansFolder)
	add("environments", "environments/", ".yaml", environmentsFolder)
	scripts := add("scripts", "", "", load.ScriptsFolder)
	add("files", "", "", dataFolder)
	if scripts {
		keys = append(keys, "lua-api")
	}
	if scripts && !plans {
		keys = append(keys, "plans") // what is wrong with them may be another matter now
	}
	return keys
}

// changed are the paths of files that are new, gone or not what they were.
func changed(before, now map[string]stamp) (paths []string) {
	for path, s := range now {
		if was, ok := before[path]; !ok || was.size != s.size || !was.modified.Equal(s.modified) {
			paths = append(paths, path)
		}
	}
	for path := range before {
		if _, ok := now[path]; !ok {
			paths = append(paths, path)
		}
	}
	return paths
}

// join asks for a signal after each save; leave ends that.
func (e *editing) join() (saved <-chan struct{}, leave func()) {
	c := make(chan struct{}, 1)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.watchers[c] = true
	return c, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.watchers, c)
	}
}

// touch tells those who watch that something was saved. It never blocks.
func (e *editing) touch() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for c := range e.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
