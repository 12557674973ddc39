package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// errNotRegular is a name that is there but is no file: a folder, a pipe, a device.
var errNotRegular = errors.New("is not a file")

// open opens the regular file name of the workspace for reading. Nothing else is
// opened: a pipe would block, and a device may act on it.
func (w *Workspace) open(name string) (*os.File, fs.FileInfo, error) {
	info, err := w.root.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s %w", name, errNotRegular)
	}
	f, err := w.root.OpenFile(name, os.O_RDONLY|doNotWait, 0)
	if err != nil {
		return nil, nil, err
	}
	// Somebody may have put something else there between the two.
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s %w", name, errNotRegular)
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}
