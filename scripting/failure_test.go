package scripting

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/load"
)

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name, text     string
		class          load.Class
		place, message string
		stack          string // a part of it
		spent          bool
	}{
		{"an error", "function before()\n  error('no stock')\nend", load.ClassLuaError, "plan.yaml:2", "no stock", "plan.yaml:2: in function 'before'", false},
		{"in a function", "local function sign()\n  error('no key')\nend\nfunction before()\n  sign()\n  return 1\nend", load.ClassLuaError, "plan.yaml:2", "no key", "plan.yaml:2: in function 'sign'\nplan.yaml:5: in function 'before'", false},
		{"of the caller", "local function need(x)\n  if not x then error('need x', 2) end\nend\nfunction before()\n  need()\n  return 1\nend", load.ClassLuaError, "plan.yaml:5", "need x", "", false},
		{"without a place", "function before()\n  error('plain', 0)\nend", load.ClassLuaError, "plan.yaml:2", "plain", "", false},
		{"a table", "function before()\n  error({message = 'in a table'})\nend", load.ClassLuaError, "plan.yaml:2", "in a table", "", false},
		{"a table that says itself", "function before()\n  error(setmetatable({}, {__tostring = function() return 'me' end}))\nend", load.ClassLuaError, "plan.yaml:2", "me", "", false},
		{"nothing", "function before() error() end", load.ClassLuaError, "plan.yaml:1", "error without a message", "", false},
		{"no function", "\nbefore = 5", load.ClassLuaError, "plan.yaml:1", "before is a number, not a function", "", false},
		{"an assertion", "function before()\n  assert(false, 'no token')\nend", load.ClassLuaError, "plan.yaml:2", "no token", "", false},
		{"index of nil", "function before()\n  local x\n  return x.y\nend", load.ClassLuaError, "plan.yaml:3", "attempt to index a nil value with key 'y'", "", false},
		{"a wrong argument", "function before()\n  local n = ipairs(nil)\nend", load.ClassLuaError, "plan.yaml:2", "table expected", "", false},
		{"while loading", "error('too early')\nfunction before() end", load.ClassLuaError, "plan.yaml:1", "too early", "main chunk", false},
		{"fail", "function before()\n  fail('sold out')\nend", load.ClassCheck, "plan.yaml:2", "sold out", "", false},
		{"in a coroutine", "function before()\n  local co = coroutine.wrap(function()\n    error('inside')\n  end)\n  co()\nend", load.ClassLuaError, "plan.yaml:3", "inside", "plan.yaml:5: in function 'before'", false},
		{"of the caller of a coroutine", "function before()\n  local co = coroutine.wrap(function()\n    error('inside', 2)\n  end)\n  co()\nend", load.ClassLuaError, "plan.yaml:5", "inside", "", false},
		{"fail in pcall", "function before()\n  pcall(function() fail('sold out') end)\n  check('never', true)\nend", load.ClassCheck, "plan.yaml:2", "sold out", "", false},
		{"fail in xpcall", "function before()\n  xpcall(function() fail('out') end, function() log.info('handled') end)\nend", load.ClassCheck, "plan.yaml:2", "out", "", false},
		{"fail in xpcall with a handler in Go", "function before()\n  xpcall(function() fail('out') end, log.info)\nend", load.ClassCheck, "plan.yaml:2", "out", "", false},
		{"fail in a coroutine", "function before()\n  coroutine.resume(coroutine.create(function() fail('out') end))\n  check('never', true)\nend", load.ClassCheck, "plan.yaml:2", "out", "", false},
		{"recursion", "local function f() return 1 + f() end\nfunction before() f() end", load.ClassLuaLimit, "plan.yaml:1", "more than 120 calls", "", false},
		{"many values", "function before()\n  local function f(...) return select('#', ...) end\n  f(unpack({}, 1, 1e6))\nend", load.ClassLuaLimit, "plan.yaml:3", "unpack: more than 8000 values", "", false},
		{"a limit of the host", "function before()\n  metric('one_too_many', 1)\nend", load.ClassLuaLimit, "plan.yaml:2", "51 metrics", "", false},
		{"a limit, caught, then an error", "function before()\n  pcall(metric, 'one_too_many', 1)\n  error('then this')\nend", load.ClassLuaLimit, "plan.yaml:3", "then this", "", false},
		{"a block that fails", "function before()\n  use 'broken'\nend", load.ClassCheck, "plan.yaml:2", "a step of the block broken failed", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newFakeHost()
			h.use = func(string) (bool, error) { return true, nil }
			f := play(t, h, Before, c.text)
			if f == nil {
				t.Fatal("no failure")
			}
			if f.Class != c.class || f.Place != c.place || !strings.Contains(f.Message, c.message) || !strings.Contains(f.Stack, c.stack) || f.Spent != c.spent || f.Interrupted {
				t.Errorf("class %s place %s spent %v message %q stack:\n%s", f.Class, f.Place, f.Spent, f.Message, f.Stack)
			}
			if strings.Contains(f.Message, "plan.yaml") {
				t.Errorf("the message has its place: %q", f.Message)
			}
			if len(h.checks) > 0 || len(h.did) > 0 && h.did[0] != "use broken" {
				t.Errorf("the hook went on: %v %v", h.checks, h.did)
			}
		})
	}
}

