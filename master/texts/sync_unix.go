//go:build unix

package texts

import "os"

// syncFolder makes a rename last.
func syncFolder(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
