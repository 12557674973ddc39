package plans

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const good = `version: 1
name: shop
base_url: http://127.0.0.1:1
transactions:
  - name: browse
    steps: [{name: list, request: {url: /items}}]
load: {users: 1, duration: 1s}
`

func open(t *testing.T) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
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

func TestLinksOutOfTheWorkspace(t *testing.T) {
	s, dir := open(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("password: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "link.yaml")); err != nil {
		t.Fatalf("make a link: %v", err)
	}
	if f, err := s.Read("link"); err == nil {
		t.Errorf("read through the link: %q", f.Text)
	}
	list, err := s.List()
	if err != nil || len(list) != 1 || list[0].Problems.Err() == nil {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestList(t *testing.T) {
	s, dir := open(t)
	for name, text := range map[string]string{
		"good.yaml": good, "bad.yaml": "version: 1\ntransactons: []\n", "binary.yaml": "\x00\xff", "big.yaml": strings.Repeat("#", MaxSize+1),
		"notes.txt": "x", ".x.tmp": "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.yaml"), 0o755); err != nil {
		t.Fatal(err)
	}
	list, err := s.List()
	if err != nil || len(list) != 4 {
		t.Fatalf("%d plans, %v", len(list), err)
	}
	for _, p := range list {
		if broken := p.Problems.Err() != nil; broken != (p.Name != "good") {
			t.Errorf("%s: %v", p.Name, p.Problems)
		}
	}
	if g := list[3]; g.Name != "good" || len(g.Transactions) != 1 || g.Transactions[0] != "browse" {
		t.Errorf("%+v", g)
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
