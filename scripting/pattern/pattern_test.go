package pattern_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/scripting/pattern"
)

// find is what string.find gives, as one text: "3-5 <captures>", "nil", or an error.
func find(subject, pat string) string {
	m := pattern.New(subject, pat, 1<<20, nil)
	s, e, ok, err := m.Find(0)
	switch {
	case err != nil:
		return "error: " + err.Error()
	case !ok:
		return "nil"
	}
	out := fmt.Sprintf("%d-%d", s+1, e)
	for i := range m.Captures() {
		text, pos, err := m.Capture(i)
		switch {
		case err != nil:
			return "error: " + err.Error()
		case pos > 0:
			out += fmt.Sprintf(" @%d", pos)
		default:
			out += " " + text
		}
	}
	return out
}

// What Lua 5.1 gives, from its own test suite (pm.lua) and its manual.
func TestFind(t *testing.T) {
	for _, c := range []struct{ subject, pattern, want string }{
		{"", "", "1-0"},
		{"alo", "", "1-0"},
		{"a\x00o a\x00o a\x00o", "a", "1-1"},
		{"alo123alo", "12", "4-5"},
		{"alo123alo", "^12", "nil"},
		{"aaab", "a*", "1-3"},
		{"aaa", "^.*$", "1-3"},
		{"aaa", "b*", "1-0"},
		{"aaa", "ab*a", "1-2"},
		{"aba", "ab*a", "1-3"},
		{"aaab", "a+", "1-3"},
		{"aaab", "^.+$", "1-4"},
		{"aaa", "b+", "nil"},
		{"aaa", "ab+a", "nil"},
		{"aba", "ab+a", "1-3"},
		{"a$a", ".$", "3-3"},
		{"a$a", ".%$", "1-2"},
		{"a$a", ".$.", "1-3"},
		{"a$a", "$$", "nil"},
		{"a$b", "a$", "nil"},
		{"a$a", "$", "4-3"},
		{"", "b*", "1-0"},
		{"aaa", "bb*", "nil"},
		{"aaab", "a-", "1-0"},
		{"aaa", "^.-$", "1-3"},
		{"aabaaabaaabaaaba", "b.*b", "3-15"},
		{"aabaaabaaabaaaba", "b.-b", "3-7"},
		{"alo xo", ".o$", "5-6"},
		{" \n isto é assim", "%S%S*", "4-7"},
		{"um caracter ? extra", "[^%sa-z]", "13-13"},
		{"", "a?", "1-0"},
		{"á", "á?", "1-2"},
		{"ábl", "á?b?l?$", "1-4"},
		{"aa", "^aa?a?a", "1-2"},
		{"]]]áb", "[^]]", "4-4"},
		{"0alo alo", "%x*", "1-2"},
		{"alo alo", "%C+", "1-7"},
		{"  alo", "()%w+()", "3-5 @3 @6"},
		{"key = value", "(%w+)%s*=%s*(%w+)", "1-11 key value"},
		{"THE (quick) fox", "%((%a+)%)", "5-11 quick"},
		{"THE (quick) fox", "%f[%a]%a+%f[%A]", "1-3"},
		{"alo(.)alo", "(.)", "1-1 a"},
		{"abab", "(ab)%1", "1-4 ab"},
		{`x "it's" y`, `(["'])(.-)%1`, `3-8 " it's`},
		{"f(a(b)c)d", "%b()", "2-8"},
		{"((", "%b()", "nil"},
		{"aaa", "%b''", "nil"},
		{"'x'", "%b''", "1-3"},
		{"a-b", "[a-]+", "1-2"},
		{"a-b", "[%a-]+", "1-3"},
		{"a]b", "[]]", "2-2"},
		{"a^b", "[b^]", "2-2"},
		{"\x00a", "%z", "1-1"},
		{"a\x00b", "\x00", "2-2"},
		{"ab12", "((%a)(%a))", "1-2 ab a b"},
		{"2024-05-06", "^(%d+)-(%d+)-(%d+)$", "1-10 2024 05 06"},
		{"x*y", "*y", "2-3"},
		{"a.b", "%.", "2-2"},
		{"hello", "l%d?", "3-3"},
		{"hello", "()ll()", "3-4 @3 @5"},

		{"a", "%", "error: malformed pattern (ends with '%')"},
		{"a", "[", "error: malformed pattern (missing ']')"},
		{"a", "[a", "error: malformed pattern (missing ']')"},
		{"a", "[]", "error: malformed pattern (missing ']')"},
		{"a", "[^]", "error: malformed pattern (missing ']')"},
		{"a", "[a%]", "error: malformed pattern (missing ']')"},
		{"a", "[a%", "error: malformed pattern (missing ']')"},
		{"a", "(a", "error: unfinished capture"},
		{"a", "a)", "error: invalid pattern capture"},
		{"a", "%1", "error: invalid capture index"},
		{"a", "(a%1)", "error: invalid capture index"},
		{"a", "%0", "error: invalid capture index"},
		{"a", "%b", "error: unbalanced pattern"},
		{"a", "%ba", "error: unbalanced pattern"},
		{"a", "%fa", "error: missing '[' after '%f' in pattern"},
		{"a", strings.Repeat("()", 33), "error: too many captures"},
		{"a", strings.Repeat("a*", 300), "error: pattern too complex"},
	} {
		if got := find(c.subject, c.pattern); got != c.want {
			t.Errorf("find(%q, %q) = %s, want %s", c.subject, c.pattern, got, c.want)
		}
	}
}

