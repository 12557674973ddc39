package blobs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

func TestOldestGoesFirst(t *testing.T) {
	s := open(t, t.TempDir(), 100)
	a, b, c := put(t, s, strings.Repeat("a", 40)), put(t, s, strings.Repeat("b", 40)), load.File{}
	age(t, s, a, 3*time.Hour)
	age(t, s, b, 2*time.Hour)
	if !has(s, a) { // asked for now
		t.Fatal("a is gone")
	}
	c = put(t, s, strings.Repeat("c", 40))
	if !has(s, a) || has(s, b) || !has(s, c) {
		t.Errorf("a %v, b %v, c %v", has(s, a), has(s, b), has(s, c))
	}
	d := put(t, s, strings.Repeat("d", 100))
	if names, size := kept(t, s.files()); size != 100 || len(names) != 1 || !has(s, d) {
		t.Errorf("%v", names)
	}
}

// TestAskedForSince: what was asked for after the store looked through its folder is no
// longer the oldest.
func TestAskedForSince(t *testing.T) {
	s := open(t, t.TempDir(), 100)
	a, b := put(t, s, strings.Repeat("a", 40)), put(t, s, strings.Repeat("b", 40))
	age(t, s, a, 3*time.Hour)
	age(t, s, b, 2*time.Hour)
	put(t, s, "x") // looks
	if before := s.surveyed; !has(s, a) || before.IsZero() || len(s.oldest) != 2 {
		t.Fatalf("%v of %v", s.oldest, before)
	}
	put(t, s, strings.Repeat("c", 40))
	if !has(s, a) || has(s, b) {
		t.Errorf("a %v, b %v", has(s, a), has(s, b))
	}
}

// TestStoredAgain: it counts as asked for, and not twice.
func TestStoredAgain(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 100)
	a, b := put(t, s, strings.Repeat("a", 40)), put(t, s, strings.Repeat("b", 40))
	age(t, s, a, 3*time.Hour)
	age(t, s, b, 2*time.Hour)
	put(t, s, strings.Repeat("a", 40))
	put(t, s, strings.Repeat("c", 20))
	put(t, s, strings.Repeat("d", 20))
	if !has(s, a) || has(s, b) {
		t.Errorf("a %v, b %v", has(s, a), has(s, b))
	}
	other := open(t, dir, 100)
	put(t, other, "x")
	put(t, other, strings.Repeat("a", 40)) // which it has not seen before
	if _, size := kept(t, s.files()); other.total != size || size != 81 {
		t.Errorf("%d bytes are counted, %d are there", other.total, size)
	}
}

// TestForeignFilesStay: what is not a file under a digest is not ours to remove.
func TestForeignFilesStay(t *testing.T) {
	s := open(t, t.TempDir(), 10)
	foreign := filepath.Join(s.files(), "README")
	if err := os.WriteFile(foreign, []byte(strings.Repeat("x", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(s.files(), fileOf("", "x").SHA256)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, s, "0123456789")
	put(t, s, "9876543210")
	for _, path := range []string{foreign, folder} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// TestBoundOverProcesses: what another process has stored is seen after a minute at the
// latest, and in any case when the store is opened.
func TestBoundOverProcesses(t *testing.T) {
	dir := t.TempDir()
	one, two := open(t, dir, 100), open(t, dir, 100)
	for i := range 10 {
		put(t, one, strings.Repeat(fmt.Sprint(i), 20))
	}
	for i := range 10 {
		two.surveyed = two.surveyed.Add(-2 * surveyEvery)
		put(t, two, strings.Repeat(fmt.Sprint(i), 21))
		if names, size := kept(t, two.files()); size > 100 {
			t.Fatalf("%d bytes: %v", size, names)
		}
	}
	three := open(t, dir, 50)
	put(t, three, "x")
	if _, size := kept(t, dir); size > 50 {
		t.Errorf("%d bytes", size)
	}
}

// TestEvictionIsCheap: a full store of many files looks through its folder now and then,
// not for each Put.
func TestEvictionIsCheap(t *testing.T) {
	s := open(t, t.TempDir(), 1000)
	surveys, last := 0, time.Time{}
	for i := range 500 {
		put(t, s, fmt.Sprintf("%010d", i))
		if s.surveyed != last {
			surveys, last = surveys+1, s.surveyed
		}
	}
	if surveys > 10 {
		t.Errorf("%d surveys for 500 files in a store of 100", surveys)
	}
	if names, _ := kept(t, s.files()); len(names) != 100 {
		t.Errorf("%d files", len(names))
	}
}

// The store against the plainest model of it: a list, the one asked for last in front.
func TestEvictionProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp("", "blobs")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		const limit = 100
		s, err := Open(dir, limit)
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		var model []load.File // asked for last: first
		touched := func(f load.File) {
			model = slices.DeleteFunc(model, func(m load.File) bool { return m == f })
			model = slices.Insert(model, 0, f)
			// Times that differ, however fast the test is.
			for i, m := range model {
				then := time.Now().Add(-time.Duration(i+1) * time.Hour)
				if err := os.Chtimes(filepath.Join(s.files(), m.SHA256), then, then); err != nil {
					rt.Fatal(err)
				}
			}
			s.surveyed = time.Time{}
		}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			n := rapid.IntRange(0, 12).Draw(rt, "file")
			content := strings.Repeat(string(rune('a'+n)), 5*n)
			f := fileOf("f", content)
			if rapid.Bool().Draw(rt, "ask") {
				want := slices.Contains(model, f)
				if has(s, f) != want {
					rt.Fatalf("file %d: there is %v, want %v", n, !want, want)
				}
				if want {
					touched(f)
				}
				continue
			}
			if err := s.Put(f, strings.NewReader(content)); err != nil {
				rt.Fatal(err)
			}
			sum := f.Size
			model = slices.DeleteFunc(model, func(m load.File) bool { return m == f })
			keep := len(model)
			for i, m := range model {
				if sum += m.Size; sum > limit {
					keep = i
					break
				}
			}
			// An empty file takes no room: one behind the last that fits stays or goes.
			for keep < len(model) && model[keep].Size == 0 && has(s, model[keep]) {
				keep++
			}
			model = model[:keep]
			touched(f)
		}
	})
}
