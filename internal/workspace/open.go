package workspace

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// open opens the regular file name of the workspace for reading. Nothing else is
// opened: a pipe would block, and a device may act on it.
func (w *Workspace) open(name string) (*os.File, fs.FileInfo, error) {
	info, err := w.root.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, notThat(name, "a file", info)
	}
	return w.openNow(name, fs.FileMode.IsRegular, "a file")
}

// openFolder opens the folder name of the workspace.
func (w *Workspace) openFolder(name string) (*os.File, fs.FileInfo, error) {
	return w.openNow(name, fs.FileMode.IsDir, "a folder")
}

// openNow opens name and looks at what it has got: somebody may have put something else
// there since.
func (w *Workspace) openNow(name string, is func(fs.FileMode) bool, what string) (*os.File, fs.FileInfo, error) {
	if err := w.allow(name); err != nil {
		return nil, nil, err
	}
	f, err := w.root.OpenFile(name, os.O_RDONLY|doNotWait, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !is(info.Mode()) {
		err = notThat(name, what, info)
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}

func notThat(name, what string, info fs.FileInfo) error {
	return &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("it is not %s but %s", what, kind(info.Mode()))}
}

// names is what is in a folder, as far as it is worth reading for a hint.
func (w *Workspace) names(dir string) ([]string, error) {
	const most = 5_000
	f, _, err := w.openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(most)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return names, nil
}
