package lint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/scripting/lint"
)

// texts is what problems say, with their places.
func texts(problems []scripting.Problem) []string {
	var out []string
	for _, p := range problems {
		s := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
		if p.Warning {
			s = "warning: " + s
		}
		if p.Hint != "" {
			s += " (" + p.Hint + ")"
		}
		out = append(out, s)
	}
	return out
}

func onPlan(text string) []load.Source {
	return []load.Source{{Path: "script", File: "p.yaml", Line: 10, Indent: 2, Text: text}}
}

func onStep(text string) []load.Source {
	return []load.Source{{Path: "transactions[0].steps[0].script", File: "p.yaml", Line: 1, Text: text}}
}

func onTransaction(path, text string) []load.Source {
	return []load.Source{{Path: path, File: "p.yaml", Line: 1, Text: text}}
}

func with(sources []load.Source, libraries ...string) []load.Source {
	for i := 0; i < len(libraries); i += 2 {
		sources = append(sources, load.Source{Library: libraries[i], File: "scripts/" + libraries[i] + ".lua", Line: 1, Text: libraries[i+1]})
	}
	return sources
}

// twoTransactions has steps in the first and none in the second.
func twoTransactions() *load.Plan {
	return &load.Plan{Transactions: []load.Transaction{{Name: "steps", Steps: []load.Step{{Request: &load.Request{URL: "/"}}}}, {Name: "lua"}}}
}

