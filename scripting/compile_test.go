package scripting

import (
	"runtime"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func TestProblemsSayWhere(t *testing.T) {
	for _, c := range []struct {
		name, text   string
		line, column int
		message      string
		hint         string
	}{
		{"end missing", "function before()\n  local x = 1\n", 10, 5, "this `function` has no `end`", "ends before it"},
		{"inner end missing", "function before()\n  if x then\n    y()\nend\n", 11, 7, "this `if` has no `end`", "ends before it"},
		{"then missing", "if a == b\n  c()\nend", 11, 7, "unexpected `c`", "a then is missing before it"},
		{"comma missing", "f{a = 1 b = 2}", 10, 13, "unexpected `b`", "a , is missing before it"},
		{"bracket missing", "f(1\nend", 11, 5, "unexpected `end`", "a ) is missing before it"},
		{"var", "\nvar x = 1", 11, 9, "unexpected `x`", "declared with local"},
		{"a word misspelt", "local x = 1\nretrun x", 11, 12, "unexpected `x`", "did you mean return?"},
		{"continue", "for i = 1, 2 do\n  continue\nend", 12, 5, "unexpected `end`", "there is no continue"},
		{"a comment of C", "// x", 10, 5, "unexpected `/`", "begins with --"},
		{"operand missing", "local x =", 10, 0, "the script ends in the middle", "an operand"},
		{"too many ends", "function before()\nend end", 11, 9, "unexpected `end`", "one end too many"},
		{"a foreign word", "local x = 1\nif x != 2 then end", 11, 10, `"!" means nothing in Lua`, "~="},
		{"plus equal", "local n = 1\nn += 1", 11, 7, "unexpected `+`", "n = n + 1"},
		{"text not closed", "local s = 'abc\nlocal b", 10, 0, "a text does not end", "quote"},
		{"long text not closed", "local s = [[abc\n", 10, 0, "no ]] at its end", ""},
		{"assignment as condition", "if x = 1 then end", 10, 10, "unexpected `=`", "=="},
		{"break outside", "local x\nbreak", 11, 0, "`break` outside of a loop", ""},
		{"many locals", "local x = 1\nfunction f()\n" + strings.Repeat("local x = 1\n", 300) + "end", 0, 0, "too many local variables", "200"},
		{"goto", "\ngoto nowhere", 0, 0, "nowhere", ""},
		{"vararg", "function f()\n return ... end", 11, 0, "cannot use '...'", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, problems := Compile([]load.Source{{Path: "script", File: "plan.yaml", Line: 10, Indent: 4, Text: c.text}}, Config{})
			if p != nil || len(problems) != 1 {
				t.Fatalf("%v %+v", p, problems)
			}
			got := problems[0]
			if got.File != "plan.yaml" || got.Path != "script" || c.line > 0 && got.Line != c.line || got.Line < 10 || c.column > 0 && got.Column != c.column || !strings.Contains(got.Message, c.message) || !strings.Contains(got.Hint, c.hint) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestAllProblemsAreListed(t *testing.T) {
	_, problems := Compile([]load.Source{
		{Path: "script", File: "plan.yaml", Text: "x ="}, {Library: "a", File: "scripts/a.lua", Text: "ok = 1"}, {Library: "b", File: "scripts/b.lua", Text: "\n)"},
	}, Config{})
	if len(problems) != 2 || problems[1].File != "scripts/b.lua" || problems[1].Line != 2 || problems[1].Path != "" {
		t.Errorf("%+v", problems)
	}
}

func TestTextsThatTheParserCannotTake(t *testing.T) {
	for name, text := range map[string]string{
		"brackets":  strings.Repeat("(", 200_000),
		"tables":    "x = " + strings.Repeat("{", 200_000),
		"long":      "x = 1 " + strings.Repeat(" ", load.MaxSource),
		"functions": strings.Repeat("x = function() ", 10_000),
		"zero":      "x = \x00",
	} {
		if p, problems := Compile([]load.Source{{Path: "script", File: "p", Text: text}}, Config{}); p != nil || len(problems) == 0 || problems[0].Message == "" {
			t.Errorf("%s: %+v", name, problems)
		}
	}
}

func TestMentions(t *testing.T) {
	p := program(t, Config{}, map[string]string{"script": "function after() return user.data.cars end -- begins", "lib:a": `use "log_in"`})
	s := p.Script("script")
	if !s.Mentions(After) || s.Mentions(Begin) || s.Mentions(Before) || p.Script("none") != nil || p.Script("none").Mentions(After) {
		t.Error("mentions")
	}
	if p.Library("a") == nil || p.Library("b") != nil {
		t.Error("library")
	}
}

func TestGlobals(t *testing.T) {
	p := program(t, Config{}, map[string]string{"script": "function before() end"})
	h := newFakeHost()
	for _, name := range Globals() {
		if f := play(t, h, Before, "function before() if "+name+" == nil then error('none') end end"); f != nil {
			t.Errorf("%s: %v", name, f)
		}
	}
	for _, name := range Modules() {
		if f := play(t, h, Before, "function before() if type(require '"+name+"') ~= 'table' then error('none') end end"); f != nil {
			t.Errorf("%s: %v", name, f)
		}
	}
	if p.base.RawGetString("load").String() != "nil" {
		t.Error("load")
	}
}

// Each run keeps what was compiled of up to 64 libraries.
func TestCompiledFunctionsAreSmall(t *testing.T) {
	const functions, most = 900, 4 << 10
	text := strings.Repeat("x=function() return a end ", functions)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	proto, problem := compile(&load.Source{File: "x.lua", Text: text})
	if problem != nil {
		t.Fatal(problem)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / functions; each > most {
		t.Errorf("%d bytes a function, more than %d", each, most)
	}
	runtime.KeepAlive(proto)
}
