package stdlib_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

func TestCoroutine(t *testing.T) {
	expectations(t, [][2]string{
		{`local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) return c * 2 end)
		  local _, x = coroutine.resume(co, 1, 2) local _, y = coroutine.resume(co, 21) return x, y, coroutine.status(co)`, "3 42 dead"},
		{`local co = coroutine.create(function() end) coroutine.resume(co) return coroutine.resume(co)`, "false cannot resume dead coroutine"},
		{`local co = coroutine.create(function() error("oops", 0) end) return coroutine.resume(co)`, "false oops"},
		{`local co = coroutine.create(function() error({code = 7}) end) local _, e = coroutine.resume(co) return e.code, coroutine.status(co)`, "7 dead"},
		{`local f = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) return f(), f(), f()`, "1 2 3"},
		{`local out = "" for x in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do out = out .. x end return out`, "123"},
		{`local f = coroutine.wrap(function() error("oops", 0) end) return pcall(f)`, "false oops"},
		{`local f = coroutine.wrap(function() return 1 end) f() return pcall(f)`, "false cannot resume dead coroutine"},
		{`return coroutine.running()`, "nil"},
		{`local co co = coroutine.create(function() return coroutine.running() == co end) return coroutine.resume(co)`, "true true"},
		{`local co co = coroutine.create(function() return coroutine.status(co) end) return coroutine.resume(co)`, "true running"},
		{`local co = coroutine.create(function() end) return coroutine.status(co)`, "suspended"},
		{`local a, b a = coroutine.create(function() return coroutine.resume(b) end)
		  b = coroutine.create(function() return coroutine.status(a), coroutine.resume(a) end) return coroutine.resume(a)`,
			"true true normal false cannot resume normal coroutine"},
		{`local co co = coroutine.create(function() return coroutine.resume(co) end) return coroutine.resume(co)`, "true false cannot resume running coroutine"},
		{`return coroutine.create(1)`, "error: bad argument #1"},
		{`return coroutine.create(print)`, "error: Lua function expected"},
		{`return coroutine.resume(1)`, "error: bad argument #1"},
		{`coroutine.yield(1)`, "error: attempt to yield from outside a coroutine"},
		{`pcall(coroutine.yield) return "on"`, "on"},
		{`local co = coroutine.create(function() return coroutine.yield(1) end) coroutine.resume(co) return coroutine.resume(co, 7)`, "true 7"},
		{`local function deep(n) if n == 0 then return coroutine.yield("deep") end local x = deep(n - 1) return x end
		  local co = coroutine.create(function() return deep(50) end) local _, x = coroutine.resume(co) local _, y = coroutine.resume(co, "back") return x, y`, "deep back"},
		{`local co = coroutine.create(function() local ok, e = pcall(error, "x", 0) coroutine.yield(e) return ok end)
		  local _, a = coroutine.resume(co) local _, b = coroutine.resume(co) return a, b`, "x false"},
	})
}

// gopher-lua goes wrong when a coroutine yields out of a Go function, so that is refused,
// wherever such a function hides, and everything goes on as it should.
func TestYieldAcrossGo(t *testing.T) {
	for name, body := range map[string]string{
		"pcall":      `pcall(coroutine.yield, 1)`,
		"function":   `pcall(function() coroutine.yield(1) end)`,
		"xpcall":     `xpcall(function() coroutine.yield(1) end, print)`,
		"__index":    `local _ = setmetatable({}, {__index = function() coroutine.yield(1) end}).x`,
		"__add":      `local _ = setmetatable({}, {__add = function() coroutine.yield(1) end}) + 1`,
		"__eq":       `local mt = {__eq = function() coroutine.yield(1) end} local _ = setmetatable({}, mt) == setmetatable({}, mt)`,
		"__tostring": `tostring(setmetatable({}, {__tostring = function() coroutine.yield(1) end}))`,
		"__concat":   `local _ = setmetatable({}, {__concat = function() coroutine.yield(1) end}) .. "x"`,
		"iterator":   `for _ in function() coroutine.yield(1) end do end`,
		"sort":       `table.sort({1, 2, 3}, function() coroutine.yield(1) end)`,
		"gsub":       `string.gsub("abc", ".", function() coroutine.yield(1) end)`,
		"callback":   `string.gsub("abc", ".", coroutine.yield)`,
	} {
		L, _ := newState(t, t.Context())
		got, err := run(L, `
			local inner
			local co = coroutine.create(function()
				inner = {pcall(function() `+body+` end)}
				return coroutine.yield("fine")
			end)
			local _, a = coroutine.resume(co)
			local _, b = coroutine.resume(co, "over")
			return a, b, coroutine.status(co), coroutine.running()`)
		if err != nil || got != "fine over dead nil" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if got, err := run(L, `
			local co = coroutine.create(function() `+body+` return "end" end)
			local _, e = coroutine.resume(co)
			return e`); err != nil || got != "end" && !strings.Contains(got, "attempt to yield across") {
			t.Errorf("%s, unprotected: %q, %v", name, got, err)
		}
	}
}

