package blobs

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// surveyEvery is how old what a store knows of its folder may get while it stores:
// other processes store and evict, too.
const surveyEvery = time.Minute

// candidate is a file that may be evicted, as a survey found it.
type candidate struct {
	digest digest
	size   int64
	used   time.Time
}

// makeRoom evicts until size more bytes fit into the limit. A file that cannot be
// removed (some systems refuse where it is open) stays, and the next one goes. Called
// under the lock of the folder.
func (s *Store) makeRoom(size int64) error {
	fresh := false
	if time.Since(s.surveyed) > surveyEvery {
		if err := s.survey(); err != nil {
			return err
		}
		fresh = true
	}
	for s.total+size > s.limit {
		if len(s.oldest) > 0 {
			s.evict(s.oldest[0])
			s.oldest = s.oldest[1:]
			continue
		}
		if fresh {
			return fmt.Errorf("%w: %d bytes are in use and cannot be removed", ErrTooLarge, s.total)
		}
		if err := s.survey(); err != nil {
			return err
		}
		fresh = true
	}
	return nil
}

// evict removes c unless it was asked for since the survey.
func (s *Store) evict(c candidate) {
	path := s.at(c.digest)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.total -= c.size // another process was here
	case err != nil || !info.ModTime().Equal(c.used):
	case os.Remove(path) == nil:
		s.total -= c.size
		delete(s.trusted, c.digest)
	}
}

// survey reads what is in the folder. Anything there that is no file under a digest is
// not ours and stays.
func (s *Store) survey() error {
	entries, err := os.ReadDir(s.files())
	if err != nil {
		return fmt.Errorf("look through the cache: %w", err)
	}
	s.total, s.oldest = 0, s.oldest[:0]
	there := make(map[digest]bool, len(entries))
	for _, e := range entries {
		d, err := parseDigest(e.Name())
		if err != nil {
			continue
		}
		info, err := os.Lstat(filepath.Join(s.files(), e.Name()))
		if err != nil || !info.Mode().IsRegular() {
			continue // removed meanwhile
		}
		there[d] = true
		s.total += info.Size()
		s.oldest = append(s.oldest, candidate{d, info.Size(), info.ModTime()})
	}
	slices.SortFunc(s.oldest, func(a, b candidate) int { return a.used.Compare(b.used) })
	maps.DeleteFunc(s.trusted, func(d digest, _ struct{}) bool { return !there[d] })
	s.surveyed = time.Now()
	return nil
}
