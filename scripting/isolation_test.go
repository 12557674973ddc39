package scripting

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// TestUsersSeeNothingOfEachOther runs many users at once; each changes everything that it
// can reach, and finds only its own changes. The race detector watches.
func TestUsersSeeNothingOfEachOther(t *testing.T) {
	const users, rounds = 1000, 2
	p := program(t, Config{Timeout: MaxTimeout}, map[string]string{
		"script": `
local json, lib = require "json", require "lib"
count = 0
function before(req, user)
  count = count + 1
  _G.shared = (_G.shared or 0) + 1
  string.mine = (string.mine or 0) + user.id
  json.mine = (json.mine or 0) + user.id
  http.mine = (http.mine or 0) + user.id
  lib.count = lib.count + 1
  user.vars.count = count
  for _, t in ipairs{_G, string, json, http, math, table, coroutine, log} do t["u" .. user.id] = true end
  check("count", count == user.iteration and _G.shared == count and lib.count == count)
  check("patched", string.mine == count * user.id and json.mine == string.mine and http.mine == json.mine)
  check("through a string", ("x").mine == string.mine)
  local names = 0
  for _, t in ipairs{_G, string, json, http, math, table, coroutine, log} do
    for k in pairs(t) do if tostring(k):find("^u%d+$") then names = names + 1 check("own", k == "u" .. user.id) end end
  end
  check("names", names == 8, names)
  local co = coroutine.wrap(function(a) coroutine.yield(a + 1) end)
  check("coroutine", co(1) == 2)
  check("random", math.random() < 1)
end`,
		"lib:lib": "local lib = {count = 0} name = 'of the library' return lib",
	})
	var wait sync.WaitGroup
	room := make(chan struct{}, 32) // hooks at once
	for id := range users {
		wait.Go(func() {
			h := newFakeHost()
			h.who.ID = int64(id + 1)
			s := p.NewState(h, [2]uint64{1, uint64(id)})
			for i := range rounds {
				h.who.Iteration = int64(i + 1)
				room <- struct{}{}
				_, f := s.Call(Before, p.Script("script"), nil, false)
				if <-room; f != nil {
					t.Errorf("user %d: %v\n%s", id, f, f.Stack)
				}
			}
			for _, c := range h.checks {
				if !c.OK {
					t.Errorf("user %d: %s %s", id, c.Name, c.Detail)
				}
			}
			if h.vars["count"].Text != fmt.Sprint(rounds) || len(h.checks) != rounds*(6+8) {
				t.Errorf("user %d: vars %v, %d checks", id, h.vars, len(h.checks))
			}
		})
	}
	wait.Wait()
}

// TestWhatIsSharedCannotBeChanged tries to write to what all users have.
func TestWhatIsSharedCannotBeChanged(t *testing.T) {
	for _, attempt := range []string{
		`getmetatable("").__index.upper = nil`, `getmetatable("").x = 1`, `setmetatable("", {})`,
		`getmetatable(_G).__index = {}`, `setmetatable(_G, {})`, `getmetatable(req).x = 1`, `setmetatable(req, {})`,
		`rawset(req, "x", 1)`, `req.nonsense = 1`, `vars.x = 1`, `secret.x = 1`, `run.x = 1`, `run.stop = nil`, `user.id = 1`,
		`user.data.accounts = 1`, `user.data.accounts.name = 1`, `user.vars = {}`, `req.headers = {}`, `req.headers.x = {{}}`,
		`getmetatable(vars).__index = nil`, `next(req)`, `rawget(req.headers, "x")`,
		`load("x = 1")()`, `loadstring("x = 1")()`, `dofile("x")`, `setfenv(1, {})`, `getfenv(0).x = 1`, `newproxy(true)`, `collectgarbage()`,
		`os.exit(1)`, `io.open("/etc/passwd")`, `debug.getregistry()`, `package.loaded.x = 1`, `module("x")`, `channel.make()`, `_printregs()`,
	} {
		h := newFakeHost()
		if f := play(t, h, Before, "function before(req, user) "+attempt+" end"); f == nil {
			t.Errorf("%s: no error", attempt)
		}
	}
}