// A metamethod that is called is a Lua function like any other.
func TestYieldAcrossCallMetamethod(t *testing.T) {
	expectations(t, [][2]string{
		{`local f = setmetatable({}, {__call = function(_, x) return coroutine.yield(x) end})
		  local co = coroutine.create(function() local r = f(3) return r end)
		  local _, a = coroutine.resume(co) local _, b = coroutine.resume(co, 4) return a, b`, "3 4"},
	})
}

func TestCoroutineBounds(t *testing.T) {
	L, f := newState(t, t.Context())
	if _, err := run(L, `local function nest() return assert(coroutine.resume(coroutine.create(nest))) end nest()`); err == nil {
		t.Error("resumes nest without end")
	}
	if !strings.Contains(f.exceeded, "inside each other") {
		t.Errorf("exceeded: %q", f.exceeded)
	}
	L, f = newState(t, t.Context())
	if _, err := run(L, `kept = {} for i = 1, 5000 do kept[i] = coroutine.create(function() end) end`); err == nil {
		t.Error("any number of coroutines")
	}
	if !strings.Contains(f.exceeded, "256 coroutines") {
		t.Errorf("exceeded: %q", f.exceeded)
	}
	L, _ = newState(t, t.Context())
	if got, err := run(L, `local n = 0 for i = 1, 5000 do n = n + coroutine.wrap(function() return 1 end)() end return n`); err != nil || got != "5000" {
		t.Errorf("coroutines that end: %q, %v", got, err)
	}
}

// Coroutines that are left behind suspended do not count once they are collected.
func TestAbandonedCoroutines(t *testing.T) {
	L, _ := newState(t, t.Context())
	for range 3 {
		if _, err := run(L, `for i = 1, 250 do coroutine.wrap(function() coroutine.yield() end)() end`); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
	}
}

// A coroutine made in one hook runs under the context of the hook that resumes it, and
// nothing waits for the hook that made it.
func TestCoroutineContext(t *testing.T) {
	first, cancel := context.WithCancel(t.Context())
	L, _ := newState(t, first)
	before := runtime.NumGoroutine()
	if _, err := run(L, `kept = {} for i = 1, 100 do kept[i] = coroutine.create(function() while true do coroutine.yield(math.random()) end end) coroutine.resume(kept[i]) end`); err != nil {
		t.Fatal(err)
	}
	if n := runtime.NumGoroutine(); n > before+10 {
		t.Errorf("%d goroutines for 100 coroutines", n-before)
	}
	cancel()
	L.SetContext(newFrame(t.Context()))
	if got, err := run(L, `for i = 1, 100 do assert(coroutine.resume(kept[i])) end return "on"`); err != nil || got != "on" {
		t.Errorf("after the end of the first hook: %q, %v", got, err)
	}
}

// Whatever works for long ends when its hook must end, also where the script catches the
// error.
func TestInterrupted(t *testing.T) {
	for name, text := range map[string]string{
		"loop":      `while true do end`,
		"pcall":     `while true do pcall(function() while true do end end) end`,
		"coroutine": `while true do coroutine.wrap(function() while true do end end)() end`,
		"resume":    `while true do coroutine.resume(coroutine.create(function() while true do end end)) end`,
		"sort":      `local t = {} for i = 1, 1000 do t[i] = i end while true do table.sort(t, function(a, b) return a > b end) end`,
		"pattern":   `while true do pcall(string.find, string.rep("a", 1000), ".-.-.-.-b") end`,
		"gsub":      `string.gsub("a", "a", function() while true do end end)`,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		L, _ := newState(t, ctx)
		ended := make(chan error, 1)
		go func() {
			_, err := run(L, text)
			ended <- err
		}()
		select {
		case err := <-ended:
			if err == nil {
				t.Errorf("%s: it ended well", name)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: it goes on", name)
		}
		cancel()
	}
}

// A comparison-free sort looks at the end of its hook by itself.
func TestSortIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	L, _ := newState(t, ctx)
	list := L.NewTable()
	for i := range 100 {
		list.Append(lua.LNumber(-i))
	}
	cancel()
	err := L.CallByParam(lua.P{Fn: L.GetField(L.GetGlobal("table"), "sort"), Protect: true}, list)
	if err == nil || list.RawGetInt(1) != lua.LNumber(0) {
		t.Errorf("sorted after the end: %v", err)
	}
}

// A bound that is broken is noted for the hook even where the script catches the error.
func TestLimitIsNoted(t *testing.T) {
	L, f := newState(t, t.Context())
	if got, err := run(L, `return pcall(string.rep, "x", 1e9)`); err != nil || !strings.HasPrefix(got, "false") {
		t.Fatalf("%q, %v", got, err)
	}
	if !strings.Contains(f.exceeded, "string.rep") {
		t.Errorf("exceeded: %q", f.exceeded)
	}
	var _ sandbox.Frame = f
}