// A class holds exactly the bytes that C's isalpha and so on hold in the C locale.
func TestClasses(t *testing.T) {
	for class, members := range map[string]string{
		"d": "0123456789", "l": "abcdefghijklmnopqrstuvwxyz", "u": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
		"x": "0123456789abcdefABCDEF", "s": " \t\n\v\f\r", "z": "\x00",
		"p": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
		"a": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
		"w": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
		"c": "\x00\x01\x02\x03\x04\x05\x06\x07\b\t\n\v\f\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f",
	} {
		for c := range 256 {
			char := string([]byte{byte(c)})
			in := strings.Contains(members, char)
			for _, p := range []struct {
				pattern string
				want    bool
			}{{"%" + class, in}, {"%" + strings.ToUpper(class), !in}, {"[%" + class + "]", in}, {"[^%" + class + "]", !in}} {
				if got := find(char, p.pattern) != "nil"; got != p.want {
					t.Errorf("byte %d and %s: %t", c, p.pattern, got)
				}
			}
		}
	}
}

// Patterns that try exponentially or polynomially many ways end by the budget, whatever
// they are made of.
func TestBudget(t *testing.T) {
	long := strings.Repeat("a", 1000)
	for _, c := range []struct{ subject, pattern string }{
		{long, ".-.-.-.-b"},
		{long, strings.Repeat("a*", 20) + "b"},
		{long, strings.Repeat("a?", 90) + strings.Repeat("a", 950) + "b"},
		{long, "(.*)(.*)(.*)%1%2%3b"},
		{strings.Repeat("(", 100_000), "%b()"},
		{strings.Repeat("a", 100_000), "[" + strings.Repeat("x", 10_000) + "]"},
		{strings.Repeat("a", 200_000), "(" + "a*" + ")%1b"},
		{strings.Repeat("a", 100_000), ".-[" + strings.Repeat("x", 100_000) + "]"},
	} {
		m := pattern.New(c.subject, c.pattern, 1<<20, nil)
		if _, _, _, err := m.Find(0); !errors.Is(err, pattern.ErrBudget) {
			t.Errorf("%.30q: %v", c.pattern, err)
		}
		if _, _, err := m.At(0, true); !errors.Is(err, pattern.ErrBudget) {
			t.Errorf("%.30q goes on after its end: %v", c.pattern, err)
		}
	}
}

func TestInterrupted(t *testing.T) {
	done := make(chan struct{})
	ended := make(chan error)
	go func() {
		m := pattern.New(strings.Repeat("a", 1000), ".-.-.-.-.-.-b", 1<<62, done)
		_, _, _, err := m.Find(0)
		ended <- err
	}()
	close(done)
	select {
	case err := <-ended:
		if !errors.Is(err, pattern.ErrInterrupted) {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on")
	}
}

// Finding allocates nothing.
func TestNoAllocation(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		m := pattern.New("GET /shop?page=12&size=7", "([%w_]+)=(%d+)", 1<<20, nil)
		if _, _, ok, _ := m.Find(0); !ok || m.Captures() != 2 {
			t.Fatal("no match")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
