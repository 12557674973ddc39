package blobs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/locust-http/locust-http/load"
)

// Hold is files that stay as they are until it is released, whatever is evicted or
// deleted meanwhile.
type Hold struct {
	dir     string
	release func() error
}

// Hold takes the files: each is found under its digest in a folder of the hold's own.
// Links are made where the system can, so that it takes no room; what is evicted while
// it is held is freed with the hold. Files that are not there are a *MissingError.
func (s *Store) Hold(files []load.File) (*Hold, error) {
	own, err := s.present()
	if err != nil {
		return nil, fmt.Errorf("hold files: %w", err)
	}
	dir, err := own.folder()
	if err != nil {
		return nil, fmt.Errorf("hold files: %w", err)
	}
	there := s.mark(files)
	done := map[digest]bool{}
	var missing []load.File
	for i, f := range files {
		if err := s.hold(dir, f, there[i], done); errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, f)
		} else if err != nil {
			return nil, errors.Join(fmt.Errorf("hold %q: %w", load.Clip(f.Path, 200), err), os.RemoveAll(dir))
		}
	}
	if len(missing) > 0 {
		return nil, errors.Join(&MissingError{missing}, os.RemoveAll(dir))
	}
	return &Hold{dir: dir, release: sync.OnceValue(func() error { return os.RemoveAll(dir) })}, nil
}

// hold brings one file into dir. It is looked at there: nobody replaces it any more.
func (s *Store) hold(dir string, f load.File, there bool, done map[digest]bool) error {
	d, err := parse(f)
	if err != nil {
		return err
	}
	if done[d] {
		return nil
	}
	if !there {
		return fs.ErrNotExist
	}
	held := filepath.Join(dir, d.String())
	if err := linkOrCopy(s.at(d), held); err != nil {
		return err
	}
	if !s.trust(d, held) {
		return errors.Join(fs.ErrNotExist, os.Remove(held))
	}
	done[d] = true
	return nil
}

// linkOrCopy makes to the same file as from.
func linkOrCopy(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return copyFile(from, to)
}

// copyFile makes to a copy of from.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// Dir is the folder, absolute. Nothing may be written there.
func (h *Hold) Dir() string { return h.dir }

// Release gives the files up; Dir is gone then. Safe to call twice. Files that are
// still open stay readable where the system can do that; elsewhere the folder is left
// to the next Open of the store.
func (h *Hold) Release() error {
	if err := h.release(); err != nil {
		return fmt.Errorf("release files: %w", err)
	}
	return nil
}