func TestProblems(t *testing.T) {
	const steps, lua = "transactions[0].script", "transactions[1].script"
	for name, tt := range map[string]struct {
		sources []load.Source
		want    []string
	}{
		"nothing":                        {onPlan("function before(req, user) req.headers.X = user.vars.token end"), nil},
		"syntax":                         {onPlan("function before(req)\n  if x the\nend"), []string{"p.yaml:11:10: unexpected `the` (a then is missing before it)"}},
		"typo":                           {onPlan("counter = 0\nfunction before(req)\n  countr = counter + 1\n  log.info(conter)\nend"), []string{"warning: p.yaml:13:14: nothing sets the global conter (did you mean counter?)"}},
		"built in":                       {onStep("prnt('x')"), []string{"warning: p.yaml:1:1: nothing sets the global prnt (did you mean print?)"}},
		"module":                         {onStep("function before(req) req.body = json.encode{} end"), []string{`warning: p.yaml:1:33: nothing sets the global json (local json = require "json")`}},
		"not here":                       {onStep("local t = os.time()"), []string{`warning: p.yaml:1:11: scripts have no os (local time = require "time")`}},
		"no parameter":                   {onStep("function after()\n  check('x', res.ok)\nend"), []string{"warning: p.yaml:2:14: nothing sets the global res (it is what a hook is given: function before(req, user), function after(res, user))"}},
		"nearly a local":                 {onStep("function before(req, user)\n  print(usr.id)\nend"), []string{"warning: p.yaml:2:9: nothing sets the global usr (did you mean user?)"}},
		"nearly a library's name":        {onStep("print(jsn.encode{})"), []string{`warning: p.yaml:1:7: nothing sets the global jsn (local json = require "json")`}},
		"nearly a library that is there": {onStep("local json = require 'json'\nprint(jsn.encode{}, json)"), []string{"warning: p.yaml:2:7: nothing sets the global jsn (did you mean json?)"}},
		"local of another function":      {onStep("function before(req)\n  local t0 = 1\nend\nfunction after(res)\n  print(t0)\nend"), []string{"warning: p.yaml:5:9: nothing sets the global t0 (the local t0 of line 2 is not known here)"}},
		"local that comes later":         {onStep("function before(req)\n  print(token)\nend\nlocal token"), []string{"warning: p.yaml:2:9: nothing sets the global token (the local token of line 4 is not known here)"}},
		"nothing of a user":              {onStep("function after(res, u) u.token = 1 end"), []string{"warning: p.yaml:1:26: a user has no token (u.vars.token is kept for the user's life)"}},
		"in a library":                   {with(onStep(`require "sign"`), "sign", "local M = {}\nfunction M.sign() return hmca end\nreturn M"), []string{"warning: scripts/sign.lua:2:26: nothing sets the global hmca"}},
		"local":                          {onStep("local function f(a, ...) for i = 1, 2 do for k, v in pairs(arg) do print(a, i, k, v, f) end end end repeat local x = 1 until x"), nil},
		"self":                           {onStep("local t = {} function t:m() return self end"), nil},
		"through _G":                     {onStep("_G.counter = 1 print(counter)"), nil},
		"any through _G":                 {onStep("for k, v in pairs({}) do _G[k] = v end print(whatever)"), nil},

		"response":        {onStep("function after(res)\n  check('ok', res.stauts == 200)\nend"), []string{"warning: p.yaml:2:19: a response has no stauts (did you mean status?)"}},
		"request":         {onStep("function before(r)\n  r.haeders.X = 1\nend"), []string{"warning: p.yaml:2:5: a request has no haeders (did you mean headers?)"}},
		"user":            {onStep("before = function(req, u) print(u.iteraton) end"), []string{"warning: p.yaml:1:35: a user has no iteraton (did you mean iteration?)"}},
		"dot for colon":   {onStep("function after(res) print(res.json('$.a'), res:json('$.a'), res.body) end"), []string{"warning: p.yaml:1:31: res.json needs the res it is about (write res:json(…), with a colon)"}},
		"colon for dot":   {onStep("http:get{url = '/'} log:info(1) user_id = run:stop('x')"), []string{"warning: p.yaml:1:6: http.get is not about an object (write http.get(…), with a dot)", "warning: p.yaml:1:25: log.info is not about an object (write log.info(…), with a dot)"}},
		"value called":    {onStep("function after(res, user) print(res.status(), res:body(), user.retire(), user:retire(), user.id) end"), []string{"warning: p.yaml:1:37: res.status is no function (write res.status)", "warning: p.yaml:1:51: res.body is no function (write res.body)"}},
		"null":            {onStep("print(null)"), []string{"warning: p.yaml:1:7: scripts have no null (nothing is nil; in JSON it is json.null)"}},
		"string":          {onStep("print(string.foo, string.format('x'), ('x'):foo())"), []string{"warning: p.yaml:1:14: string has no foo"}},
		"of a call":       {onStep("local r = http.get{url='/'} print(r.satus, r.request.mehtod) http.pst{}"), []string{"warning: p.yaml:1:37: a response has no satus (did you mean status?)", "warning: p.yaml:1:54: a request has no mehtod (did you mean method?)", "warning: p.yaml:1:67: http has no pst (did you mean post?)"}},
		"of a module":     {onStep("local j = require 'json' print(j.decod)"), []string{"warning: p.yaml:1:34: json has no decod (did you mean decode?)"}},
		"module replaced": {with(onStep("local j = require 'json' print(j.decod)"), "json", "return {decod = 1}"), nil},
		"global replaced": {onStep("log = {}\nlog.trace = 1"), nil},
		"assigned again":  {onStep("function after(res) res = {} print(res.foo) end"), nil},
		"shadowed":        {onStep("local log = {} log.trace = 1"), nil},

		"no library":         {onStep("local x = require 'expct'"), []string{`p.yaml:1:11: there is no library "expct" (write scripts/expct.lua)`}},
		"nearly a library":   {with(onStep("local x = require('expct')"), "expect", ""), []string{`p.yaml:1:11: there is no library "expct" (did you mean expect?)`}},
		"nearly shipped":     {onStep("require 'oauth' print(oauth2)"), []string{`p.yaml:1:1: there is no library "oauth" (did you mean oauth2?)`, `warning: p.yaml:1:23: nothing sets the global oauth2 (local oauth2 = require "oauth2")`}},
		"nearly a module":    {onStep("local x = require 'jsn'"), []string{`p.yaml:1:11: there is no library "jsn" (did you mean json?)`}},
		"with its ending":    {onStep("local x = require 'some/thing.lua'"), []string{`p.yaml:1:11: there is no library "some/thing.lua" (a library has the name of its file below scripts/, without .lua)`}},
		"either way":         {with(onStep("require 'a.b' require 'a/b' require 'math'"), "a/b", ""), nil},
		"twice":              {onStep("require 'nothing'\nrequire 'nothing'"), []string{`p.yaml:1:1: there is no library "nothing" (write scripts/nothing.lua)`}},
		"library of library": {with(onStep("require 'a'"), "a", "require 'nothing'"), []string{`scripts/a.lua:1:1: there is no library "nothing" (write scripts/nothing.lua)`}},

		"hook of the plan":        {onStep("function setup(vars) end"), []string{"p.yaml:1:10: setup never runs in the script of a step (it belongs into the script of the plan)"}},
		"hook of a transaction":   {onPlan("function begin(user) end"), []string{"p.yaml:10:12: begin never runs in the script of the plan (it belongs into the script of a transaction)"}},
		"called by itself":        {onStep("function setup() end setup()"), nil},
		"transaction with steps":  {onTransaction(steps, "function transaction(user) end"), []string{"p.yaml:1:10: transaction never runs in a transaction that has steps (leave out one of them)"}},
		"transaction of steps":    {onTransaction(steps, "function begin(user) end"), nil},
		"transaction of nothing":  {onTransaction(lua, "function before(req) end"), []string{"p.yaml:1:1: the transaction has no steps, and its script has no function transaction(user) (add one of them)"}},
		"transaction in Lua":      {onTransaction(lua, "function transaction(user) end"), nil},
		"transaction as a value":  {with(onTransaction(lua, "transaction = require('flow').run"), "flow", "return {}"), nil},
		"nearly a hook":           {onPlan("function befor(req, user) end"), []string{"warning: p.yaml:10:12: nothing calls befor (did you mean before?)"}},
		"nearly a hook, but used": {onPlan("function befor(req, user) end function before(req, user) befor(req, user) end"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := texts(lint.New("oauth2").Check(twoTransactions(), tt.sources)); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestPartsOfThePlan(t *testing.T) {
	p := &load.Plan{Blocks: []load.Block{{Name: "log in"}}, Data: []load.DataSource{{Name: "accounts"}}}
	for text, want := range map[string][]string{
		`function before(req, user) use "log in" use(user.data.accounts.block) print(user.data["accounts"].name) end`: nil,
		"function before(req, user)\n  use 'login'\nend":                                                              {`warning: p.yaml:2:3: the plan has no block "login" (did you mean log in?)`},
		"function after(res, u) print(u.data.account.name) end":                                                       {"warning: p.yaml:1:37: the plan has no data account (did you mean accounts?)"},
		"local use = print use 'anything'":                                                                            nil,
		"use = print use 'anything'":                                                                                  nil,
	} {
		if got := texts(lint.New().Check(p, onStep(text))); !slices.Equal(got, want) {
			t.Errorf("%s\ngot\n%s\nwant\n%s", text, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if got := lint.New().Check(p, with(onStep("require 'flow'"), "flow", "use 'of another plan'")); len(got) > 0 {
		t.Errorf("a library is checked for the blocks of this plan: %q", texts(got))
	}
}

// A local of the plan's script is not seen by those of its steps, unless it is theirs too.
func TestLocalsOfThoseAround(t *testing.T) {
	sources := []load.Source{
		{Path: "script", File: "p.yaml", Line: 5, Text: "local token, other\nfunction before(req) local inner = token end"},
		{Path: "transactions[0].steps[0].script", File: "p.yaml", Line: 20, Text: "function after(res)\n  local other = 1\n  print(token, other, inner)\nend"},
	}
	want := []string{
		"warning: p.yaml:22:9: nothing sets the global token (p.yaml:5 has a local token, which no other script sees: leave out local there)",
		"warning: p.yaml:22:23: nothing sets the global inner",
	}
	if got := texts(lint.New().Check(twoTransactions(), sources)); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A script sees the globals of those it lies in, a library only its own.
func TestGlobalsOfThoseAround(t *testing.T) {
	sources := []load.Source{
		{Path: "script", File: "p.yaml", Line: 1, Text: "a = 1"},
		{Path: "transactions[0].script", File: "p.yaml", Line: 2, Text: "b = a"},
		{Path: "transactions[0].steps[0].script", File: "p.yaml", Line: 3, Text: "c = a + b"},
		{Path: "transactions[1].script", File: "p.yaml", Line: 4, Text: "function transaction() print(a, b) end"},
		{Path: "blocks.x[0].script", File: "p.yaml", Line: 5, Text: "print(a, b, c)"},
		{Path: "user_start[0].script", File: "p.yaml", Line: 6, Text: "print(a, b)"},
		{Library: "l", File: "scripts/l.lua", Line: 1, Text: "print(a)"},
	}
	want := []string{
		"warning: p.yaml:4:33: nothing sets the global b (did you mean a?)",
		"warning: p.yaml:5:13: nothing sets the global c (did you mean a?)",
		"warning: p.yaml:6:10: nothing sets the global b (did you mean a?)",
		"warning: scripts/l.lua:1:7: nothing sets the global a",
	}
	if got := texts(lint.New().Check(twoTransactions(), sources)); !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestRequires(t *testing.T) {
	for text, want := range map[string]string{
		`local json = require "json"`:                    "[json] false",
		`require('a.b') require ( "c/d" ) require [[e]]`: "[a.b c/d e] false",
		`require "a" require "a"`:                        "[a] false",
		`-- require "a"` + "\n--[[ require 'b' ]] x = 1": "[] false",
		`x = "require 'a'" y = [==[ require "b" ]] ]==]`: "[] false",
		`require("a" .. b)`:                              "[] true",
		`require(name)`:                                  "[] true",
		`local r = require r "a"`:                        "[] true",
		`pcall(require, "a")`:                            "[] true",
		`_G.require "a"`:                                 "[a] false",
		`_G["require"]("a")`:                             "[] true",
		`t.require "a" t:require "b" t.x.require(y)`:     "[] false",
		`require "a\98"`:                                 "[] true",
		`requires "a" my_require "b"`:                    "[] false",
		"require --[[ so ]] 'a'":                         "[a] false",
		`require "a`:                                     "[] true",
		`require`:                                        "[] true",
		"require [[a":                                    "[] true",
		"--[==[ never ends":                              "[] false",
		"[=":                                             "[] false",
		"local s = 'it\\'s' require 'b'":                 "[b] false",
	} {
		names, dynamic := lint.Requires(text)
		if got := fmt.Sprint(names, " ", dynamic); strings.Replace(got, "] ", "] ", 1) != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// The shipped libraries have nothing to be warned of.
func TestShippedLibraries(t *testing.T) {
	files, _ := filepath.Glob("../../scripts/*.lua")
	var sources []load.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.lua") {
			sources = append(sources, load.Source{Library: strings.TrimSuffix(filepath.Base(file), ".lua"), File: file, Line: 1, Text: string(text)})
		}
	}
	if len(sources) < 5 {
		t.Fatalf("%d libraries", len(sources))
	}
	if got := texts(lint.New().Check(twoTransactions(), sources)); got != nil {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// hostile are texts of the largest size that try to cost time or memory.
func hostile() map[string]string {
	fill := func(s string) string { return strings.Repeat(s, load.MaxSource/len(s)) }
	numbered := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < load.MaxSource-40; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	return map[string]string{
		"brackets":     fill("("),
		"tables":       "x=" + fill("{"),
		"calls":        "f" + fill("()"),
		"fields":       "a" + fill(".a"),
		"indices":      "a" + fill("[1]"),
		"concat":       "x=a" + fill("..a"),
		"not":          "x=" + fill("not "),
		"minus":        "x=1" + fill("- "),
		"power":        "x=1" + fill("^1"),
		"and":          "x=a" + fill(" and a"),
		"plus":         "x=1" + fill("+1"),
		"functions":    fill("function f()"),
		"lambdas":      fill("x=function()"),
		"ifs":          fill("if a then "),
		"elseifs":      "if a then" + fill(" elseif a then") + " end",
		"loops":        fill("while a do "),
		"globals":      numbered("a%d=b%[1]d "),
		"numbers":      numbered("a=%d "),
		"strings":      numbered("a='%d' "),
		"locals":       "local " + strings.TrimSuffix(numbered("a%d,"), ","),
		"long strings": fill("[[]]"),
		"open strings": fill("[=["),
		"assignments":  fill("a,") + "a=1",
		"requires":     numbered("require 'a%d' "),
		"semicolons":   fill(";"),
		"nested table": "x={" + fill("{},") + "}",
		"parameters":   "function f(" + fill("a,") + "a) end",
		"words":        fill("a "),
		"lines":        fill("\n"),
		"comments":     fill("--[["),
		"returns":      fill("do return end "),
		"gotos":        numbered("goto a%d ::a%[1]d:: "),
		"constants":    numbered("a=%d ")[:60_000] + "\n" + fill(" ")[:load.MaxSource-60_001],
	}
}

// TestHostileTexts bounds what any text costs where plans are checked.
func TestHostileTexts(t *testing.T) {
	const most = 5 * time.Second
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			lint.Requires(text)
			lint.New().Check(twoTransactions(), onStep(text[:min(len(text), load.MaxSource)]))
			took := time.Since(begin)
			if took > most {
				t.Errorf("took %v", took)
			}
			t.Log(took)
		})
	}
}

// Checks that go on at once agree with one that is alone, whatever is remembered.
func TestAtOnce(t *testing.T) {
	c := lint.New()
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 50 {
				name := fmt.Sprintf("x%d", (n+i)%20)
				want := fmt.Sprintf("warning: p.yaml:1:7: nothing sets the global %s", name)
				if got := texts(c.Check(twoTransactions(), onStep("print("+name+")"))); !slices.Equal(got, []string{want}) {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	all.Wait()
}

// The same text at another place, or under another name, has its own places.
func TestPlacesOfTheSameText(t *testing.T) {
	c := lint.New()
	bad := "x = = 1"
	c.Check(twoTransactions(), onPlan(bad))
	got := c.Check(twoTransactions(), with(nil, "l", bad))
	if len(got) != 1 || got[0].File != "scripts/l.lua" || got[0].Line != 1 || got[0].Column != 5 || got[0].Path != "" {
		t.Errorf("%+v", got)
	}
}
