package workspace

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

var requireCall = regexp.MustCompile(`require ?"([^"]*)"`)

// lua is a language in which every text is right but those with the word wrong in them.
func lua(shipped ...string) Lua {
	files := fstest.MapFS{}
	for i := 0; i < len(shipped); i += 2 {
		files[shipped[i]] = &fstest.MapFile{Data: []byte(shipped[i+1])}
	}
	return Lua{
		Shipped: files,
		Requires: func(text string) (names []string, dynamic bool) {
			for _, m := range requireCall.FindAllStringSubmatch(text, -1) {
				names = append(names, m[1])
			}
			return names, strings.Contains(text, "require(")
		},
		Check: func(_ *load.Plan, sources []load.Source) (out plan.Problems) {
			for _, s := range sources {
				for i, l := range strings.Split(s.Text, "\n") {
					if col := strings.Index(l, "wrong"); col >= 0 {
						out = append(out, plan.Problem{File: s.File, Line: s.Line + i, Col: col + 1 + s.Indent, Path: s.Path, Message: "it is wrong"})
					}
				}
			}
			return out
		},
	}
}

const scriptedPlan = `version: 1
base_url: http://h
transactions: [{name: t, steps: [{request: {url: "/{{token}}"}, script: {file: scripts/step.lua}}]}]
load: {users: 1, duration: 1s}
`

// planWith is a plan whose script is text, and whose step has the file scripts/step.lua.
func planWith(t *testing.T, text string) (file []byte, p *plan.Program) {
	t.Helper()
	file = []byte(scriptedPlan + "script: |\n    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n")
	decoded, problems := plan.Decode("p.yaml", file)
	if decoded == nil {
		t.Fatal(problems)
	}
	p, _ = plan.Compile(decoded)
	return file, p
}

func (h *house) scripts(text string, l Lua) ([]load.Source, plan.Problems) {
	h.t.Helper()
	file, p := planWith(h.t, text)
	return h.w.Scripts("p.yaml", file, p, l)
}

// sourceNames is path or library and file of all sources.
func sourceNames(sources []load.Source) []string {
	var out []string
	for _, s := range sources {
		if s.Library != "" && s.Path != "" {
			out = append(out, "both path and library: "+s.Path)
		}
		out = append(out, fmt.Sprintf("%s%s = %s:%d+%d", s.Path, s.Library, s.File, s.Line, s.Indent))
	}
	return out
}

func problemTexts(ps plan.Problems) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Error())
	}
	return out
}

func TestScripts(t *testing.T) {
	h := newHouse(t)
	h.writeTo(h.at("scripts/step.lua"), "\ufeffrequire \"b.c\" token = 1\r\nrequire \"missing\"\r\n")
	h.writeTo(h.at("scripts/a.lua"), `require "shipped" require "both"`)
	h.writeTo(h.at("scripts/b/c.lua"), `require "a" require "b/c"`)
	h.writeTo(h.at("scripts/both.lua"), `own`)
	h.writeTo(h.at("scripts/unused.lua"), `wrong`)
	sources, problems := h.scripts("require \"a\"\nrequire \"json\"", lua("shipped.lua", `require "b.c"`, "both.lua", "wrong", "unused2.lua", "wrong"))
	equal(t, problemTexts(problems))
	equal(t, sourceNames(sources),
		"script = p.yaml:6+4", "transactions[0].steps[0].script = scripts/step.lua:1+0",
		"a = scripts/a.lua:1+0", "b/c = scripts/b/c.lua:1+0", "shipped = (shipped) shipped.lua:1+0", "both = scripts/both.lua:1+0")
	if sources[1].Text != "require \"b.c\" token = 1\nrequire \"missing\"\n" || sources[5].Text != "own" {
		t.Errorf("%q, %q", sources[1].Text, sources[5].Text)
	}
	// Brought along, it is the same.
	file, p := planWith(t, "require \"a\"\nrequire \"json\"")
	files := ScriptFiles(p.Plan, sources)
	equal(t, slices.Sorted(maps.Keys(files)), "scripts/a.lua", "scripts/b/c.lua", "scripts/both.lua", "scripts/step.lua")
	again, problems := BroughtScripts(files, "p.yaml", file, p, lua("shipped.lua", `require "b.c"`))
	if !slices.Equal(again, sources) || problems != nil {
		t.Errorf("brought along: %q %v", sourceNames(again), problems)
	}
	delete(files, "scripts/step.lua")
	_, problems = BroughtScripts(files, "p.yaml", file, p, lua())
	equal(t, problemTexts(problems), "p.yaml:3:80: there is no file scripts/step.lua in the workspace: bring it along with the plan")
}

