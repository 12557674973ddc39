package scripting

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// Call runs hook h of script s, loading s first if this state has not run it yet. around
// are the scripts around s, innermost first (transaction, plan): globals that s lacks are
// looked up in theirs. ok is for Finish. A hook that s does not define is no failure: ran
// is false. Calls nest: a hook that sends makes the Host run further hooks on this state.
func (s *State) Call(h Hook, script *Script, around []*Script, ok bool) (ran bool, failure *Failure) {
	if !script.Mentions(h) {
		return false, nil
	}
	c := call{state: s, hook: h, script: script, around: around, ok: ok}
	failure = c.do()
	return c.ran, failure
}

// Do runs Go code as a part of script, which it loads first: what it calls is bounded and
// fails as in a hook. The host's objects are those of the hooks under way, if any.
func (s *State) Do(script *Script, around []*Script, work func(L *lua.LState)) *Failure {
	c := call{state: s, hook: numHooks, script: script, around: around, work: work}
	return c.do()
}

// call is one call of a hook.
type call struct {
	state  *State
	hook   Hook
	script *Script
	around []*Script
	ok     bool
	work   func(*lua.LState)
	ran    bool
	loads  bool // the script's own code is what runs
}

func (c *call) do() *Failure {
	s, L := c.state, c.state.lua
	f := s.program.watch.begin(s)
	outer, _ := L.Context().(*frame)
	nested := s.depth > 0 && outer.pause() // its time is not that of the call within
	L.SetContext(f)
	s.depth++
	err := c.run()
	saying(L, err)
	s.depth--
	if s.depth > 0 {
		L.SetContext(outer)
	}
	if nested {
		outer.resume()
	}
	if s.depth == 0 {
		s.tables.rest()
		s.loading = s.loading[:0]
	}
	why, ending, exceeded := f.release()
	f.shard.put(f)
	if err == nil && why == causeNone {
		return nil
	}
	return s.failure(c, err, why, ending, exceeded)
}

// run does what has to be done; errors are what Lua raised.
func (c *call) run() error {
	s, L := c.state, c.state.lua
	env := s.ready(c.script)
	starts := env == nil && s.starts(c.script)
	if starts && c.work == nil {
		return nil
	}
	if env == nil && !starts {
		c.loads = true
		if err := s.loadProtected(c.script, c.around); err != nil {
			return err
		}
		c.loads = false
		env = s.ready(c.script)
	}
	if c.work != nil {
		if err := protect(L, c.work); err != nil {
			return err
		}
		return s.keepTables()
	}
	fn := env.RawGetString(c.hook.String())
	if fn == lua.LNil {
		return nil
	}
	c.ran = true
	if fn.Type() != lua.LTFunction {
		return fmt.Errorf("%s is a %s, not a function", c.hook, fn.Type())
	}
	L.Push(fn)
	if err := L.PCall(c.push(), 0, nil); err != nil {
		return err
	}
	return s.keepTables()
}

func (s *State) loadProtected(script *Script, around []*Script) error {
	return protect(s.lua, func(*lua.LState) { s.load(script, around) })
}

// ready is the globals of a script that has run; nil: it has not.
func (s *State) ready(script *Script) *lua.LTable {
	for i := range s.loaded {
		if l := &s.loaded[i]; l.script == script && l.ran {
			return l.env
		}
	}
	return nil
}

// push pushes the arguments of the hook and says how many.
func (c *call) push() int {
	L, o := c.state.lua, c.state.program.objects
	switch c.hook {
	case Before:
		L.Push(o.request)
		L.Push(o.user)
		return 2
	case After:
		L.Push(o.response)
		L.Push(o.user)
		return 2
	case Finish:
		L.Push(o.user)
		L.Push(lua.LBool(c.ok))
		return 2
	case Setup:
		L.Push(o.setup)
		return 1
	case Teardown:
		L.Push(o.vars)
		return 1
	}
	L.Push(o.user)
	return 1
}

// protect runs Go code that may raise errors in L.
func protect(L *lua.LState, work func(*lua.LState)) error {
	L.Push(&lua.LFunction{IsG: true, GFunction: func(L *lua.LState) int {
		work(L)
		return 0
	}})
	return L.PCall(0, 0, nil)
}
