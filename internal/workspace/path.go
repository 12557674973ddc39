package workspace

import (
	"errors"
	"io/fs"
	"path/filepath"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// sayable says why name cannot be the path of a file of the workspace in a plan.
func sayable(name string) error {
	clean, err := load.CleanPath(name)
	switch {
	case err != nil:
		return err
	case clean != name:
		return &load.PathError{Path: name, Problem: "has parts that say nothing"}
	case !utf8.ValidString(name):
		return &load.PathError{Path: name, Problem: "is no UTF-8"}
	case !filepath.IsLocal(filepath.FromSlash(name)):
		return &load.PathError{Path: name, Problem: "means something else on this system"}
	}
	return nil
}

var errLeadsOut = errors.New("leads out of the workspace")

// leadsOut says whether err is that of a path or a link that leads out of the workspace.
// Package os has no name for what an os.Root says then.
func leadsOut(err error) bool {
	var p *fs.PathError
	return errors.Is(err, errLeadsOut) || errors.As(err, &p) && p.Err.Error() == "path escapes from parent"
}

// withoutPath is err without what was done to which path: the issue says that in the
// words of the plan.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// kind is what a name is that is no file.
func kind(m fs.FileMode) string {
	switch {
	case m.IsRegular():
		return "a file"
	case m.IsDir():
		return "a folder"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}
