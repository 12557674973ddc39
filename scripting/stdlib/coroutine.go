package stdlib

import (
	"strings"
	"weak"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// Coroutine is the library coroutine. A coroutine runs in the call that resumes it: its
// context is that call's, whichever hook created it.
func Coroutine() *sandbox.Library {
	root := compileRoot()
	return &sandbox.Library{
		Name: "coroutine",
		Functions: map[string]lua.LGFunction{
			"create": func(L *lua.LState) int {
				L.Push(create(L, root))
				return 1
			},
			"resume":  coroutineResume,
			"running": coroutineRunning,
			"status":  coroutineStatus,
			"wrap": func(L *lua.LState) int {
				L.Push(wrap(L, create(L, root)))
				return 1
			},
			"yield": coroutineYield,
		},
	}
}

// RootSource is what the outermost frame of each coroutine has as its source; it is no
// frame of the script.
const RootSource = "[coroutine]"

// compileRoot compiles the outermost function of all coroutines, which calls enter, then the
// body, and returns what it returns. gopher-lua takes a body for finished that yields in a tail call
// (return coroutine.yield(x)), for then nothing is left on its stack; so the root stays
// there: its own tail call is made a plain one.
func compileRoot() *lua.FunctionProto {
	chunk, err := parse.Parse(strings.NewReader("return function(enter, body, ...) enter() return body(...) end"), RootSource)
	if err != nil {
		panic(err)
	}
	proto, err := lua.Compile(chunk, RootSource)
	if err != nil {
		panic(err)
	}
	root := proto.FunctionPrototypes[0]
	for i, inst := range root.Code {
		if inst>>26 == uint32(lua.OP_TAILCALL) {
			root.Code[i] = uint32(lua.OP_CALL)<<26 | inst&(1<<26-1)
		}
	}
	return root
}

// crew is the coroutines of one user. It is kept where scripts cannot reach, in the
// registry of the user's state.
type crew struct {
	// members are those that are not dead. What nobody else refers to any more is dropped by
	// sweep.
	members map[weak.Pointer[lua.LState]]*member
	resumed int // inside each other
}

type member struct {
	root   *lua.LFunction // nil: it has started
	body   *lua.LFunction
	active bool // it runs, or waits for one that it resumed
	raised bool // the error that ended it was raised; otherwise it is a panic of Go code
}

// enter is the first that a coroutine calls. gopher-lua makes an error of whatever panics in
// a coroutine; only here can errors be told from panics of Go code.
func (m *member) enter(th *lua.LState) int {
	th.Panic = func(th *lua.LState) {
		m.raised = true
		panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: th.Get(-1)})
	}
	return 0
}

const crewKey = "stdlib.coroutines"

func crewOf(L *lua.LState) *crew {
	registry := L.Get(lua.RegistryIndex).(*lua.LTable)
	if ud, ok := registry.RawGetString(crewKey).(*lua.LUserData); ok {
		return ud.Value.(*crew)
	}
	c := &crew{members: map[weak.Pointer[lua.LState]]*member{}}
	registry.RawSetString(crewKey, &lua.LUserData{Value: c, Metatable: lua.LNil})
	return c
}

// of is th as a member; nil: it is dead, or no coroutine.
func (c *crew) of(th *lua.LState) *member { return c.members[weak.Make(th)] }

func (c *crew) sweep() {
	for th := range c.members {
		if th.Value() == nil {
			delete(c.members, th)
		}
	}
}

// create makes a coroutine of argument 1. The context is taken away meanwhile: gopher-lua
// would wrap it with one that can be cancelled, which costs a goroutine per coroutine until
// the hook's end, and would be the wrong one for later hooks.
func create(L *lua.LState, root *lua.FunctionProto) *lua.LState {
	body := L.CheckFunction(1)
	if body.IsG {
		L.ArgError(1, "Lua function expected")
	}
	c := crewOf(L)
	if len(c.members) >= MaxCoroutines {
		if c.sweep(); len(c.members) >= MaxCoroutines {
			limit(L, "a user has at most %d coroutines", MaxCoroutines)
		}
	}
	ctx := L.RemoveContext()
	th, _ := L.NewThread()
	L.SetContext(ctx)
	c.members[weak.Make(th)] = &member{root: L.NewFunctionFromProto(root), body: body}
	return th
}

func coroutineResume(L *lua.LState) int {
	th := L.CheckThread(1)
	values, err := resume(L, th, arguments(L, 2))
	if err != nil {
		L.Push(lua.LFalse)
		L.Push(err)
		return 2
	}
	L.Push(lua.LTrue)
	for _, v := range values {
		L.Push(v)
	}
	return len(values) + 1
}

func arguments(L *lua.LState, from int) []lua.LValue {
	var values []lua.LValue
	for i := from; i <= L.GetTop(); i++ {
		values = append(values, L.Get(i))
	}
	return values
}

// resume runs th until it yields, returns or fails; failed is the error's value.
func resume(L, th *lua.LState, args []lua.LValue) (values []lua.LValue, failed lua.LValue) {
	c := crewOf(L)
	m := c.of(th)
	switch {
	case th == L:
		return nil, lua.LString("cannot resume running coroutine")
	case m == nil:
		return nil, lua.LString("cannot resume dead coroutine")
	case m.active:
		return nil, lua.LString("cannot resume normal coroutine")
	case c.resumed >= MaxResumes:
		limit(L, "at most %d coroutines can be resumed inside each other", MaxResumes)
	}
	c.resumed++
	m.active = true
	// A panic that passes here must leave the crew right: what it passed through is dead.
	ended := true
	defer func() {
		c.resumed--
		m.active = false
		if ended {
			delete(c.members, weak.Make(th))
		}
	}()
	root := m.root
	if root != nil {
		args = append([]lua.LValue{&lua.LFunction{IsG: true, GFunction: m.enter}, m.body}, args...)
		m.root, m.body = nil, nil
	}
	m.raised = false
	th.SetContext(L.Context())
	state, err, values := L.Resume(th, root, args...)
	switch state {
	case lua.ResumeYield:
		ended = false
		return values, nil
	case lua.ResumeError:
		check(L) // the hook's end must not look like an error of the coroutine
		api, ok := err.(*lua.ApiError)
		if !m.raised || !ok {
			panic(err.Error()) // on its way: no script may catch it
		}
		return nil, api.Object
	}
	return values, nil
}

// wrap is a function that resumes th.
func wrap(L, th *lua.LState) *lua.LFunction {
	return L.NewFunction(func(L *lua.LState) int {
		values, failed := resume(L, th, arguments(L, 1))
		if failed != nil {
			L.Error(failed, 0)
		}
		for _, v := range values {
			L.Push(v)
		}
		return len(values)
	})
}

func coroutineStatus(L *lua.LState) int {
	th := L.CheckThread(1)
	m := crewOf(L).of(th)
	switch {
	case th == L:
		L.Push(lua.LString("running"))
	case m == nil:
		L.Push(lua.LString("dead"))
	case m.active:
		L.Push(lua.LString("normal"))
	default:
		L.Push(lua.LString("suspended"))
	}
	return 1
}

// coroutineRunning is the coroutine that runs; nil: none does.
func coroutineRunning(L *lua.LState) int {
	if crewOf(L).of(L) == nil {
		L.Push(lua.LNil)
	} else {
		L.Push(L)
	}
	return 1
}
