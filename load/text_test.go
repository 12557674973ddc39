package load

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"", 0, ""}, {"abc", 3, "abc"}, {"abc", 2, "ab"}, {"aé", 2, "a"}, {"aé", 3, "aé"}, {"😀", 3, ""},
		{"\xff\xfea", 9, "?a"}, {"a\xc3", 9, "a?"}, {"\x80\x80\x80", 2, ""}, {"ab", 0, ""},
	} {
		if got := Clip(c.in, c.n); got != c.want {
			t.Errorf("Clip(%q, %d) is %q, want %q", c.in, c.n, got, c.want)
		}
	}
	for n := range 20 {
		if got := Clip(strings.Repeat("aé\xff😀", 5), n); len(got) > n || !utf8.ValidString(got) {
			t.Errorf("%d: %q", n, got)
		}
	}
}
