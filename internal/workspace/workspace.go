// Package workspace finds out which files a plan means, and reads nothing else: the
// paths of a plan are relative to its workspace, and neither a path nor a link leads
// out of it.
package workspace

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// plans is the folder by which a workspace is known.
const plans = "plans"

// Find is the workspace of a plan: the nearest parent folder with a plans folder that
// contains the plan, else the plan's own folder. It is absolute. The plan itself need
// not be there.
func Find(planFile string) (dir string, err error) {
	file, err := filepath.Abs(planFile)
	if err != nil {
		return "", fmt.Errorf("find the workspace of %s: %w", planFile, err)
	}
	own := filepath.Dir(file)
	for dir := own; ; {
		parent := filepath.Dir(dir)
		if parent == dir {
			return own, nil
		}
		if filepath.Base(dir) == plans {
			return parent, nil
		}
		dir = parent
	}
}

// Workspace is one folder, opened. Its methods may be called from any goroutine; other
// processes (an editor, git) may change files at any time.
type Workspace struct {
	dir     string
	root    *os.Root // no path, link or not, leads out of it
	private []string

	mu      sync.Mutex // of what it remembers, so that nothing is read again for each run
	digests map[identity]string
	tables  map[tableKey]table
}

// Open opens the workspace in dir, which must be there. private are files and folders directly in
// it that are never read, whatever link leads there: names, or patterns as of path.Match.
func Open(dir string, private ...string) (*Workspace, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the workspace: %w", err)
	}
	return &Workspace{dir: dir, root: root, private: private, digests: map[identity]string{}, tables: map[tableKey]table{}}, nil
}

// Dir is the folder as it was given to Open.
func (w *Workspace) Dir() string { return w.dir }

// Close ends the use of the workspace and of all Files of it.
func (w *Workspace) Close() error { return w.root.Close() }
