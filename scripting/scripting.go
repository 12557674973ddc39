// Package scripting runs the Lua of a plan. Texts are compiled once per run; each user has
// a state of its own, made when its first hook runs. What a script can reach is the sandbox
// that this package opens, and its Host; it knows no transport.
package scripting

import (
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/sandbox"
)

// Config bounds the scripts of a run. The zero value works.
type Config struct {
	Timeout   time.Duration    // of one hook; 0: DefaultTimeout
	HeapLimit int64            // bytes of live heap above which the hooks that run are cancelled; 0: a share of this machine's memory
	Now       func() time.Time // nil: time.Now

	// Extra are libraries whose functions become further globals: those of the runner of
	// library tests.
	Extra []*sandbox.Library
}

// Bounds of Config.Timeout.
const (
	DefaultTimeout = 100 * time.Millisecond
	MaxTimeout     = time.Second
)

// Hook is a function that a script may define.
type Hook uint8

// The hooks. Before has the request, After the response, Finish whether the transaction
// came out well; Setup and Teardown have the variables that all users see.
const (
	Before Hook = iota
	After
	Transaction
	Begin
	Finish
	Setup
	Teardown
	UserStart
	UserStop
	numHooks
)

// String is the name of the Lua function.
func (h Hook) String() string {
	return [numHooks]string{"before", "after", "transaction", "begin", "finish", "setup", "teardown", "user_start", "user_stop"}[h]
}

// Problem is something wrong with a script.
type Problem struct {
	File    string
	Line    int // of File; 0: unknown
	Column  int // 0: unknown
	Message string
	Hint    string
	Warning bool
	Path    string // Source.Path; empty: a library
}

// Failure is how a hook ended badly. It is data: the engine counts it.
type Failure struct {
	Class   load.Class // lua_error, lua_limit, lua_timeout, lua_internal; check: the script called fail
	Place   string     // "plan.yaml:33"
	Message string     // without the place
	Stack   string     // a line per call, innermost first; "" for fail
	// Interrupted: the Host said so; nothing is wrong and Class is empty.
	Interrupted bool
	// Spent: the state must not be used any more; the user needs a new one.
	Spent bool
}

func (f *Failure) Error() string {
	if f.Place == "" {
		return f.Message
	}
	return f.Place + ": " + f.Message
}
