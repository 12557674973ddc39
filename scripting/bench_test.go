package scripting

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// hookedRequest is what the figures of a hooked request are about: a unique path, one
// header, the status and one JSON value.
const hookedRequest = `
local n = 0
function before(req, user)
  n = n + 1
  req.path = "/items/" .. n
  req.headers["X-Request"] = "r" .. n
end
function after(res, user)
  check("ok", res.status == 200)
  local v = res:json("$.token")
end`

// quietHost notes nothing, so that what is measured is the scripts.
type quietHost struct {
	*fakeHost
	request  quietRequest
	response Response
}

func (h *quietHost) Request() Request   { return &h.request }
func (h *quietHost) Response() Response { return h.response }
func (h *quietHost) Check(Check)        {}

type quietRequest struct {
	fakeRequest
	path, header string
}

func (r *quietRequest) SetPath(s string) error      { r.path = s; return nil }
func (r *quietRequest) SetHeader(_, v string) error { r.header = v; return nil }

func newQuietHost() *quietHost {
	h := newFakeHost()
	return &quietHost{fakeHost: h, response: h.response}
}

// cpu reports the processor time of an operation, which other processes of the machine do
// not change much.
func cpu(b *testing.B) (stop func()) {
	spent := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := spent()
	return func() { b.ReportMetric(float64(spent()-before)/float64(b.N), "cpu-ns/op") }
}

func BenchmarkHookedRequest(b *testing.B) {
	p := program(b, Config{}, map[string]string{"script": hookedRequest})
	s, script := p.NewState(newQuietHost(), [2]uint64{1, 2}), p.Script("script")
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		s.Call(Before, script, nil, false)
		if _, failure := s.Call(After, script, nil, false); failure != nil {
			b.Fatal(failure)
		}
	}
}

func BenchmarkEmptyHook(b *testing.B) {
	p := program(b, Config{}, map[string]string{"script": "function before() end"})
	s, script := p.NewState(newQuietHost(), [2]uint64{1, 2}), p.Script("script")
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		s.Call(Before, script, nil, false)
	}
}

func BenchmarkCheckThatHolds(b *testing.B) {
	p := program(b, Config{}, map[string]string{"script": "function before() for i = 1, 1000 do check('ok', true) end end"})
	s, script := p.NewState(newQuietHost(), [2]uint64{1, 2}), p.Script("script")
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		s.Call(Before, script, nil, false)
	}
}

func BenchmarkNewState(b *testing.B) {
	p := program(b, Config{}, map[string]string{"script": hookedRequest})
	h, script := newQuietHost(), p.Script("script")
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		p.NewState(h, [2]uint64{1, 2}).Call(Before, script, nil, false)
	}
}

func TestAllocationsOfAHookedRequest(t *testing.T) {
	const budget = 14
	p := program(t, Config{}, map[string]string{"script": hookedRequest})
	s, script := p.NewState(newQuietHost(), [2]uint64{1, 2}), p.Script("script")
	n := testing.AllocsPerRun(500, func() {
		s.Call(Before, script, nil, false)
		s.Call(After, script, nil, false)
	})
	if n > budget {
		t.Errorf("%v allocations, more than %d", n, budget)
	}
}

// TestMemoryOfAState holds what a user with hooks and two libraries costs.
func TestMemoryOfAState(t *testing.T) {
	const users, most = 1000, 36 << 10 // 30 KiB, and some for what else the test allocates
	p := program(t, Config{}, map[string]string{"script": `
local json = require "json"
local expect = require "expect"
` + hookedRequest, "lib:expect": expectText(t)})
	h, script := newQuietHost(), p.Script("script")
	states := make([]*State, users)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range states {
		states[i] = p.NewState(h, [2]uint64{1, uint64(i)})
		for _, hook := range []Hook{Before, After} {
			if _, failure := states[i].Call(hook, script, nil, false); failure != nil {
				t.Fatal(failure)
			}
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := int64(after.HeapAlloc-before.HeapAlloc) / users
	t.Logf("%d bytes a user", each)
	if each > most {
		t.Errorf("%d bytes a user, more than %d", each, most)
	}
	runtime.KeepAlive(states)
}
