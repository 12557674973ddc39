package plan

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	text := "version: 1\nbase_url: http://h\nload: {users: 1}\ntransactions:\n- {name: 首页, wieght: 3, steps: [{request: {url: /}}]}\n"
	_, problems := Decode("p.yaml", []byte(text))
	var b bytes.Buffer
	if err := problems.Format(&b, false); err != nil {
		t.Fatal(err)
	}
	want := "p.yaml:5:14: unknown key \"wieght\"\n" +
		"    5 | - {name: 首页, wieght: 3, steps: [{request: {url: /}}]}\n" +
		"      |                ^\n" +
		"      = did you mean \"weight\"?\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	if err := problems.Format(&b, true); err != nil || !strings.Contains(b.String(), "\x1b[31m") {
		t.Errorf("no colour: %q %v", b.String(), err)
	}
}

// TestFormatIsSafe keeps a plan from steering the terminal, and a line short.
func TestFormatIsSafe(t *testing.T) {
	line := strings.Repeat("é", 5000) + "\u202e\u0085" + strings.Repeat("x", 5000)
	text := "version: 1\n\"" + line + "\": 1\n"
	_, problems := Decode("a\x1b[2J.yaml", []byte(text))
	var b bytes.Buffer
	if err := problems.Format(&b, false); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.ContainsAny(got, "\x1b\u202e\u0085") || b.Len() > 2000 {
		t.Errorf("%d bytes: %q", b.Len(), got)
	}
}

func TestExcerpt(t *testing.T) {
	line := strings.Repeat("a", 200) + "é!" + strings.Repeat("b", 200)
	for _, c := range []struct{ col, caret int }{{1, 0}, {50, 49}, {51, 50}, {202, 50}, {500, 50}} {
		var at column
		at.advance(line, c.col)
		source, caret := at.excerpt(line)
		if caret != c.caret || len([]rune(source)) > maxSource {
			t.Errorf("col %d: caret %d, want %d, in %q", c.col, caret, c.caret, source)
		}
		if c.col == 202 && []rune(source)[caret] != '!' {
			t.Errorf("the caret is under %q", []rune(source)[caret])
		}
	}
}

func TestProblemsErr(t *testing.T) {
	if err := (Problems{{Message: "a", Warning: true}}).Err(); err != nil {
		t.Errorf("a warning is an error: %v", err)
	}
	var err error = Problems{{Message: "a", Warning: true}, {File: "f", Line: 1, Col: 2, Message: "b", Hint: "c"}}.Err()
	var problems Problems
	if !errors.As(err, &problems) || err.Error() != "a\nf:1:2: b: c" {
		t.Errorf("%v", err)
	}
}

func TestNearest(t *testing.T) {
	words := []string{"weight", "name", "steps", "p95", "users"}
	for s, want := range map[string]string{"wieght": "weight", "wight": "weight", "nmae": "name", "step": "steps", "zzz": "", "": "", "xy": "", "user": "users", strings.Repeat("a", 1000): ""} {
		if got := nearest(s, words); got != want {
			t.Errorf("nearest to %q: %q, want %q", s, got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "abc", 3}, {"abc", "", 3}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"a", "a", 0}} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("from %q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
