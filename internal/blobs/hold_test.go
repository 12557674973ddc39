package blobs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func held(t *testing.T, h *Hold, f load.File) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(h.Dir(), f.SHA256))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestHoldStays: whatever happens to the store.
func TestHoldStays(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 100)
	a, b := put(t, s, strings.Repeat("a", 60)), put(t, s, "b")
	again := a
	again.Path = "the same under another path"
	h, err := s.Hold([]load.File{a, again, b})
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, strings.Repeat("c", 100)) // evicts all
	if has(s, a) || has(s, b) {
		t.Fatal("nothing was evicted")
	}
	if err := os.RemoveAll(s.files()); err != nil {
		t.Fatal(err)
	}
	open(t, dir, 100) // and does not take the hold for a leftover
	if held(t, h, a) != strings.Repeat("a", 60) || held(t, h, b) != "b" || !filepath.IsAbs(h.Dir()) {
		t.Error("what is held is not there")
	}
	for range 2 {
		if err := h.Release(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(h.Dir()); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestHoldMissing(t *testing.T) {
	s := open(t, t.TempDir(), 100)
	a := put(t, s, "a")
	gone := fileOf("data/gone.csv", "gone")
	_, err := s.Hold([]load.File{a, gone})
	var missing *MissingError
	if !errors.As(err, &missing) || len(missing.Files) != 1 || missing.Files[0] != gone || !strings.Contains(err.Error(), "data/gone.csv") {
		t.Error(err)
	}
	if dirs, err := filepath.Glob(filepath.Join(s.live(), "*", "hold-*")); err != nil || len(dirs) != 0 {
		t.Errorf("left: %v %v", dirs, err)
	}
	none, err := s.Hold(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := none.Release(); err != nil {
		t.Error(err)
	}
}

// TestCopyWhereLinksFail: a name that is taken cannot be linked to, nor copied to; one
// that cannot be linked is copied.
func TestCopy(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := os.WriteFile(from, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(from, to); err != nil {
		t.Fatal(err)
	}
	a, errA := os.Stat(from)
	b, errB := os.Stat(to)
	if errA != nil || errB != nil || os.SameFile(a, b) || b.Size() != 1 || !onlyOwner(b, 0o600) {
		t.Error(errA, errB, b)
	}
	if err := linkOrCopy(from, to); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
}

func TestClosed(t *testing.T) {
	s := open(t, t.TempDir(), 100)
	a := put(t, s, "a")
	h, err := s.Hold([]load.File{a})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(h.Dir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a hold outlived the store: %v", err)
	}
	if err := h.Release(); err != nil {
		t.Error(err)
	}
	if has(s, a) {
		t.Error("a closed store has a file")
	}
	for name, err := range map[string]error{
		"put": s.Put(a, strings.NewReader("a")), "hold": second(s.Hold([]load.File{a})), "open": second(s.Open(a.SHA256)),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestDefaultDir(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir, err := DefaultDir()
	if err != nil || !filepath.IsAbs(dir) || !strings.HasSuffix(filepath.ToSlash(dir), "/locust-http/files") {
		t.Errorf("%q %v", dir, err)
	}
}