func TestErrorsThatAreCaughtAreNone(t *testing.T) {
	for name, text := range map[string]string{
		"pcall":    "function before() local ok, err = pcall(error, 'x') check('caught', ok == false and err == 'x') end",
		"place":    "function before()\nlocal _, err = pcall(function() error('x') end) check('caught', err == 'plan.yaml:2: x') end",
		"xpcall":   "function before() local ok, err = xpcall(function() error({1}) end, function(e) return e[1] end) check('caught', not ok and err == 1) end",
		"results":  "function before() local ok, a, b = pcall(function(x, y) return y, x end, 1, 2) check('caught', ok and a == 2 and b == 1) end",
		"no call":  "function before() local ok, err = pcall(5) check('caught', not ok and err:find('call')) end",
		"deep":     "function before() local function f() return 1 + f() end local ok = pcall(f) check('caught', not ok) end",
		"callable": "function before() local t = setmetatable({}, {__call = function(_, x) return x end}) local ok, x = pcall(t, 3) check('caught', ok and x == 3) end",
		"host":     "function before() local ok, err = pcall(function() return secret.NONE end) check('caught', not ok and err:find('no secret')) end",
		"nested":   "function before() local ok = pcall(function() pcall(error, 'a') error('b') end) check('caught', not ok) end",
		"upvalues": "function before() local n = 0 pcall(function() n = n + 1 local m = n pcall(function() n = n + m error('x') end) error('y') end) check('caught', n == 2, n) end",
	} {
		t.Run(name, func(t *testing.T) {
			h := newFakeHost()
			if f := play(t, h, Before, text); f != nil {
				t.Fatal(f)
			}
			if len(h.checks) != 1 || !h.checks[0].OK {
				t.Errorf("checks %+v", h.checks)
			}
		})
	}
}

