package workspace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting/lint"
)

func TestCheckLibrary(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "scripts"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "scripts", "other.lua"), []byte("return chekc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	checker := lint.New()
	lua := Lua{Requires: lint.Requires, Check: func(p *load.Plan, sources []load.Source) (out plan.Problems) {
		for _, f := range checker.Check(p, sources) {
			out = append(out, plan.Problem{File: f.File, Line: f.Line, Col: f.Column, Message: f.Message, Hint: f.Hint, Warning: f.Warning})
		}
		return out
	}}
	for name, c := range map[string]struct{ file, text, want string }{
		"good":               {"scripts/a.lua", "return {}\n", ""},
		"its own":            {"scripts/a.lua", "local x = 1\nreturn chekc(x)\n", "scripts/a.lua:2:8: nothing sets the global chekc"},
		"that of another":    {"scripts/a.lua", "return require 'other'\n", ""},
		"no such":            {"scripts/a.lua", "return require 'othre'\n", `there is no library "othre"`},
		"itself":             {"scripts/other.lua", "return require 'other'\n", ""},
		"what does not end":  {"scripts/a.lua", "return {\n", "scripts/a.lua:"},
		"tests":              {"scripts/a_test.lua", "test('x', function() equal(1, 1) end)\n", ""},
		"tests of a library": {"scripts/a.lua", "test('x', function() end)\n", "nothing sets the global test"},
		"too long":           {"scripts/a.lua", strings.Repeat("-", load.MaxSource+1), "over 256 KiB"},
		"no text":            {"scripts/a.lua", "\xff", "not UTF-8"},
	} {
		got := w.CheckLibrary(c.file, c.text, lua)
		if (c.want == "") != (len(got) == 0) || !strings.Contains(got.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, got, c.want)
		}
	}
	if got := w.CheckLibrary("scripts/a.lua", "return chekc", Lua{}); len(got) > 0 {
		t.Errorf("%v", got)
	}
}