func TestScriptsByNamesThatAreMade(t *testing.T) {
	h := newHouse(t)
	for _, name := range []string{"step", "a", "deep/b", "a_test", ".hidden", "sp ace"} {
		h.writeTo(h.at("scripts/"+name+".lua"), "token")
	}
	h.write("scripts/data.txt", "scripts/folder.lua/x")
	sources, problems := h.scripts("require(name)", lua("s.lua", "", "s_test.lua", "wrong"))
	equal(t, problemTexts(problems))
	equal(t, sourceNames(sources)[2:], "a = scripts/a.lua:1+0", "step = scripts/step.lua:1+0", "deep/b = scripts/deep/b.lua:1+0", "s = (shipped) s.lua:1+0")
}

func TestScriptProblems(t *testing.T) {
	h := newHouse(t)
	_, problems := h.scripts("x", lua())
	equal(t, problemTexts(problems), "p.yaml:3:80: there is no file scripts/step.lua in the workspace: there is no folder scripts either")
	h.writeTo(h.at("scripts/step.lua"), "")
	_, problems = h.scripts("x", lua())
	equal(t, problemTexts(problems), "p.yaml:3:50: nothing in the plan sets variable token, and no script mentions it")
	if problems.Err() != nil {
		t.Error("that is no warning")
	}
	h.writeTo(h.at("scripts/step.lua"), "token\n\nso wrong")
	h.writeTo(h.at("scripts/l.lua"), "wrong")
	_, problems = h.scripts("require \"l\"\n\n  is wrong", lua())
	equal(t, problemTexts(problems), "p.yaml:8:10: it is wrong", "scripts/l.lua:1:1: it is wrong", "scripts/step.lua:3:4: it is wrong")
	if problems[0].Source != "      is wrong" || problems[2].Source != "so wrong" {
		t.Errorf("%+v", problems)
	}
	h.writeTo(h.at("scripts/l.lua"), strings.Repeat("x", load.MaxSource+1))
	_, problems = h.scripts(`require "l"`, lua())
	equal(t, problemTexts(problems), "p.yaml:5:9: scripts/l.lua cannot be read: it has over 256 KiB")
	h.writeTo(h.at("scripts/l.lua"), "\xff")
	_, problems = h.scripts(`require "l"`, lua())
	equal(t, problemTexts(problems), "p.yaml:5:9: scripts/l.lua cannot be read: it is not UTF-8")
}

// A script that is no block, or has escapes, has its lines in the message.
func TestPlacesOfFoldedScripts(t *testing.T) {
	h := newHouse(t)
	text := []byte(`{"version": 1, "base_url": "http://h", "script": "a\nso wrong", "load": {"users": 1, "duration": "1s"},
		"transactions": [{"name": "t", "steps": [{"request": {"url": "/"}}]}]}`)
	decoded, problems := plan.Decode("p.json", text)
	if decoded == nil {
		t.Fatal(problems)
	}
	p, _ := plan.Compile(decoded)
	sources, problems := h.w.Scripts("p.json", text, p, lua())
	equal(t, sourceNames(sources), "script = script:1+0")
	equal(t, problemTexts(problems), "p.json:1:50: line 2 of the script: it is wrong")
}

