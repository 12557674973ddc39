// Package blobs keeps files by their SHA-256 in a folder, within a bound: on a worker
// the files of runs, so that each travels once, and on a master those that a command
// line brought along.
//
// A folder looks like this:
//
//	files/DIGEST     complete files; the modification time is when one was last asked for
//	live/ID.lock     locked for as long as the process that made it lives
//	live/ID/…        its half-written files and its holds
//	lock             taken for a moment by whoever evicts, marks or cleans up
//
// Files are renamed into place without waiting for the disk, which would take longer
// than the network for many small ones. What a process has not stored itself it
// hashes once before it says that the file is there: so a crash, a bad disk or a
// meddling hand costs a transfer, never a wrong byte on the target.
//
// Where files cannot be locked, one process at a time may have a store open, and what a
// killed one left stays.
package blobs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/locust-http/locust-http/internal/filelock"
	"github.com/locust-http/locust-http/load"
)

// DefaultLimit is how much a worker keeps, in bytes.
const DefaultLimit = 10 << 30

// Errors of a store. Test with errors.Is.
var (
	// ErrTooLarge: the file is larger than the whole store may be.
	ErrTooLarge = errors.New("file is larger than the limit of the cache")
	// ErrContent: what was read has another size or digest than the file should have.
	ErrContent = errors.New("content is not that of the file")
	// ErrClosed: the store has been closed.
	ErrClosed = errors.New("the cache of files is closed")
)

// MissingError is what Hold could not find.
type MissingError struct{ Files []load.File }

func (e *MissingError) Error() string {
	const shown = 3
	text := fmt.Sprintf("%d of the run's files are not there:", len(e.Files))
	for i, f := range e.Files {
		if i == shown {
			return text + " …"
		}
		text += fmt.Sprintf(" %q", load.Clip(f.Path, 200))
	}
	return text
}

// Store is files by digest in one folder. Its methods may be called from any
// goroutine, and several processes may have the folder open at once.
type Store struct {
	dir   string // absolute
	limit int64
	own   *tenancy // what this process has in live/

	mu       sync.Mutex // of all below, and of what is done under the folder's lock
	closed   bool
	lock     *os.File            // of the folder; see locked
	trusted  map[digest]struct{} // stored or hashed by this process
	total    int64               // bytes in files/, as far as this process knows
	oldest   []candidate         // to evict, first first
	surveyed time.Time           // when total and oldest were read from the folder
}

// Open opens the store in dir, which is made (0700) if it is missing. limit bounds
// the bytes of all complete files. What killed processes left is removed.
func Open(dir string, limit int64) (_ *Store, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open the cache of files: %w", err)
	}
	s := &Store{dir: dir, limit: limit, trusted: map[digest]struct{}{}}
	if err := s.makeFolders(); err != nil {
		return nil, fmt.Errorf("open the cache of files %s: %w", dir, err)
	}
	s.lock, err = os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the cache of files: %w", err)
	}
	err = s.locked(func() error {
		removeLeftovers(s.live())
		s.own, err = beginTenancy(s.live())
		return err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the cache of files %s: %w", dir, err), s.lock.Close())
	}
	return s, nil
}

// makeFolders makes the folders of the store, and sees to it that nobody else can
// put anything into them.
func (s *Store) makeFolders() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	for _, dir := range []string{s.files(), s.live()} {
		if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if info, err := os.Lstat(dir); err != nil {
			return err
		} else if !info.IsDir() {
			return fmt.Errorf("%s is not a folder", dir)
		}
		if err := os.Chmod(dir, 0o700); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) files() string { return filepath.Join(s.dir, "files") }
func (s *Store) live() string  { return filepath.Join(s.dir, "live") }

// at is where the file with that digest is, if it is there.
func (s *Store) at(d digest) string { return filepath.Join(s.files(), d.String()) }

// locked calls f while no other process and no other goroutine changes what is in the
// folder. Nothing slow belongs into f: the whole host waits.
func (s *Store) locked(f func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	if err := filelock.Lock(s.lock); err != nil {
		return fmt.Errorf("lock %s: %w", s.lock.Name(), err)
	}
	err := f()
	return errors.Join(err, filelock.Unlock(s.lock))
}

func (s *Store) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// Limit is how many bytes the store keeps.
func (s *Store) Limit() int64 { return s.limit }

// Close ends the use of the store. Holds that were not released are removed.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if err := errors.Join(s.own.end(), s.lock.Close()); err != nil {
		return fmt.Errorf("close the cache of files: %w", err)
	}
	return nil
}
