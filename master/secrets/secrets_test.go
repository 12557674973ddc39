package secrets

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

const value = "correct horse battery staple"

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func set(t *testing.T, s *Store, name, value string) {
	t.Helper()
	if err := s.Set(name, value); err != nil {
		t.Fatalf("set %s: %v", name, err)
	}
}

func TestStore(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if list, err := s.List(); err != nil || len(list) != 0 {
		t.Fatalf("%v, %v", list, err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("reading has made files: %v", files)
	}
	set(t, s, "TOKEN", "old")
	set(t, s, "TOKEN", value)
	set(t, s, "a-b_2", "x\x00\xff\n")
	again := open(t, dir)
	got, err := again.Values([]string{"TOKEN", "a-b_2", "none"})
	if want := map[string]string{"TOKEN": value, "a-b_2": "x\x00\xff\n"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if list, err := again.List(); err != nil || len(list) != 2 || list[0].Name != "TOKEN" || list[0].Changed.IsZero() {
		t.Errorf("%v, %v", list, err)
	}
	if err := again.Delete("TOKEN"); err != nil {
		t.Error(err)
	}
	if err := s.Delete("TOKEN"); !errors.Is(err, ErrNotFound) {
		t.Errorf("delete twice: %v", err)
	}
	if got, err := s.Values([]string{"TOKEN"}); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestFilesTellNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	set(t, s, "TOKEN", value)
	first, err := os.ReadFile(filepath.Join(dir, sealedFile))
	if err != nil {
		t.Fatal(err)
	}
	set(t, s, "TOKEN", value)
	second, _ := os.ReadFile(filepath.Join(dir, sealedFile))
	if bytes.Equal(first, second) {
		t.Error("the same content sealed twice is the same: the nonce is not random")
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil || bytes.Contains(text, []byte(value)) || bytes.Contains(text, []byte("TOKEN")) {
			t.Errorf("%s: %q, %v", f.Name(), text, err)
		}
		if info, err := f.Info(); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

// TestDamage: what cannot be opened is refused, and not a byte of it is changed.
func TestDamage(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, dir string){
		"a flipped bit": func(t *testing.T, dir string) {
			edit(t, dir, sealedFile, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
		},
		"cut short": func(t *testing.T, dir string) {
			edit(t, dir, sealedFile, func(b []byte) []byte { return b[:len(b)-1] })
		},
		"only a head": func(t *testing.T, dir string) { edit(t, dir, sealedFile, func([]byte) []byte { return []byte(head) }) },
		"empty":       func(t *testing.T, dir string) { edit(t, dir, sealedFile, func([]byte) []byte { return nil }) },
		"another head": func(t *testing.T, dir string) {
			edit(t, dir, sealedFile, func(b []byte) []byte { b[20] = '2'; return b })
		},
		"another key": func(t *testing.T, dir string) {
			edit(t, dir, keyFile, func([]byte) []byte { return []byte(hex.EncodeToString(make([]byte, 32))) })
		},
		"no key in the file": func(t *testing.T, dir string) { edit(t, dir, keyFile, func([]byte) []byte { return []byte("key") }) },
		"no key file": func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, keyFile)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			set(t, s, "TOKEN", value)
			damage(t, dir)
			before := contents(t, dir)
			_, listErr := s.List()
			_, valuesErr := s.Values([]string{"TOKEN"})
			for what, err := range map[string]error{"list": listErr, "values": valuesErr, "set": s.Set("TOKEN", "new"), "delete": s.Delete("TOKEN")} {
				if !errors.Is(err, ErrUnreadable) || strings.Contains(err.Error(), value) {
					t.Errorf("%s: %v", what, err)
				}
			}
			if after := contents(t, dir); !maps.Equal(before, after) {
				t.Errorf("files have changed: %q, %q", before, after)
			}
		})
	}
}

func edit(t *testing.T, dir, name string, f func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), f(b), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name()] = string(b)
	}
	return all
}

func TestBounds(t *testing.T) {
	s := open(t, t.TempDir())
	for _, name := range []string{"", "1a", "-a", "a b", "a/b", "../a", "ä", "a\x00", "a.b", strings.Repeat("a", MaxName+1)} {
		if err := s.Set(name, "x"); !errors.Is(err, ErrName) {
			t.Errorf("set %q: %v", name, err)
		}
		if err := s.Delete(name); !errors.Is(err, ErrName) {
			t.Errorf("delete %q: %v", name, err)
		}
	}
	for _, v := range []string{"", strings.Repeat("x", MaxValue+1)} {
		if err := s.Set("a", v); !errors.Is(err, ErrValue) {
			t.Errorf("a value of %d bytes: %v", len(v), err)
		}
	}
	set(t, s, "a", strings.Repeat("x", MaxValue))
	full := map[string]secret{}
	for i := range MaxCount {
		full[fmt.Sprintf("s%d", i)] = secret{Value: []byte("x")}
	}
	if err := s.change(func(all map[string]secret) error { clear(all); maps.Copy(all, full); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.Set("one-more", "x"); !errors.Is(err, ErrFull) {
		t.Errorf("one more: %v", err)
	}
	set(t, s, "s1", "y")
}

// TestTogether: none of several changes at once is lost.
func TestTogether(t *testing.T) {
	s := open(t, t.TempDir())
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			if err := s.Set(fmt.Sprintf("s%d", i), "x"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if list, err := s.List(); err != nil || len(list) != 10 {
		t.Errorf("%v, %v", list, err)
	}
}
