//go:build unix

package blobs

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// onlyOwner says whether a file has exactly that mode.
func onlyOwner(info fs.FileInfo, mode fs.FileMode) bool { return info.Mode().Perm() == mode }

// TestNoCacheFolder: a service without a home has its files in the folder of temporary
// ones, where others may have been before.
func TestNoCacheFolder(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("HOME", "")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("TMPDIR", temp)
	dir, err := DefaultDir()
	if err != nil || !strings.HasPrefix(dir, temp+"/locust-http-") {
		t.Fatalf("%s %v", dir, err)
	}
	if err := os.Symlink(t.TempDir(), filepath.Dir(dir)); err != nil {
		t.Fatal(err)
	}
	if dir, err := DefaultDir(); err == nil {
		t.Errorf("a link was followed: %s", dir)
	}
}

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