func TestScriptsHaveTheirOwnGlobals(t *testing.T) {
	p := program(t, Config{}, map[string]string{
		"script":                 "greeting = 'plan' only_plan = 'p' function before() check('plan ' .. greeting, true) end function helper() return greeting end",
		"transactions[0].script": "greeting = 'transaction' function before() check('transaction ' .. greeting .. only_plan, true) end",
		"step":                   "step = 'step' function before() check('step ' .. greeting .. only_plan .. helper(), _G.greeting == nil and step == 'step') end",
		"other":                  "function after() check('other', step == nil and greeting == 'plan') end",
	})
	h := newFakeHost()
	s := p.NewState(h, [2]uint64{1, 2})
	plan, transaction, step, other := p.Script("script"), p.Script("transactions[0].script"), p.Script("step"), p.Script("other")
	for _, c := range []struct {
		hook   Hook
		script *Script
		around []*Script
	}{{Before, step, []*Script{transaction, plan}}, {Before, transaction, []*Script{plan}}, {Before, plan, nil}, {After, other, []*Script{plan}}} {
		if ran, f := s.Call(c.hook, c.script, c.around, false); !ran || f != nil {
			t.Fatalf("%v %v", ran, f)
		}
	}
	var names []string
	for _, c := range h.checks {
		if names = append(names, c.Name); !c.OK {
			t.Errorf("%s does not hold", c.Name)
		}
	}
	if got := strings.Join(names, ", "); got != "step transactionpplan, transaction transactionp, plan plan, other" {
		t.Error(got)
	}
}

// TestNestedCalls has a hook send, whose request has hooks on the same state.
func TestNestedCalls(t *testing.T) {
	p := program(t, Config{}, map[string]string{"script": `
n = 0
function transaction(user)
  user.vars.list = {1}
  table.insert(user.vars.list, 2)
  local res = http.get("/one")
  n = n + 1
  check("status", res.status == 201 and n == 2)
  check("list", #user.vars.list == 3)
end
function before(req, user)
  n = n + 1
  table.insert(user.vars.list, n + 2)
  req.headers["X-Signed"] = "yes"
end
function after() error("inner") end`})
	h := newFakeHost()
	s, script := p.NewState(h, [2]uint64{1, 2}), p.Script("script")
	h.send = func(*Call) (Response, error) {
		if got := h.vars["list"].Text; got != "[1,2]" {
			t.Errorf("the request sees %s", got)
		}
		if ran, f := s.Call(Before, script, nil, false); !ran || f != nil {
			t.Errorf("inner before: %v %v", ran, f)
		}
		if _, f := s.Call(After, script, nil, false); f == nil || f.Message != "inner" || !strings.Contains(f.Stack, "plan.yaml:6") {
			t.Errorf("inner after: %+v", f)
		}
		return &fakeResponse{status: 201}, nil
	}
	if _, f := s.Call(Transaction, script, nil, false); f != nil {
		t.Fatal(f, f.Stack)
	}
	for _, c := range h.checks {
		if !c.OK {
			t.Error(c.Name)
		}
	}
	if h.vars["list"].Text != "[1,2,3]" || s.depth != 0 {
		t.Error(h.vars["list"].Text, s.depth)
	}
	if v, _ := h.request.Header("X-Signed"); v != "yes" {
		t.Error("not signed")
	}
}

func TestRequire(t *testing.T) {
	libs := map[string]string{
		"lib:a": "return {b = require 'b'}", "lib:b": "return {a = require 'a'}",
		"lib:net/sign": "calls = (calls or 0) + 1 return {calls = calls, name = ...}", "lib:silent": "local x = 1",
		"lib:broken": "error('broken lib')", "lib:json": "return {mine = true}",
	}
	for text, want := range map[string]string{
		`check("x", require("net.sign") == require "net/sign" and require("net.sign").calls == 1 and require("net.sign").name == "net/sign" and calls == nil)`: "",
		`check("x", require "silent" == true)`:                "",
		`check("x", require("json").mine)`:                    "",
		`check("x", require("base64").encode("a") == "YQ==")`: "",
		`check("x", require("string") == string)`:             "",
		`local ok = pcall(require, "broken") local ok, err = pcall(require, "broken") check("x", not ok and err:find("broken lib"))`: "",
		`require "a"`:      "a → b → a",
		`require "baes64"`: "did you mean base64?",
		`require "broken"`: "broken lib",
		`require()`:        "string expected",
	} {
		h := newFakeHost()
		texts := map[string]string{"script": "function before() " + text + " end"}
		for name, lib := range libs {
			texts[name] = lib
		}
		p := program(t, Config{}, texts)
		_, f := p.NewState(h, [2]uint64{1, 2}).Call(Before, p.Script("script"), nil, false)
		switch {
		case want == "" && (f != nil || len(h.checks) != 1 || !h.checks[0].OK):
			t.Errorf("%s: %v %v", text, f, h.checks)
		case want != "" && (f == nil || !strings.Contains(f.Message, want)):
			t.Errorf("%s: %v", text, f)
		}
	}
}

