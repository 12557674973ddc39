package guard

import (
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func TestOpened(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Opener
		ok         bool
	}{
		{"by its indentation", "function f()\n  if a then\n    g()\nend\n", Opener{"if", 2, 3}, true},
		{"a loop in a function", "local function f()\n  for i = 1, 2 do\n    g(i)\nend\n\nfunction h()\nend\n", Opener{"do", 2, 16}, true},
		{"the innermost", "function f()\n  if a then\n  end\n", Opener{"function", 1, 1}, true},
		{"nothing closed", "function f()\n  while true do\n", Opener{"do", 2, 14}, true},
		{"one line", "function f() if a then end", Opener{"function", 1, 1}, true},
		{"a bracket", "f(\n  1,\n", Opener{"(", 1, 2}, true},
		{"a table", "local t = {\n  a = 1,\n", Opener{"{", 1, 11}, true},
		{"repeat", "repeat\n  f()\n", Opener{"repeat", 1, 1}, true},
		{"words in texts and comments", "-- if then do\nlocal s = 'function'\nif a then\n", Opener{"if", 3, 1}, true},
		{"elseif opens nothing", "if a then\nelseif b then\nelse\n", Opener{"if", 1, 1}, true},
		{"nothing", "local x =", Opener{}, false},
		{"an end that fits nothing", "f(\nend", Opener{}, false},
	} {
		if got, ok := Opened(c.text); got != c.want || ok != c.ok {
			t.Errorf("%s: %+v, %v, want %+v, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

// The longest line takes no longer for what stands before it.
func TestOpenedOfALongLine(t *testing.T) {
	text := "f(" + strings.Repeat("()", load.MaxSource/2-1)
	if got, ok := Opened(text); !ok || got != (Opener{"(", 1, 2}) {
		t.Errorf("%+v, %v", got, ok)
	}
}

func TestBefore(t *testing.T) {
	for _, c := range []struct {
		text          string
		line, column  int
		missing, name string
	}{
		{"if a == 1\n  f()\nend", 2, 3, "then", ""},
		{"if a then\nelseif b\n  f()\nend", 3, 3, "then", "b"},
		{"while a\n  f()\nend", 2, 3, "do", "a"},
		{"for i = 1, 2 f() end", 1, 14, "do", ""},
		{"f{a = 1 b = 2}", 1, 9, ",", ""},
		{"f{a = {}\n  {}}", 2, 3, ",", ""},
		{"f(1\nend", 2, 1, ")", ""},
		{"var x = 1", 1, 5, "", "var"},
		{"if f(function() end) then x y end", 1, 29, "", "x"},
		{"end end", 1, 5, "", ""},
		{"x", 9, 9, "", ""},
	} {
		if missing, name := Before(c.text, c.line, c.column); missing != c.missing || name != c.name {
			t.Errorf("%q: %q after %q, want %q after %q", c.text, missing, name, c.missing, c.name)
		}
	}
}