func TestHooksEndInTime(t *testing.T) {
	for name, text := range map[string]string{
		"loop":       "function before() while true do end end",
		"pcall":      "function before() while true do pcall(function() while true do end end) end end",
		"xpcall":     "function before() while true do xpcall(function() while true do end end, function() while true do end end) end end",
		"coroutine":  "function before() while true do coroutine.resume(coroutine.create(function() while true do end end)) end end",
		"wrap":       "function before() while true do pcall(coroutine.wrap(function() while true do end end)) end end",
		"sort":       "function before() table.sort({3, 2, 1}, function(a, b) while true do end end) end",
		"metamethod": "function before() local t = setmetatable({}, {__index = function() while true do end end}) return t.x end",
		"tostring":   "function before() print(setmetatable({}, {__tostring = function() while true do end end})) end",
		"gsub":       "function before() return (string.gsub('x', 'x', function() while true do end end)) end",
		"loading":    "while true do end function before() end",
		"tail calls": "local function f() return f() end function before() f() end",
		"iterator":   "function before() for _ in function() while true do end end do end end",
	} {
		t.Run(name, func(t *testing.T) {
			p := program(t, Config{Timeout: 30 * time.Millisecond}, map[string]string{"script": text})
			_, f := p.NewState(newFakeHost(), [2]uint64{1, 2}).Call(Before, p.Script("script"), nil, false)
			if f == nil || f.Class != load.ClassLuaTimeout || !f.Spent || !strings.HasPrefix(f.Place, "plan.yaml:1") || !strings.Contains(f.Message, "30ms") {
				t.Errorf("%+v", f)
			}
		})
	}
}

// TestTimeOfACall plays the watch by hand: the first tick is free, time within the Host is
// free, and a frame that is used again begins anew.
func TestTimeOfACall(t *testing.T) {
	f := newWatch(time.Second, 0).shards[0].take()
	f.shard.watch.awake.Store(true) // so that it stays away
	ended := func() bool { return f.Err() != nil }
	f.begin(nil)
	f.charge(tick, 2*tick) // seen first
	f.charge(tick, 2*tick)
	f.pause()
	for range 10 {
		f.charge(tick, 2*tick)
	}
	f.resume()
	if ended() {
		t.Error("ended before its time")
	}
	if f.charge(tick, 2*tick); !ended() || f.end(causeFailure, nil) {
		t.Error("not ended at its time")
	}
	if why, _, _ := f.release(); why != causeTimeout || ended() {
		t.Error(why)
	}
	f.charge(tick, 2*tick)
	f.begin(nil)
	f.charge(10*tick, 2*tick)
	f.charge(tick, 2*tick)
	if ended() || !f.end(causeInterrupted, nil) || !ended() {
		t.Error("the second call")
	}
	if why, _, _ := f.release(); why != causeInterrupted {
		t.Error(why)
	}
}

func TestTheWatchSleepsAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := program(t, Config{}, map[string]string{"script": "function before() sleep('1h') end"})
		h := newFakeHost()
		h.wait = func(d time.Duration) error { time.Sleep(d); return nil }
		s := p.NewState(h, [2]uint64{1, 2})
		for range 3 {
			if _, f := s.Call(Before, p.Script("script"), nil, false); f != nil {
				t.Fatal(f)
			}
			time.Sleep(2 * idleTicks * tick)
			if synctest.Wait(); p.watch.awake.Load() {
				t.Error("awake without a call")
			}
		}
		p.Close()
		p.Close()
	})
}

func TestInterrupted(t *testing.T) {
	h := newFakeHost()
	h.wait = func(time.Duration) error { return ErrInterrupted }
	f := play(t, h, Before, `function before() pcall(sleep, "1s") check("never", true) end`)
	if f == nil || !f.Interrupted || f.Class != "" || f.Spent || len(h.checks) > 0 {
		t.Errorf("%+v %v", f, h.checks)
	}
}

func TestPanicsOfGo(t *testing.T) {
	for _, text := range []string{"function before()\n  sleep('1s')\nend", "function before()\n  pcall(sleep, '1s')\n  check('never', true)\nend"} {
		h := newFakeHost()
		h.wait = func(time.Duration) error { panic("a fault of ours") }
		f := play(t, h, Before, text)
		if f == nil || f.Class != load.ClassLuaInternal || !f.Spent || f.Place != "plan.yaml:2" || !strings.Contains(f.Message, "a fault of ours") || !strings.Contains(f.Stack, "fakeHost") || len(h.checks) > 0 {
			t.Errorf("%+v", f)
		}
	}
}

