package stdlib

import (
	"runtime"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// coroutineYield suspends the coroutine that calls it, if only Lua functions that were
// called as such are between it and its resume. gopher-lua itself does not look: when pcall,
// a metamethod, an iterator, a comparison of sort or a callback of gsub yields, its Go
// function takes that for the return of what it called, and goes on with a stack that is
// not its own.
func coroutineYield(L *lua.LState) int {
	switch resumer() {
	case "threadRun":
		return -1
	default:
		if crewOf(L).of(L) == nil {
			L.RaiseError("attempt to yield from outside a coroutine")
		}
		L.RaiseError("attempt to yield across metamethod/C-call boundary")
	}
	return 0
}

// resumer is the Go function of gopher-lua that runs the loop which called yield. The loop
// of a coroutine is started by threadRun; one that was started by another function runs
// inside a call that Go code made. Nothing of the API tells, so the stack is looked at; a
// test holds it to this version.
func resumer() string {
	var pcs [12]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	inLoop := false
	for {
		frame, more := frames.Next()
		name := frame.Function[strings.LastIndexByte(frame.Function, '.')+1:]
		switch {
		case strings.HasPrefix(name, "mainLoop"):
			inLoop = true
		case inLoop:
			return name
		}
		if !more {
			return ""
		}
	}
}
