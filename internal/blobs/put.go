package blobs

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Put stores f. It reads exactly f.Size bytes of content, and nothing after them, also
// when the file is there already. Content that is shorter or has another digest is
// ErrContent, and a file that no eviction makes room for ErrTooLarge; nothing is kept
// then. The same file may be put by several at once. Files that were not asked for the
// longest go when the bound is reached.
func (s *Store) Put(f load.File, content io.Reader) error {
	if err := s.put(f, content); err != nil {
		return fmt.Errorf("store %q: %w", load.Clip(f.Path, 200), err)
	}
	return nil
}

func (s *Store) put(f load.File, content io.Reader) error {
	d, err := parse(f)
	if err != nil {
		return err
	}
	if f.Size > s.limit {
		return fmt.Errorf("%w: %d of %d bytes", ErrTooLarge, f.Size, s.limit)
	}
	own, err := s.present()
	if err != nil {
		return err
	}
	temp, err := own.temp()
	if err != nil {
		return err
	}
	err = errors.Join(fill(temp, d, f.Size, content), temp.Close())
	if err == nil {
		err = s.locked(func() error { return s.place(temp.Name(), d, f.Size) })
	}
	if err != nil {
		return errors.Join(err, removeAny(temp.Name()))
	}
	return nil
}

// fill copies content to temp and checks it.
func fill(temp io.Writer, want digest, size int64, content io.Reader) error {
	h := sha256.New()
	n, err := io.CopyN(io.MultiWriter(temp, h), content, size)
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: %d bytes instead of %d", ErrContent, n, size)
	case isFull(err):
		return fmt.Errorf("the disk is full: free some room, or move the cache: %w", err)
	case err != nil:
		return err
	case digest(h.Sum(nil)) != want:
		return fmt.Errorf("%w: its digest is %x instead of %s", ErrContent, h.Sum(nil), want)
	}
	return nil
}

// place makes a complete file one of the store. Called under the lock of the folder.
func (s *Store) place(temp string, d digest, size int64) error {
	if info, err := os.Lstat(s.at(d)); err == nil {
		if _, known := s.trusted[d]; known && info.Size() == size {
			return errors.Join(touch(s.at(d)), removeAny(temp))
		}
		// It is replaced: a crash may have broken it. A hold keeps what it has.
		if err := os.Remove(s.at(d)); err != nil {
			return err
		}
		s.surveyed = time.Time{} // what is known of the folder is no longer so
	}
	if err := s.makeRoom(size); err != nil {
		return err
	}
	if err := os.Rename(temp, s.at(d)); err != nil {
		return err
	}
	s.total += size
	s.trusted[d] = struct{}{}
	return nil
}

// touch marks the file at path as asked for now.
func touch(path string) error {
	now := time.Now()
	return os.Chtimes(path, now, now)
}
