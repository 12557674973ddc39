package main

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/scripts"
)

// loading is a script that loads what a state is measured with.
const loading = `
local expect = require "expect"
local json = require "json"
function user_start(user) json.decode("{}") end
`

// measureStates makes the Lua of many users in this process.
func (b *bench) measureStates() error {
	expect, err := scripts.Files.ReadFile("expect.lua")
	if err != nil {
		return fmt.Errorf("read a shipped library: %w", err)
	}
	program, problems := scripting.Compile([]load.Source{
		{Path: "script", File: "plan.yaml", Text: loading},
		{Library: "expect", File: "scripts/expect.lua", Text: string(expect)},
	}, scripting.Config{})
	if program == nil {
		return fmt.Errorf("compile: %+v", problems)
	}
	defer program.Close()
	const states = 1000
	took, bytes, err := makeStates(program, states)
	if err != nil {
		return err
	}
	b.judge("a state with json and expect", fmt.Sprintf("%.1f KB", float64(bytes)/1024), bytes <= 30<<10, "at most 30 KB", fmt.Sprintf("mean of %d", states))
	b.judge("its creation", fmt.Sprintf("%.0f µs", float64(took.Nanoseconds())/1000), took <= 200*time.Microsecond, "at most 200 µs")
	return nil
}

// idle is a user of whom a script asks nothing.
type idle struct{ scripting.Host }

// makeStates is what one state takes, of n.
func makeStates(program *scripting.Program, n int) (took time.Duration, bytes int64, err error) {
	kept := make([]*scripting.State, n)
	var before, after runtime.MemStats
	for range 3 { // what pools and finalizers hold goes with the second one and the third
		runtime.GC()
	}
	runtime.ReadMemStats(&before)
	began := time.Now()
	for i := range kept {
		kept[i] = program.NewState(idle{}, [2]uint64{1, uint64(i)})
		ran, failure := kept[i].Call(scripting.UserStart, program.Script("script"), nil, true)
		if failure != nil {
			return 0, 0, fmt.Errorf("user_start: %w", failure)
		}
		if !ran {
			return 0, 0, errors.New("user_start did not run")
		}
	}
	took = time.Since(began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	return took / time.Duration(n), (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / int64(n), nil
}
