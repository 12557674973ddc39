//go:build unix

package blobs

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
)

// onlyOwner says whether a file has exactly that mode.
func onlyOwner(info fs.FileInfo, mode fs.FileMode) bool { return info.Mode().Perm() == mode }

func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	d, err := parse(fileOf("f", "hello"))
	if err != nil {
		t.Fatal(err)
	}
	if err = fill(full, d, 5, strings.NewReader("hello")); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "disk is full") {
		t.Error(err)
	}
}

// TestFolderOfAnother: a link where our folder should be is not followed.
func TestLinkedFolder(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Symlink(elsewhere, dir+"/files"); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(dir, 10); err == nil {
		t.Error("opened", s.Close())
	}
}
