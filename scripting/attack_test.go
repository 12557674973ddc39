package scripting_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/metrics"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
)

// attack is one text of the corpora in testdata/attacks. Its first line says what may
// become of it: "ok" (its own asserts hold), classes of failure, or "problem" (it is not
// compiled).
type attack struct {
	name   string
	text   string
	expect []string
}

func attacks(t testing.TB, folder string, atLeast int) []attack {
	files, err := filepath.Glob(filepath.Join("testdata", "attacks", folder, "*.lua"))
	if err != nil || len(files) < atLeast {
		t.Fatalf("%d texts in %s: %v", len(files), folder, err)
	}
	var all []attack
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		expect, ok := strings.CutPrefix(first, "-- expect: ")
		if !ok {
			t.Fatalf("%s does not say what to expect", file)
		}
		all = append(all, attack{strings.TrimSuffix(filepath.Base(file), ".lua"), string(text), strings.Fields(expect)})
	}
	return all
}

// outcome is what became of an attack.
type outcome struct {
	what    string // a class, "ok" or "problem"
	message string
	took    time.Duration
	grown   uint64 // bytes of heap, at most
}

const heapLimit = 256 << 20

// run compiles text and a witness into one program, and calls the hook of text for a user.
// Another user, who was there before, and one that comes after it must see nothing of it.
// What must break a bound gets the longest time there is, so that no slow machine makes it
// run out of time before.
func run(t testing.TB, a attack) outcome {
	config := scripting.Config{HeapLimit: heapLimit}
	if !slices.Contains(a.expect, "lua_timeout") {
		config.Timeout = scripting.MaxTimeout
	}
	return runWith(t, a.text, config, true)
}

func runWith(t testing.TB, text string, config scripting.Config, witnessed bool) outcome {
	begin := time.Now()
	sources := []load.Source{
		{Path: "script", File: "plan.yaml", Text: text},
		{Path: "transactions[0].script", File: "witness.lua", Text: witness},
		{Library: "expect", File: "scripts/expect.lua", Text: "return {name = 'expect'}"},
	}
	program, problems := scripting.Compile(sources, config)
	if program == nil {
		return outcome{what: "problem", message: fmt.Sprint(problems), took: time.Since(begin)}
	}
	defer program.Close()
	script, watching := program.Script("script"), program.Script("transactions[0].script")
	early := program.NewState(newHost(), [2]uint64{1, 1})
	if witnessed {
		sees(t, early, watching, "early")
	}

	o := outcome{what: "ok"}
	state := program.NewState(newHost(), [2]uint64{2, 2})
	peak := watchHeap()
	begin = time.Now()
	_, failure := state.Call(scripting.Before, script, nil, false)
	o.took, o.grown = time.Since(begin), peak()
	if failure != nil {
		o.what, o.message = string(failure.Class), failure.Error()
	}
	if !witnessed {
		return o
	}
	sees(t, early, watching, "early")
	sees(t, program.NewState(newHost(), [2]uint64{3, 3}), watching, "late")
	return o
}

// witness is a script of other users: it works, with libraries as they are.
const witness = `
local json, expect = require "json", require "expect"
function before(req, user)
	assert(owned == nil and owned2 == nil and owned3 == nil and _G.owned == nil, "globals of another user")
	assert(("aBc"):upper() == "ABC" and string.lower("X") == "x" and string.format("%d", 3.5) == "3")
	assert(table.concat({1, 2}, ",") == "1,2" and math.floor(1.5) == 1 and math.pi > 3.14)
	assert(json.decode("[1]")[1] == 1 and json.owned == nil and expect.name == "expect" and expect.owned == nil)
	assert(tostring(1) == "1" and type(pairs) == "function" and check("c", true) == true)
	assert(coroutine.wrap(function() return 7 end)() == 7)
	assert(type(req.headers) == "userdata" or type(req.headers) == "table")
end`

func sees(t testing.TB, s *scripting.State, watching *scripting.Script, who string) {
	t.Helper()
	if ran, failure := s.Call(scripting.Before, watching, nil, false); failure != nil || !ran {
		t.Errorf("the user that came %s: %v", who, failure)
	}
}

// watchHeap looks at the heap until the function it returns is called, which gives by how
// much it grew at most.
func watchHeap() func() uint64 {
	read := func() uint64 {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	before := read()
	var peak atomic.Uint64
	peak.Store(before)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			peak.Store(max(peak.Load(), read()))
			time.Sleep(time.Millisecond) // a sampler's beat: nothing waits for it
		}
	}()
	return func() uint64 {
		cancel()
		<-ended
		return max(peak.Load(), read()) - before
	}
}

// What a script must not reach it does not reach.
func TestEscapes(t *testing.T) {
	for _, a := range attacks(t, "escapes", 60) {
		t.Run(a.name, func(t *testing.T) {
			if o := run(t, a); !slices.Contains(a.expect, o.what) {
				t.Errorf("%s (%s), expected %v", o.what, o.message, a.expect)
			}
		})
	}
}

// What takes time or memory without end is ended, in its class.
func TestBombs(t *testing.T) {
	for _, a := range attacks(t, "bombs", 30) {
		t.Run(a.name, func(t *testing.T) {
			o := run(t, a)
			if !slices.Contains(a.expect, o.what) {
				t.Errorf("%s (%s), expected %v", o.what, o.message, a.expect)
			}
			if o.took > scripting.DefaultTimeout+5*time.Second {
				t.Errorf("it took %v", o.took)
			}
			if o.grown > 3*heapLimit {
				t.Errorf("the heap grew by %d MiB", o.grown>>20)
			}
			t.Logf("%s in %v, %d MiB", o.what, o.took.Round(time.Millisecond), o.grown>>20)
		})
	}
}

// Whatever text runs as a hook ends in time, well or with a class from the list. Hooks get
// little time here, so that many texts get a turn.
func FuzzHook(f *testing.F) {
	for _, folder := range []string{"escapes", "bombs"} {
		for _, a := range attacks(f, folder, 1) {
			f.Add(a.text)
		}
	}
	classes := []string{"ok", "problem", "lua_error", "lua_limit", "lua_timeout", "lua_internal", "check"}
	f.Fuzz(func(t *testing.T, text string) {
		o := runWith(t, text, scripting.Config{HeapLimit: heapLimit, Timeout: 5 * time.Millisecond}, false)
		if !slices.Contains(classes, o.what) {
			t.Errorf("%q: class %q (%s)", text, o.what, o.message)
		}
		if o.took > 10*time.Second {
			t.Errorf("%q took %v", text, o.took)
		}
	})
}
