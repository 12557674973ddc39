// Package sandbox is what the functions of Lua libraries have to do with the user that
// calls them: its time, its random numbers, its bounds. It knows no library.
package sandbox

import (
	"context"
	"math/rand/v2"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Library is a Lua library written in Go. It is made once and shared by all users of
// a process, so its functions keep nothing between calls. A user that first names it gets
// a table of its own with these functions in it.
type Library struct {
	Name      string
	Functions map[string]lua.LGFunction
	Constants map[string]lua.LValue // numbers, strings, booleans, and userdata that scripts cannot change
}

// Frame is one call of a hook, as the functions of libraries see it: the context of every
// LState while the hook runs, its coroutines included. Done is closed when the hook must
// end; a function that may work for long looks at it every few thousand steps.
type Frame interface {
	context.Context
	// Rand is the user's own stream of random numbers.
	Rand() *rand.Rand
	// Now is the time.
	Now() time.Time
	// Exceeded notes that a bound was broken, whatever the script does with the error that
	// is raised for it: a hook that fails then fails with class lua_limit.
	Exceeded(message string)
}

// FrameOf is the call that L runs in. Every LState that runs has one.
func FrameOf(L *lua.LState) Frame { return L.Context().(Frame) }

// Limit raises an error that says which bound was broken.
func Limit(L *lua.LState, message string) {
	FrameOf(L).Exceeded(message)
	L.RaiseError("%s", message)
}

// Bounds of what the functions of libraries make.
const (
	MaxString = 1 << 20  // bytes of a string that one call makes
	MaxTable  = 64 << 10 // elements that one call makes room for
	MaxDepth  = 100      // levels of tables that one call reads or makes
	CallDepth = 120      // calls of Lua functions
)