// TestCallsWithinCoroutines has a coroutine send, whose request has a hook that uses
// coroutines itself; both go on as if nothing had happened.
func TestCallsWithinCoroutines(t *testing.T) {
	p := program(t, Config{}, map[string]string{"script": `
local kept
function transaction()
  local co = coroutine.wrap(function(a)
    local b = coroutine.yield(a + 1)
    local res = http.get("/x")
    local c = coroutine.yield(res.status + b)
    return c
  end)
  check("first", co(1) == 2)
  check("sent", co(5) == 206)
  check("last", co("end") == "end")
  kept = coroutine.create(function() coroutine.yield(1) while true do coroutine.yield(2) end end)
  check("kept", select(2, coroutine.resume(kept)) == 1)
end
function before()
  local co = coroutine.wrap(function() coroutine.yield("in") return "out" end)
  check("inner", co() == "in" and co() == "out" and not pcall(coroutine.yield))
end
function after() check("later", select(2, coroutine.resume(kept)) == 2) end`})
	h := newFakeHost()
	s, script := p.NewState(h, [2]uint64{1, 2}), p.Script("script")
	h.send = func(*Call) (Response, error) {
		if ran, f := s.Call(Before, script, nil, false); !ran || f != nil {
			t.Errorf("%v %v", ran, f)
		}
		return &fakeResponse{status: 201}, nil
	}
	for _, hook := range []Hook{Transaction, After} {
		if _, f := s.Call(hook, script, nil, false); f != nil {
			t.Fatal(f, f.Stack)
		}
	}
	if len(h.checks) != 6 {
		t.Errorf("%d checks", len(h.checks))
	}
	for _, c := range h.checks {
		if !c.OK {
			t.Error(c.Name)
		}
	}
}

func TestScriptsThatSendWhileTheyLoad(t *testing.T) {
	p := program(t, Config{}, map[string]string{"script": "loads = (loads or 0) + 1 http.get('/x') function before() check('loads', loads == 1) end"})
	h := newFakeHost()
	s, script := p.NewState(h, [2]uint64{1, 2}), p.Script("script")
	h.send = func(*Call) (Response, error) {
		if ran, f := s.Call(Before, script, nil, false); ran || f != nil {
			t.Errorf("%v %v", ran, f)
		}
		return &fakeResponse{status: 201}, nil
	}
	if ran, f := s.Call(Before, script, nil, false); !ran || f != nil || len(h.calls) != 1 || !h.checks[0].OK {
		t.Errorf("%v %v %v", ran, f, h.checks)
	}
}

func TestDo(t *testing.T) {
	extra := &sandbox.Library{Name: "test", Functions: map[string]lua.LGFunction{"twice": func(L *lua.LState) int {
		L.Push(L.CheckNumber(1) * 2)
		return 1
	}}}
	p := program(t, Config{Extra: []*sandbox.Library{extra}}, map[string]string{"script": "n = twice(21) function broken() error('broken') end"})
	s, script := p.NewState(newFakeHost(), [2]uint64{1, 2}), p.Script("script")
	env := func(L *lua.LState, name string) lua.LValue { return s.ready(script).RawGetString(name) }
	var n lua.LValue
	if f := s.Do(script, nil, func(L *lua.LState) { n = env(L, "n") }); f != nil || n != lua.LNumber(42) {
		t.Error(f, n)
	}
	f := s.Do(script, nil, func(L *lua.LState) {
		outer := frameOf(L)
		inner := s.Do(script, nil, func(L *lua.LState) {
			if outer.status.Load()&3 != paused {
				t.Error("the time of the call within is charged twice")
			}
			L.Push(env(L, "broken"))
			L.Call(0, 0)
		})
		if inner == nil || inner.Message != "broken" {
			t.Error(inner)
		}
		L.RaiseError("outer")
	})
	if f == nil || f.Message != "outer" {
		t.Error(f)
	}
}