func TestHostileLibraries(t *testing.T) {
	h := newHouse(t)
	h.writeTo(h.at("scripts/step.lua"), "token")
	h.writeTo(h.at("x.lua"), marker)
	h.writeTo(h.at(".private/x.lua"), marker)
	h.writeTo(h.at("scripts/x_test.lua"), marker)
	h.writeTo(h.at("scripts/dir.lua/x"), marker)
	for _, name := range []string{
		"", ".", "..", "/", "../x", "..x", "a..x", "/etc/passwd", "./x", "x/", "/x", "a//b", "x_test", "a/x_test", "../.private/x", "~/x", "x\x00", `..\x`, `a\b`,
		"C:x", "x lua", "x:y", strings.Repeat("a", 201), strings.Repeat("a/", 90) + "a", "ä", "%2e%2e/x", "nul", "scripts/x", "x.lua",
	} {
		sources, problems := h.w.Scripts("p.yaml", []byte(scriptedPlan), mustPlan(t, `require "`+name+`"`), lua())
		if len(sources) != 2 || problems.Err() != nil {
			t.Errorf("%q: %q %v", name, sourceNames(sources), problems)
		}
		sources, problems = BroughtScripts(map[string]string{"scripts/step.lua": "token", "x.lua": marker, "scripts/" + name + ".lua": ""}, "p.yaml", []byte(scriptedPlan), mustPlan(t, `require "`+name+`"`), lua())
		if len(sources) > 3 || problems.Err() != nil || len(sources) == 3 && (strings.Contains(name, "..") || strings.HasSuffix(name, "_test")) {
			t.Errorf("brought %q: %q %v", name, sourceNames(sources), problems)
		}
	}
	if _, problems := h.scripts(`require "dir"`, lua()); problems.Err() == nil {
		t.Error("a folder is a library")
	}
	for _, sources := range [][]load.Source{first(h.scripts("require(x)", lua()))} {
		for _, s := range sources {
			if strings.Contains(s.Text, marker) {
				t.Errorf("%s was read", s.File)
			}
		}
	}
}

func first[A, B any](a A, _ B) A { return a }

// mustPlan is a plan with a script that no YAML could hold.
func mustPlan(t *testing.T, text string) *plan.Program {
	t.Helper()
	_, p := planWith(t, "x")
	p.Plan.Script = &load.Script{Source: text}
	return p
}

func TestTooManyScripts(t *testing.T) {
	h := newHouse(t)
	h.writeTo(h.at("scripts/step.lua"), "token")
	var all strings.Builder
	for i := range load.MaxLibraries + 5 {
		h.writeTo(h.at(fmt.Sprintf("scripts/l%d.lua", i)), "")
		fmt.Fprintf(&all, "require \"l%d\"\n", i)
	}
	sources, problems := h.scripts(all.String(), lua())
	if len(sources) != load.MaxLibraries+2 || len(problems) != 1 || !strings.Contains(problems[0].Message, "over 64 libraries") {
		t.Errorf("%d sources, %v", len(sources), problems)
	}
	if _, problems := h.scripts("require(x)", lua()); problems.Err() == nil {
		t.Error("all libraries, and no problem")
	}

	p := mustPlan(t, "x")
	step := p.Plan.Transactions[0].Steps[0]
	for i := range maxScriptFiles + 5 {
		step.Script = &load.Script{File: fmt.Sprintf("scripts/l%d.lua", i)}
		p.Plan.Transactions[0].Steps = append(p.Plan.Transactions[0].Steps, step)
	}
	if _, problems := h.w.Scripts("p.yaml", []byte(scriptedPlan), p, lua()); len(problems) != 1 || !strings.Contains(problems[0].Message, "over 64 script files") {
		t.Errorf("%v", problems)
	}

	h.writeTo(h.at("scripts/big.lua"), strings.Repeat("-", load.MaxSource))
	p = mustPlan(t, "x")
	for range maxScriptBytes/load.MaxSource + 100 {
		step.Script = &load.Script{File: "scripts/big.lua"}
		p.Plan.Transactions[0].Steps = append(p.Plan.Transactions[0].Steps, step)
	}
	sources, problems = h.w.Scripts("p.yaml", []byte(scriptedPlan), p, lua())
	if len(problems) != 1 || !strings.Contains(problems[0].Message, "over 4 MiB") || len(sources) > maxScriptBytes/load.MaxSource+2 {
		t.Errorf("%d sources, %v", len(sources), problems)
	}
}
