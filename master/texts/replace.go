package texts

import (
	"crypto/rand"
	"errors"
	"os"
)

// Replace writes a file of a folder so that every reader finds the old content or the
// new one, also after a power cut.
func Replace(root *os.Root, file string, content []byte, mode os.FileMode) error {
	return ReplaceWith(root, file, mode, func(f *os.File) error {
		_, err := f.Write(content)
		return err
	})
}

// ReplaceWith is Replace with content that write writes; the file stays as it was when
// that fails.
func ReplaceWith(root *os.Root, file string, mode os.FileMode, write func(f *os.File) error) (err error) {
	temp := "." + rand.Text() + ".tmp"
	f, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, root.Remove(temp))
		}
	}()
	if err = write(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err = errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = root.Rename(temp, file); err != nil {
		return err
	}
	return syncFolder(root)
}
