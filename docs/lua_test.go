package docs_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/lint"
	"github.com/locust-http/locust-http/scripts"
)

// A block of Lua on the page is, by the words behind its fence,
//
//	lua                 the body of function transaction(user)
//	lua transaction     a transaction's script, without steps if it has function transaction
//	lua step            the script of a step that gets /items/7
//	lua plan            the plan's script
//	lua library:NAME    a library that all other examples can require
//	lua test:NAME       NAME_test.lua beside it, which `script test` runs
//	lua … fails:CLASS   must fail with that class
//	lua … run           is played as a run of two users, not sent once
const luaPage = "lua.md"

// globalFunction finds where a script defines a function that is no local one.
var globalFunction = regexp.MustCompile(`(?m)^function (\w+)\(`)

var hookNames = []string{"before", "after", "transaction", "begin", "finish", "setup", "teardown", "user_start", "user_stop"}

// Every example on the page does what the page says, and nothing on it is left out: a
// check that fails, an error, or a hook that is not called fails its example.
func TestLuaExamples(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	base := examplePlan(t, site.URL)
	blocks := blocksOf(t, luaPage, "lua")
	if len(blocks) < 60 {
		t.Fatalf("only %d examples on the page", len(blocks))
	}
	libraries, secrets := libraries(t, blocks), secretsOf(t)
	for _, b := range blocks {
		if b.value("library") != "" || b.value("test") != "" {
			continue
		}
		t.Run(b.place(), func(t *testing.T) {
			t.Parallel()
			e := newExample(t, base, b, libraries, secrets)
			for _, problem := range lint.New().Check(e.plan, e.scripts) {
				t.Errorf("%s:%d: %s; %s", problem.File, problem.Line, problem.Message, problem.Hint)
			}
			if b.is("run") {
				e.judge(t, e.run(t))
			} else {
				e.judge(t, e.send(t))
			}
		})
	}
}

// libraries are those that are shipped, and those that the page shows.
func libraries(t *testing.T, blocks []*block) (all []load.Source) {
	t.Helper()
	files, err := fs.Glob(scripts.Files, "*.lua")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name, _ := strings.CutSuffix(file, ".lua")
		if strings.HasSuffix(name, "_test") {
			continue
		}
		text, err := fs.ReadFile(scripts.Files, file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, load.Source{Library: name, File: "scripts/" + file, Text: string(text)})
	}
	for _, b := range blocks {
		if name := b.value("library"); name != "" {
			all = append(all, load.Source{Library: name, File: b.page, Line: b.line, Text: b.text})
		}
	}
	return all
}

// outcome is what came of an example.
type outcome struct {
	failed []failed
	logs   []load.LogLine
}

// failed is something that came out badly.
type failed struct {
	class load.Class
	text  string
}

// judge compares an outcome with what the example is to show.
func (e *example) judge(t *testing.T, o outcome) {
	t.Helper()
	want := load.Class(e.block.value("fails"))
	for _, f := range o.failed {
		if f.class != want {
			t.Errorf("%s: %s: %s", e.block.place(), f.class, f.text)
		}
	}
	if want != "" && len(o.failed) == 0 {
		t.Errorf("%s: nothing failed, want %s", e.block.place(), want)
	}
	for _, hook := range e.hooks {
		if !slices.ContainsFunc(o.logs, func(l load.LogLine) bool { return l.Message == beginning(hook) }) {
			t.Errorf("%s: %s was not called", e.block.place(), hook)
		}
	}
	for _, l := range o.logs {
		if l.Level == "error" && l.Place == "" { // not the script's own words
			t.Errorf("%s: the log says: %s", e.block.place(), l.Message)
		}
	}
}

// beginning is what the log says of a hook that began.
func beginning(hook string) string { return "docs_test: " + hook + " was called" }

// tellingHooks is text whose hooks say in the log that they were called, and which they
// are: all global functions. Its lines stay where they are.
func tellingHooks(t *testing.T, text string) (told string, hooks []string) {
	t.Helper()
	var b strings.Builder
	b.WriteString(strings.TrimRight(text, "\n"))
	for _, found := range globalFunction.FindAllStringSubmatch(text, -1) {
		hook := found[1]
		if !slices.Contains(hookNames, hook) {
			t.Errorf("%s is no hook", hook)
		}
		hooks = append(hooks, hook)
		b.WriteString("\ndo local f = " + hook + "; " + hook + " = function(...) log.info(\"" + beginning(hook) + "\") return f(...) end end")
	}
	if len(hooks) == 0 {
		t.Error("the script has no hook")
	}
	return b.String() + "\n", hooks
}
