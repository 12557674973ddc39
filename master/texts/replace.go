package texts

import (
	"crypto/rand"
	"errors"
	"os"
)

// Replace writes a file of a folder so that every reader finds the old content or the
// new one, also after a power cut.
func Replace(root *os.Root, file string, content []byte, mode os.FileMode) (err error) {
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
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err = root.Rename(temp, file); err != nil {
		return err
	}
	return syncFolder(root)
}
