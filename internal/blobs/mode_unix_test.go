//go:build unix

package blobs

import (
	"io/fs"
	"os"
	"testing"
)

// onlyOwner says whether a file has exactly that mode.
func onlyOwner(info fs.FileInfo, mode fs.FileMode) bool { return info.Mode().Perm() == mode }

// TestLinkedFolder: a link where our folder should be is not followed.
func TestLinkedFolder(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Symlink(elsewhere, dir+"/files"); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(dir, 10); err == nil {
		t.Error("opened", s.Close())
	}
}
