package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/locust-http/locust-http/master/texts"
)

func openTree(t *testing.T, ending string) (*Tree, string) {
	t.Helper()
	dir := t.TempDir()
	tree, err := Open(dir, "scripts", ending)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree, dir
}

func put(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func paths(t *testing.T, tree *Tree) (out []string) {
	t.Helper()
	list, _, err := tree.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		out = append(out, e.Path)
	}
	return out
}

func TestNestedFiles(t *testing.T) {
	tree, dir := openTree(t, ".lua")
	if got := paths(t, tree); len(got) != 0 {
		t.Errorf("no folder, and %v", got)
	}
	if _, err := tree.Read("a.lua"); !errors.Is(err, texts.ErrNotFound) {
		t.Errorf("%v", err)
	}
	first, err := tree.Write("shop/cart/add.lua", []byte("return {}"), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.Write("shop/cart/add.lua", []byte("x"), ""); !errors.Is(err, texts.ErrConflict) {
		t.Errorf("%v", err)
	}
	if _, err := tree.Write("shop/cart/add.lua", []byte("x"), "00"); !errors.Is(err, texts.ErrConflict) {
		t.Errorf("%v", err)
	}
	second, err := tree.Write("shop/cart/add.lua", []byte("return {1}"), first)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := tree.Read("shop/cart/add.lua"); err != nil || string(f.Text) != "return {1}" || f.Revision != second || f.Size != 10 || f.Modified.IsZero() {
		t.Errorf("%+v, %v", f, err)
	}
	put(t, filepath.Join(dir, "scripts", "note.txt"), "no lua")
	put(t, filepath.Join(dir, "scripts", ".hidden", "x.lua"), "")
	put(t, filepath.Join(dir, "scripts", "a.lua"), "")
	if got := paths(t, tree); !slices.Equal(got, []string{"a.lua", "shop/cart/add.lua"}) {
		t.Errorf("%v", got)
	}
	if err := tree.Delete("shop/cart/add.lua", first); !errors.Is(err, texts.ErrConflict) {
		t.Errorf("%v", err)
	}
	if err := tree.Delete("shop/cart", "*"); err == nil {
		t.Error("a folder is deleted")
	}
	if err := tree.Delete("shop/cart/add.lua", second); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "scripts", "shop")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("empty folders stay: %v", err)
	}
	if err := tree.Delete("shop/cart/add.lua", "*"); !errors.Is(err, texts.ErrNotFound) {
		t.Errorf("%v", err)
	}
	// A folder that git has taken away and brought back is the one that counts.
	if err := os.RemoveAll(filepath.Join(dir, "scripts")); err != nil {
		t.Fatal(err)
	}
	if _, err := tree.Write("b.lua", nil, ""); err != nil {
		t.Fatal(err)
	}
	if got := paths(t, tree); !slices.Equal(got, []string{"b.lua"}) {
		t.Errorf("%v", got)
	}
}

func TestBadPaths(t *testing.T) {
	tree, dir := openTree(t, ".lua")
	put(t, filepath.Join(dir, "secret.lua"), "mine")
	for _, p := range []string{
		"", ".", "..", "../secret.lua", "a/../../secret.lua", "/etc/passwd.lua", "a//b.lua", "./a.lua", "a\x00.lua", `a\b.lua`, "a:b.lua",
		".git/x.lua", "a.txt", "a.lua/", " a.lua", strings.Repeat("x", 101) + ".lua", strings.Repeat("a/", MaxDepth) + "a.lua", strings.Repeat("abcdefghij/", 60) + "a.lua", "\xff.lua",
		"nul.lua", "NUL .lua", "Con.x.lua", "aux/a.lua", "COM1.lua", "lpt9.lua", "com².lua", "CONOUT$.lua",
	} {
		if _, err := tree.Read(p); !errors.Is(err, texts.ErrName) {
			t.Errorf("read %q: %v", p, err)
		}
		if _, err := tree.Write(p, nil, "*"); !errors.Is(err, texts.ErrName) {
			t.Errorf("write %q: %v", p, err)
		}
		if err := tree.Put(p, strings.NewReader(""), 10, false); !errors.Is(err, texts.ErrName) {
			t.Errorf("put %q: %v", p, err)
		}
		if err := tree.Delete(p, "*"); !errors.Is(err, texts.ErrName) {
			t.Errorf("delete %q: %v", p, err)
		}
	}
}

