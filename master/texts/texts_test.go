package texts

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const good = "version: 1\nname: shop\n"

func open(t *testing.T) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(dir, "plans")
	if err != nil {
		t.Fatal(err)
	}
	return s, filepath.Join(dir, "plans")
}

func TestRevisions(t *testing.T) {
	s, dir := open(t)
	first, err := s.Write("shop", []byte(good), "")
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Read("shop")
	if err != nil || string(f.Text) != good || f.Revision != first || first != Revision([]byte(good)) {
		t.Fatalf("%+v, %v", f, err)
	}
	if _, err := s.Write("shop", []byte("x"), ""); !errors.Is(err, ErrConflict) {
		t.Errorf("a new plan over an old one: %v", err)
	}
	if _, err := s.Write("shop", []byte("x"), "0123"); !errors.Is(err, ErrConflict) {
		t.Errorf("over another revision: %v", err)
	}
	second, err := s.Write("shop", []byte(good+"# more\n"), first)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Delete("shop", first); !errors.Is(err, ErrConflict) {
		t.Errorf("delete of an old revision: %v", err)
	}
	if err := s.Delete("shop", second); err != nil {
		t.Error(err)
	}
	if _, err := s.Read("shop"); !errors.Is(err, ErrNotFound) {
		t.Errorf("read after delete: %v", err)
	}
	if _, err := s.Write("shop", []byte("x"), second); !errors.Is(err, ErrConflict) {
		t.Errorf("write over a deleted plan: %v", err)
	}
	if err := s.Delete("shop", "*"); !errors.Is(err, ErrNotFound) {
		t.Errorf("delete twice: %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("files left: %v, %v", left, err)
	}
}

func TestNames(t *testing.T) {
	s, _ := open(t)
	for _, name := range []string{"", ".", "..", "../x", "a/b", `a\b`, "/etc/passwd", "x\x00", "x\n", ".hidden", " x", "x ", "x.", strings.Repeat("x", 101), "a:b", "\xff"} {
		if _, err := s.Read(name); !errors.Is(err, ErrName) {
			t.Errorf("read %q: %v", name, err)
		}
		if _, err := s.Write(name, []byte(good), "*"); !errors.Is(err, ErrName) {
			t.Errorf("write %q: %v", name, err)
		}
		if err := s.Delete(name, "*"); !errors.Is(err, ErrName) {
			t.Errorf("delete %q: %v", name, err)
		}
	}
	for _, name := range []string{"shop", "Größe 2", "订单", "a.b-c_d", strings.Repeat("x", 100)} {
		if _, err := s.Write(name, []byte(good), ""); err != nil {
			t.Errorf("write %q: %v", name, err)
		}
	}
}

func TestLinks(t *testing.T) {
	s, dir := open(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("password: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"out": secret, "dangling": "nothing.yaml", "loop": "loop.yaml", "folder": "..", "inside": "shop.yaml"} {
		if err := os.Symlink(to, filepath.Join(dir, name+".yaml")); err != nil {
			t.Fatalf("make a link: %v", err)
		}
	}
	if _, err := s.Write("shop", []byte(good), ""); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{"out": ErrLink, "dangling": ErrNotFound, "loop": ErrLink, "folder": ErrLink} {
		if f, err := s.Read(name); !errors.Is(err, want) {
			t.Errorf("read of link %s: %q, %v, want %v", name, f.Text, err, want)
		}
	}
	if f, err := s.Read("inside"); err != nil || string(f.Text) != good {
		t.Errorf("a link within the folder: %q, %v", f.Text, err)
	}
	if _, err := s.Write("out", []byte(good), ""); !errors.Is(err, ErrLink) {
		t.Errorf("write over a link: %v", err)
	}
	if _, err := s.Write("out", []byte(good), "*"); err != nil {
		t.Errorf("write instead of a link: %v", err)
	}
	if text, err := os.ReadFile(secret); err != nil || string(text) != "password: x\n" {
		t.Errorf("what the link led to: %q, %v", text, err)
	}
}

func TestNamesAndSizes(t *testing.T) {
	s, dir := open(t)
	for name, text := range map[string]string{"b.yaml": "x", "a.yaml": "x", "big.yaml": strings.Repeat("#", MaxSize+1), "notes.txt": "x", ".x.tmp": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.yaml"), 0o755); err != nil {
		t.Fatal(err)
	}
	if names, err := s.Names(); err != nil || !slices.Equal(names, []string{"a", "b", "big"}) {
		t.Errorf("%q, %v", names, err)
	}
	if _, err := s.Read("big"); !errors.Is(err, ErrTooLarge) {
		t.Errorf("read of over 1 MiB: %v", err)
	}
	if _, err := s.Read("folder"); !errors.Is(err, ErrNotFound) {
		t.Errorf("read of a folder: %v", err)
	}
	if _, err := s.Write("large", bytes.Repeat([]byte("#"), MaxSize+1), ""); !errors.Is(err, ErrTooLarge) {
		t.Errorf("write of over 1 MiB: %v", err)
	}
}

// TestWritersRace: of writers with the same revision exactly one wins.
func TestWritersRace(t *testing.T) {
	s, _ := open(t)
	was, err := s.Write("shop", []byte(good), "")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	results := make(chan error, 20)
	for i := range cap(results) {
		wg.Go(func() {
			_, err := s.Write("shop", []byte(strings.Repeat("#", i+1)), was)
			results <- err
		})
	}
	wg.Wait()
	close(results)
	won := 0
	for err := range results {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, ErrConflict):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d writers won", won)
	}
}

// TestFolderComesAndGoes: git takes the whole folder away and makes it anew when it changes
// between branches.
func TestFolderComesAndGoes(t *testing.T) {
	s, dir := open(t)
	was, err := s.Write("shop", []byte(good), "")
	if err != nil {
		t.Fatal(err)
	}
	aside := dir + "-aside"
	if err := os.Rename(dir, aside); err != nil {
		t.Fatal(err)
	}
	if names, err := s.Names(); err != nil || len(names) != 0 {
		t.Errorf("without a folder: %q, %v", names, err)
	}
	if err := s.Each(func(f File, err error) { t.Errorf("without a folder: %q, %v", f.Name, err) }); err != nil {
		t.Error(err)
	}
	if f, err := s.Read("shop"); !errors.Is(err, ErrNotFound) {
		t.Errorf("without a folder: %q, %v", f.Text, err)
	}
	if err := s.Delete("shop", was); !errors.Is(err, ErrNotFound) {
		t.Errorf("delete without a folder: %v", err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cart.yaml"), []byte("other"), 0o644); err != nil {
		t.Fatal(err)
	}
	if names, err := s.Names(); err != nil || !slices.Equal(names, []string{"cart"}) {
		t.Errorf("in the new folder: %q, %v", names, err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write("new", []byte(good), ""); err != nil {
		t.Errorf("write without a folder: %v", err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "new.yaml")); err != nil || string(text) != good {
		t.Errorf("%q, %v", text, err)
	}
}
