package blobs

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

func open(t *testing.T, dir string, limit int64) *Store {
	t.Helper()
	s, err := Open(dir, limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// fileOf is the file that has that content.
func fileOf(name, content string) load.File {
	sum := sha256.Sum256([]byte(content))
	return load.File{Path: name, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

func put(t *testing.T, s *Store, content string) load.File {
	t.Helper()
	f := fileOf("a file", content)
	if err := s.Put(f, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return f
}

func read(t *testing.T, s *Store, f load.File) string {
	t.Helper()
	r, err := s.Open(f.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func has(s *Store, f load.File) bool { return len(s.Missing([]load.File{f})) == 0 }

// age makes a file one that nobody has asked for since.
func age(t *testing.T, s *Store, f load.File, by time.Duration) {
	t.Helper()
	then := time.Now().Add(-by)
	if err := os.Chtimes(filepath.Join(s.files(), f.SHA256), then, then); err != nil {
		t.Fatal(err)
	}
	s.surveyed = time.Time{}
}

// kept is the names and bytes of all files below a folder, but for locks.
func kept(t *testing.T, dir string) (names []string, size int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "lock") {
			return err
		}
		info, err := d.Info()
		names, size = append(names, path), size+info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, size
}

func TestPutAndOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	s := open(t, dir, 1000)
	if has(s, fileOf("x", "hello")) {
		t.Fatal("an empty store has a file")
	}
	f, empty := put(t, s, "hello"), put(t, s, "")
	if got := read(t, s, f); got != "hello" || !has(s, f) || read(t, s, empty) != "" {
		t.Fatalf("%q", got)
	}
	put(t, s, "hello")
	for path, mode := range map[string]fs.FileMode{dir: 0o700, s.files(): 0o700, s.live(): 0o700, s.files() + "/" + f.SHA256: 0o600} {
		if info, err := os.Stat(path); err != nil || !onlyOwner(info, mode) {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
	if got := s.Missing([]load.File{f, fileOf("y", "other"), empty, {Path: "z", Size: 4, SHA256: f.SHA256}}); len(got) != 2 || got[0].Path != "y" || got[1].Path != "z" {
		t.Errorf("missing %v", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if names, _ := kept(t, dir); len(names) != 2 {
		t.Errorf("left: %v", names)
	}
	again := open(t, dir, 1000)
	if !has(again, f) || read(t, again, f) != "hello" {
		t.Error("it is gone after a restart")
	}
}

// What is refused leaves nothing behind.
func TestPutRefuses(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 10)
	good := fileOf("f", "hello")
	broken := errors.New("the network is gone")
	for name, c := range map[string]struct {
		file    load.File
		content io.Reader
		want    error
	}{
		"short":         {good, strings.NewReader("hell"), ErrContent},
		"another":       {good, strings.NewReader("hallo"), ErrContent},
		"broken":        {good, io.MultiReader(strings.NewReader("he"), &failing{broken}), broken},
		"over limit":    {fileOf("f", "hello world"), strings.NewReader("hello world"), ErrTooLarge},
		"negative size": {load.File{Size: -1, SHA256: good.SHA256}, strings.NewReader(""), nil},
	} {
		err := s.Put(c.file, c.content)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if names, _ := kept(t, dir); len(names) != 0 {
		t.Errorf("left: %v", names)
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// TestPutReadsNoFurther: what follows in a stream is the next message.
func TestPutReadsNoFurther(t *testing.T) {
	s := open(t, t.TempDir(), 100)
	for range 2 { // the second time it is there already
		stream := bytes.NewBufferString("helloNEXT")
		if err := s.Put(fileOf("f", "hello"), stream); err != nil || stream.String() != "NEXT" {
			t.Fatalf("%v, left %q", err, stream)
		}
	}
}

// Digests come from the network.
func TestHostileDigests(t *testing.T) {
	outside := t.TempDir()
	dir := filepath.Join(outside, "store")
	s := open(t, dir, 100)
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := fileOf("f", "hello").SHA256
	for _, sha := range []string{
		"", "../../secret", secret, "../" + good, good[:63], good + "0", strings.ToUpper(good), good[:63] + "/", good[:60] + "/../",
		good[:63] + "\x00", strings.Repeat(".", 64), strings.Repeat("/", 64), good[:63] + "g", strings.Repeat("é", 32), "lock",
	} {
		f := load.File{Path: "p", Size: 6, SHA256: sha}
		if err := s.Put(f, strings.NewReader("secret")); err == nil {
			t.Errorf("put %q", sha)
		}
		if r, err := s.Open(sha); err == nil {
			t.Errorf("open %q: %s", sha, r.Name())
		}
		if h, err := s.Hold([]load.File{f}); err == nil {
			t.Errorf("hold %q: %s", sha, h.Dir())
		}
		if has(s, f) {
			t.Errorf("%q is there", sha)
		}
	}
	if names, _ := kept(t, outside); len(names) != 1 {
		t.Errorf("left: %v", names)
	}
}

// A path is only for messages, and those stay short and printable.
func TestHostilePaths(t *testing.T) {
	s := open(t, t.TempDir(), 100)
	for _, path := range []string{"../../etc/passwd", strings.Repeat("x", 1<<20), "a\x1b[2J\n", "\xff"} {
		f := fileOf(path, "hello")
		err := s.Put(f, strings.NewReader("hallo"))
		if err == nil || len(err.Error()) > 1000 || !printable(err.Error()) {
			t.Errorf("%.2000q", err)
		}
		f.Path = path
		if _, err = s.Hold([]load.File{f}); err == nil || len(err.Error()) > 1000 || !printable(err.Error()) {
			t.Errorf("%.2000q", err)
		}
	}
}

func printable(s string) bool { return utf8.ValidString(s) && !strings.ContainsAny(s, "\x1b\n") }

// Many put, ask, hold and evict at once, through two stores as of two processes: each
// Put works, and what is there is always whole.
func TestManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	stores := []*Store{open(t, dir, 2000), open(t, dir, 2000)}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s := stores[i%2]
			for k := range 60 {
				content := strings.Repeat(fmt.Sprint(k%20), 100)
				f := fileOf("f", content)
				if err := s.Put(f, strings.NewReader(content)); err != nil {
					t.Error(err)
					return
				}
				h, err := s.Hold([]load.File{f})
				var missing *MissingError
				if errors.As(err, &missing) {
					continue // evicted meanwhile
				}
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := os.ReadFile(filepath.Join(h.Dir(), f.SHA256)); string(got) != content || err != nil {
					t.Errorf("held %.20q, %v", got, err)
				}
				if err := h.Release(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	names, size := kept(t, filepath.Join(dir, "files"))
	for _, name := range names {
		d, err := parseDigest(filepath.Base(name))
		if err != nil || !hasDigest(name, d) {
			t.Errorf("%s is broken: %v", name, err)
		}
	}
	if size == 0 || size > 2*2000 {
		t.Errorf("%d bytes are kept", size)
	}
	if names, _ := kept(t, filepath.Join(dir, "live")); len(names) != 0 {
		t.Errorf("left: %v", names)
	}
}

func BenchmarkPutSmall(b *testing.B) {
	s, err := Open(b.TempDir(), 1<<20)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for b.Loop() {
		content := rand.Text() + strings.Repeat("x", 1000)
		if err := s.Put(fileOf("f", content), strings.NewReader(content)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDeletedFolder: the folder of a cache may be deleted while its store is open. What
// is stored from then on is there.
func TestDeletedFolder(t *testing.T) {
	for _, sub := range []string{"", "files", "live"} {
		dir := filepath.Join(t.TempDir(), "cache")
		s := open(t, dir, 100)
		before := put(t, s, "before")
		held, err := s.Hold([]load.File{before})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(dir, sub)); err != nil {
			t.Fatal(err)
		}
		after := put(t, s, "after")
		h, err := s.Hold([]load.File{after})
		if err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(filepath.Join(h.Dir(), after.SHA256)); err != nil || string(text) != "after" {
			t.Errorf("without %q: %q %v", sub, text, err)
		}
		if has(s, before) != (sub == "live") {
			t.Errorf("without %q: the file from before is there: %v", sub, has(s, before))
		}
		if text, err := os.ReadFile(filepath.Join(held.Dir(), before.SHA256)); sub == "files" && (err != nil || string(text) != "before") {
			t.Errorf("what is held: %q %v", text, err)
		}
		put(t, s, "before")
		if other := open(t, dir, 100); !has(other, before) || !has(other, after) {
			t.Errorf("without %q: another process does not find what was stored", sub)
		}
	}
}
