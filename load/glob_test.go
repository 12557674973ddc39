package load

import (
	"path"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMatchGlob(t *testing.T) {
	for _, tt := range []struct {
		pattern, file string
		want          bool
	}{
		{"a.txt", "a.txt", true}, {"a.txt", "b/a.txt", false}, {"*.txt", "a.txt", true}, {"*.txt", "b/a.txt", false},
		{"data/**", "data/a", true}, {"data/**", "data/a/b/c.pdf", true}, {"data/**", "data", false}, {"data/**", "database/a", false},
		{"data/**/*.pdf", "data/x.pdf", true}, {"data/**/*.pdf", "data/a/b/x.pdf", true}, {"data/**/*.pdf", "data/a/x.txt", false},
		{"**", "a/b", true}, {"**", "a", true}, {"**/a", "a", true}, {"**/a", "b/c/a", true}, {"**/a", "b/ca", false},
		{"**/a/**/b", "x/a/y/a/z/b", true}, {"**/a/**/b", "x/a/y/c", false}, {"**/a/*/b", "a/a/x/b", true},
		{"a?c", "abc", true}, {"a?c", "aüc", true}, {"a?c", "ac", false}, {"a[0-9]", "a7", true}, {"a[^0-9]", "a7", false},
		{"a/*/c", "a/b/c", true}, {"a/*/c", "a/b/d/c", false}, {"a", "", false}, {"", "a", false}, {"", "", true}, {"[", "[", false},
		{"*", ".hidden", true},
	} {
		if got := MatchGlob(tt.pattern, tt.file); got != tt.want {
			t.Errorf("MatchGlob(%q, %q) = %v", tt.pattern, tt.file, got)
		}
	}
	if n := testing.AllocsPerRun(100, func() { MatchGlob("data/**/x/*.pdf", "data/a/b/x/c.pdf") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// naiveGlob tries everything that ** can take.
func naiveGlob(pattern, file []string) bool {
	if len(pattern) == 0 || len(file) == 0 {
		return len(pattern) == 0 && len(file) == 0
	}
	if pattern[0] != "**" {
		ok, err := path.Match(pattern[0], file[0])
		return ok && err == nil && naiveGlob(pattern[1:], file[1:])
	}
	if len(pattern) == 1 {
		return true
	}
	for i := range len(file) + 1 {
		if naiveGlob(pattern[1:], file[i:]) {
			return true
		}
	}
	return false
}

func TestMatchGlobProperty(t *testing.T) {
	names := rapid.SampledFrom([]string{"a", "b", "ab", "aab"})
	globs := rapid.SampledFrom([]string{"**", "**", "*", "a", "a*", "?b", "[ab]"})
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SliceOfN(globs, 1, 7).Draw(t, "pattern")
		file := rapid.SliceOfN(names, 1, 8).Draw(t, "file")
		got, want := MatchGlob(strings.Join(pattern, "/"), strings.Join(file, "/")), naiveGlob(pattern, file)
		if got != want {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// A glob made to be slow is done at once: this would outlast any test run if the
// matcher tried all ways.
func TestMatchGlobIsBounded(t *testing.T) {
	pattern := strings.Repeat("**/a*a*a*/", 80) + "b"
	if MatchGlob(pattern, strings.Repeat("aaaaaaaaaa/", 90)+"c") {
		t.Error("it matches")
	}
}

func TestCheckGlob(t *testing.T) {
	for _, bad := range []string{"[", "a/[b", `a\`, "x/[a-]/y"} {
		if CheckGlob(bad) == nil {
			t.Errorf("%q is taken for a glob", bad)
		}
	}
	for _, good := range []string{"a", "data/**", "*.{x}", "[a-z]?/*"} {
		if err := CheckGlob(good); err != nil {
			t.Error(err)
		}
	}
}

func TestCleanPath(t *testing.T) {
	long := strings.Repeat("n", MaxPathName)
	for name, want := range map[string]string{
		"a": "a", "a/b.txt": "a/b.txt", "./a": "a", "a//b": "a/b", "a/../b": "b", "a/./b": "a/b", "..a/b..": "..a/b..", "ü ü": "ü ü",
		long + "/" + long: long + "/" + long, strings.Repeat("a/", 511) + "bc": strings.Repeat("a/", 511) + "bc",
	} {
		if got, err := CleanPath(name); got != want || err != nil {
			t.Errorf("CleanPath(%q) = %q, %v", name, got, err)
		}
	}
	for _, bad := range []string{
		"", ".", "..", "../a", "a/../..", "a/../../b", "/a", "//a", "a/", "a/.", "a/b/..", "C:a", "c:/a", `a\b`, `..\a`, "a\x00", "a\nb", "a\x7f",
		long + "n", "a/" + long + "n/b", strings.Repeat("a/", 512) + "b",
	} {
		if got, err := CleanPath(bad); err == nil {
			t.Errorf("CleanPath(%q) = %q", bad, got)
		}
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = CleanPath("data/files/a.pdf") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Whatever is given, what is taken stays inside, and is its own clean form.
func TestCleanPathProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{"..", ".", "", "a", "/", "\\", "b:", "\x00"})).Draw(t, "parts")
		clean, err := CleanPath(strings.Join(parts, "/"))
		if err != nil {
			return
		}
		again, err := CleanPath(clean)
		if err != nil || again != clean || strings.HasPrefix(clean, "..") || path.IsAbs(clean) || strings.ContainsAny(clean, "\\\x00") {
			t.Fatalf("%q, then %q, %v", clean, again, err)
		}
	})
}
