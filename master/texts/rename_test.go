package texts

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestRename(t *testing.T) {
	s, dir := open(t)
	revision, err := s.Write("shop", []byte(good), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write("other", []byte("x"), ""); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, to, was string
		want          error
	}{
		{"shop", "other", revision, ErrExists}, {"shop", "shop", revision, ErrExists}, {"shop", "new", "00", ErrConflict},
		{"nobody", "new", "*", ErrNotFound}, {"shop", "../new", revision, ErrName}, {"shop", "", revision, ErrName},
	} {
		if err := s.Rename(c.from, c.to, c.was); !errors.Is(err, c.want) {
			t.Errorf("%s to %s: %v, want %v", c.from, c.to, err, c.want)
		}
	}
	if err := s.Rename("shop", "new", revision); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Read("new"); err != nil || f.Revision != revision {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "shop.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old one is still there: %v", err)
	}
}