// A panic within a coroutine is none of its errors, wherever it is resumed.
func TestPanicsOfGoInCoroutines(t *testing.T) {
	for _, text := range []string{
		"function before()\n  coroutine.wrap(function() sleep('1s') end)()\nend",
		"function before()\n  check('never', not coroutine.resume(coroutine.create(function() sleep('1s') end)))\nend",
		"function before()\n  pcall(coroutine.wrap(function() sleep('1s') end)) check('never', true)\nend",
		"function before()\n  coroutine.wrap(function() pcall(coroutine.wrap(function() sleep('1s') end)) check('never', true) end)()\nend",
		"function before()\n  local w = coroutine.wrap(function() pcall(error, 'x') coroutine.yield(1) pcall(error, 'y') sleep('1s') end) w() pcall(w) check('never', true)\nend",
	} {
		h := newFakeHost()
		h.wait = func(time.Duration) error { panic("a fault of ours") }
		f := play(t, h, Before, text)
		if f == nil || f.Class != load.ClassLuaInternal || !f.Spent || f.Place != "plan.yaml:2" || !strings.Contains(f.Message, "a fault of ours") || len(h.checks) > 0 {
			t.Errorf("%s: %+v %v", text, f, h.checks)
		}
	}
}

// An error in a coroutine is one that a script may catch, whatever it says.
func TestErrorsInCoroutines(t *testing.T) {
	h := newFakeHost()
	f := play(t, h, Before, `function before()
  local co = coroutine.create(function() pcall(error, "x") coroutine.yield() error("runtime error: not of Go", 0) end)
  coroutine.resume(co)
  local ok, why = coroutine.resume(co)
  assert(not ok and why == "runtime error: not of Go", why)
  local ok, why = coroutine.resume(coroutine.create(function() local x = nil; return x.y end))
  assert(not ok and why:find("plan.yaml:6", 1, true), why)
  local ok, why = coroutine.resume(coroutine.create(function() error() end))
  assert(not ok and why == nil)
  local ok, why = coroutine.resume(coroutine.create(function() error({1}) end))
  assert(not ok and why[1] == 1)
  local ok, why = coroutine.resume(coroutine.create(function() local ok, why = pcall(coroutine.wrap(function() error("inner") end)) error(why, 0) end))
  assert(not ok and why:find("inner"), why)
end`)
	if f != nil {
		t.Errorf("%+v", f)
	}
}

func TestHeapLimit(t *testing.T) {
	p := program(t, Config{HeapLimit: 24 << 20, Timeout: time.Second}, map[string]string{"script": `
function before()
  local all = {}
  while true do all[#all + 1] = string.rep("x", 1e6) .. #all end
end`})
	_, f := p.NewState(newFakeHost(), [2]uint64{1, 2}).Call(Before, p.Script("script"), nil, false)
	if f == nil || f.Class != load.ClassLuaLimit || !f.Spent || !strings.Contains(f.Message, "memory") {
		t.Errorf("%+v", f)
	}
}

// What a script keeps of responses comes while it waits for them: it is hardly ever seen to run.
func TestHeapLimitOfWaiting(t *testing.T) {
	p := program(t, Config{HeapLimit: 24 << 20, Timeout: time.Second}, map[string]string{"script": `
local all = {}
function before()
  for i = 1, 1000 do all[i] = http.get{url = "/"} end
end`})
	h := newFakeHost()
	h.send = func(*Call) (Response, error) {
		time.Sleep(2 * tick) // as a server that takes its time
		return &fakeResponse{status: 200, body: strings.Repeat("x", 4<<20)}, nil
	}
	_, f := p.NewState(h, [2]uint64{1, 2}).Call(Before, p.Script("script"), nil, false)
	if f == nil || f.Class != load.ClassLuaLimit || !f.Spent || len(h.calls) > 25 {
		t.Errorf("after %d responses: %+v", len(h.calls), f)
	}
}
