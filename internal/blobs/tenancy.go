package blobs

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/locust-http/locust-http/internal/filelock"
)

// tenancy is what one open store has in live/: a folder of its own, and a lock that
// says that its process lives.
type tenancy struct {
	dir  string
	lock *os.File
}

const lockEnding = ".lock"

// beginTenancy is called under the lock of the folder: nobody takes the lock file for
// a leftover before it is locked.
func beginTenancy(live string) (*tenancy, error) {
	t := &tenancy{dir: filepath.Join(live, rand.Text())}
	var err error
	if t.lock, err = os.OpenFile(t.dir+lockEnding, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, err
	}
	if err = filelock.Lock(t.lock); err == nil {
		err = os.Mkdir(t.dir, 0o700)
	}
	if err != nil {
		return nil, errors.Join(err, t.lock.Close(), os.Remove(t.lock.Name()))
	}
	return t, nil
}

// temp is a new file to write to.
func (t *tenancy) temp() (*os.File, error) { return os.CreateTemp(t.dir, "put-") }

// folder is a new folder.
func (t *tenancy) folder() (string, error) { return os.MkdirTemp(t.dir, "hold-") }

// end removes all of it. The lock file goes last: what could not be removed is then
// found by a later Open.
func (t *tenancy) end() error {
	err := os.RemoveAll(t.dir)
	if closed := t.lock.Close(); err != nil || closed != nil {
		return errors.Join(err, closed)
	}
	return removeAny(t.lock.Name())
}

// removeLeftovers removes the tenancies whose process is gone. It is called under the
// lock of the folder. What cannot be removed stays for the next time: a cache that
// works matters more.
func removeLeftovers(live string) {
	entries, err := os.ReadDir(live)
	if err != nil {
		return
	}
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), lockEnding)
		if !ok || id == "" {
			continue
		}
		lock, err := os.OpenFile(filepath.Join(live, e.Name()), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		dead := filelock.Try(lock) == nil
		removed := dead && os.RemoveAll(filepath.Join(live, id)) == nil
		if lock.Close() == nil && removed {
			_ = removeAny(lock.Name())
		}
	}
}

// removeAny removes a file, if it is there.
func removeAny(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