func TestLinksLeadNowhere(t *testing.T) {
	tree, dir := openTree(t, "")
	put(t, filepath.Join(dir, ".private", "key"), "secret")
	put(t, filepath.Join(dir, "scripts", "real", "x"), "x")
	scripts := filepath.Join(dir, "scripts")
	for link, to := range map[string]string{"key": "../.private/key", "passwd": "/etc/passwd", "out": "../.private", "loop": ".", "in": "real/x"} {
		if err := os.Symlink(to, filepath.Join(scripts, link)); err != nil {
			t.Fatalf("make a link: %v", err)
		}
	}
	for _, p := range []string{"key", "passwd", "out/key"} {
		if _, err := tree.Read(p); !errors.Is(err, texts.ErrLink) || !strings.Contains(err.Error(), "leads out of its folder") {
			t.Errorf("read %s: %v", p, err)
		}
		if _, err := tree.Write(p, []byte("x"), "*"); !errors.Is(err, texts.ErrLink) {
			t.Errorf("write %s: %v", p, err)
		}
	}
	if err := tree.Delete("out/key", "*"); err == nil {
		t.Error("deleted through a link")
	}
	if f, err := tree.Read("in"); err != nil || string(f.Text) != "x" {
		t.Errorf("a link within the folder: %v", err)
	}
	if got := paths(t, tree); !slices.Equal(got, []string{"in", "real/x"}) {
		t.Errorf("%v", got)
	}
	if text, err := os.ReadFile(filepath.Join(dir, ".private", "key")); err != nil || string(text) != "secret" {
		t.Errorf("%q, %v", text, err)
	}
	// The folder itself may not be a way to what is private either, nor to all of the
	// workspace.
	put(t, filepath.Join(dir, "key"), "secret")
	for _, to := range []string{".private", "/etc", ".", "scripts/..", ".private/.."} {
		if err := os.RemoveAll(scripts); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, scripts); err != nil {
			t.Fatal(err)
		}
		if _, err := tree.Read("key"); !errors.Is(err, texts.ErrLink) {
			t.Errorf("folder → %s: %v", to, err)
		}
		if _, _, err := tree.List(); !errors.Is(err, texts.ErrLink) {
			t.Errorf("folder → %s: %v", to, err)
		}
		if err := tree.Put("new", strings.NewReader("x"), 10, false); err == nil {
			t.Errorf("folder → %s: written", to)
		}
	}
}

func TestPut(t *testing.T) {
	tree, dir := openTree(t, "")
	if err := tree.Put("a/b.csv", strings.NewReader("12345"), 5, true); err != nil {
		t.Fatal(err)
	}
	if err := tree.Put("a/b.csv", strings.NewReader("x"), 5, true); !errors.Is(err, texts.ErrExists) {
		t.Errorf("%v", err)
	}
	if err := tree.Put("a/b.csv", strings.NewReader("123456"), 5, false); !errors.Is(err, texts.ErrTooLarge) {
		t.Errorf("%v", err)
	}
	broken := io.MultiReader(strings.NewReader("12"), &failing{})
	if err := tree.Put("a/b.csv", broken, 5, false); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "scripts", "a", "b.csv")); err != nil || string(text) != "12345" {
		t.Errorf("what was there: %q, %v", text, err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "scripts", "a"))
	if err != nil || len(entries) != 1 {
		t.Errorf("what failed has left something: %v", entries)
	}
	if err := tree.Put("a", strings.NewReader("x"), 5, false); !errors.Is(err, texts.ErrExists) {
		t.Errorf("a file in the place of a folder: %v", err)
	}
}

var errBroken = errors.New("the line is cut")

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errBroken }

// late is a reader that waits before it gives anything.
type late struct {
	wait func()
	from io.Reader
}

func (l *late) Read(b []byte) (int, error) {
	if l.wait != nil {
		l.wait()
		l.wait = nil
	}
	return l.from.Read(b)
}

// Of many who write at once one wins, and nobody reads half a file.
func TestConcurrentWrites(t *testing.T) {
	tree, _ := openTree(t, "")
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	var all sync.WaitGroup // who has found nothing by that name
	all.Add(8)
	for i := range 8 {
		wg.Go(func() {
			together := func() { all.Done(); all.Wait() }
			if err := tree.Put("new", &late{together, bytes.NewReader(bytes.Repeat([]byte{byte('a' + i)}, 100_000))}, 1<<20, true); err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
			f, err := tree.Read("new")
			if err == nil && strings.Trim(string(f.Text), string(f.Text[:1])) != "" {
				t.Error("a file of two writers")
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d are sure that theirs was the first", won)
	}
	f, err := tree.Read("new")
	if err != nil {
		t.Fatal(err)
	}
	won = 0
	for i := range 8 {
		wg.Go(func() {
			if _, err := tree.Write("new", fmt.Append(nil, i), f.Revision); err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d have replaced the same revision", won)
	}
}

func TestManyFiles(t *testing.T) {
	tree, dir := openTree(t, "")
	put(t, filepath.Join(dir, "scripts", "x"), "")
	for i := range MaxFiles + 10 {
		if err := os.WriteFile(filepath.Join(dir, "scripts", fmt.Sprint(i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list, more, err := tree.List()
	if err != nil || len(list) != MaxFiles || !more {
		t.Errorf("%d, %v, %v", len(list), more, err)
	}
	put(t, filepath.Join(dir, "scripts", "bytes"), "\xff\xfe")
	if _, err := tree.Read("bytes"); !errors.Is(err, ErrNotText) {
		t.Errorf("%v", err)
	}
}
