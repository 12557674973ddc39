// Package stdlib is the part of Lua 5.1's standard library that scripts have: string,
// table, math and coroutine, with the meaning of Lua's own manual but bounded. A call works
// in time that its arguments bound, or looks at the end of its hook while it works; what it
// makes has a largest size; breaking a bound is a sandbox.Limit. What gopher-lua's own
// libraries do beyond that (patterns that recurse per byte, strings and tables of any size,
// one source of random numbers for all users) is not used.
//
// Left out: string.dump (bytecode can be made to do anything). Refused: math.randomseed.
package stdlib

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// Bounds of this package, beside those of sandbox.
const (
	// MaxText is how long a string may be that is no longer than what it is made of: of
	// table.concat, upper, lower, reverse, and what gsub makes of a long subject. It is more
	// than sandbox.MaxString, for bodies of requests are built with these.
	MaxText = 8 << 20
	// MaxResults is how many values one call returns.
	MaxResults = 4096
	// MaxCoroutines is how many coroutines of one user may be alive: each has a stack of its
	// own, some 15 KiB.
	MaxCoroutines = 256
	// MaxResumes is how many coroutines may be resumed inside each other.
	MaxResumes = 16
)

// limit ends the call because a bound was broken.
func limit(L *lua.LState, format string, args ...any) {
	sandbox.Limit(L, fmt.Sprintf(format, args...))
}

// check ends the call when its hook must end.
func check(L *lua.LState) {
	f := sandbox.FrameOf(L)
	select {
	case <-f.Done():
		L.RaiseError("%v", f.Err())
	default:
	}
}
