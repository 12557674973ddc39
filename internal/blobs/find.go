package blobs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/locust-http/locust-http/load"
)

// Missing is those of the files that are not there, or not as they should be, in their
// order. The others are marked as asked for now, so that what follows does not evict
// them. Files that this process has not seen before are hashed, which takes about a
// second for each GiB.
func (s *Store) Missing(files []load.File) []load.File {
	there := s.mark(files)
	s.verify(files, there)
	var missing []load.File
	for i, f := range files {
		if !there[i] {
			missing = append(missing, f)
		}
	}
	return missing
}

// mark says which of the files are there with their size, and marks those.
func (s *Store) mark(files []load.File) []bool {
	there := make([]bool, len(files))
	_ = s.locked(func() error { // a store that is closed has nothing
		for i, f := range files {
			d, err := parse(f)
			if err != nil {
				continue
			}
			info, err := os.Lstat(s.at(d))
			there[i] = err == nil && info.Mode().IsRegular() && info.Size() == f.Size && touch(s.at(d)) == nil
		}
		return nil
	})
	return there
}

// hashers is how many files are hashed at once.
const hashers = 2

// verify hashes those that are there and takes back what is not as it should be.
func (s *Store) verify(files []load.File, there []bool) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range hashers {
		wg.Go(func() {
			for i := range next {
				d, err := parse(files[i])
				there[i] = err == nil && s.trust(d, s.at(d))
			}
		})
	}
	for i := range files {
		if there[i] {
			next <- i
		}
	}
	close(next)
	wg.Wait()
}

// Open opens the file with that digest for reading and marks it as asked for now. One
// that is not there, or not as it should be, is fs.ErrNotExist.
func (s *Store) Open(sha string) (*os.File, error) {
	d, err := parseDigest(sha)
	if err != nil {
		return nil, fmt.Errorf("open a file of the cache: %w", err)
	}
	var f *os.File
	err = s.locked(func() error {
		if f, err = os.Open(s.at(d)); err != nil {
			return err
		}
		return touch(s.at(d))
	})
	if err == nil && !s.trust(d, s.at(d)) {
		err = fs.ErrNotExist
	}
	if err != nil {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
		return nil, fmt.Errorf("open %s of the cache: %w", sha, err)
	}
	return f, nil
}
