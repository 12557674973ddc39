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

	mu       sync.Mutex // of all below, and of what is done under the folder's lock
	own      *tenancy   // what this process has in live/
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
	s := &Store{dir: dir, limit: limit}
	if err := s.enter(); err != nil {
		return nil, fmt.Errorf("open the cache of files %s: %w", dir, err)
	}
	return s, nil
}

// enter makes the folders and begins a tenancy in them. Called with mu held, or before
// the store is known to others.
func (s *Store) enter() error {
	if err := s.makeFolders(); err != nil {
		return err
	}
	lock, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	var own *tenancy
	if err = filelock.Lock(lock); err == nil {
		removeLeftovers(s.live())
		own, err = beginTenancy(s.live())
		err = errors.Join(err, filelock.Unlock(lock))
	}
	if err != nil {
		return errors.Join(err, lock.Close())
	}
	s.lock, s.own = lock, own
	s.forget()
	return nil
}

// forget drops all that was known of what is in the folder.
func (s *Store) forget() {
	s.trusted, s.total, s.oldest, s.surveyed = map[digest]struct{}{}, 0, nil, time.Time{}
}

// present is the tenancy of this process. A folder that was deleted meanwhile, as those
// of caches may be at any time, is made again.
func (s *Store) present() (*tenancy, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	switch {
	case !isFolder(s.own.dir):
	case isFolder(s.files()):
		return s.own, nil
	default: // what is held stays
		s.forget()
		return s.own, s.makeFolders()
	}
	lock, own := s.lock, s.own
	if err := s.enter(); err != nil {
		return nil, err
	}
	_, _ = own.end(), lock.Close() // of what is not there any more
	return s.own, nil
}

func isFolder(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
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
