package engine

import (
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
)

// maxCalls bounds how deep requests of scripts, and the blocks that they use, nest.
const maxCalls = 8

// lua is the Lua of one user, made when its first hook runs. It is the scripting.Host of
// the user's state. The goroutine that plays the user owns it.
type lua struct {
	u     *user
	state *scripting.State // nil: none yet, or the last one was spent
	calls []call           // that run now, the innermost last
	late  *lateResult      // the last http call, which is not counted yet
	extra map[string]load.Value
	edit  edit // the request at hand, as scripts see it
	live  live // its response
}

// call is a request, a transaction or a part of the lifecycle while scripts of it run.
type call struct {
	realm *realm
	step  *step // the request at hand; nil: a transaction, or a part of the lifecycle
	phase callPhase
	p     played  // what came of it
	came  failure // of the exchange, or of checks and extractions of the plan
	fail  failure // by a check that did not hold
	skip  string  // why it is not sent
	skips bool
	reply *reply // of an http call
	// running are the hooks that run now: requests made in them do not pass through those.
	running scripted
	hook    scripting.Hook
	inside  bool // a hook runs
	copied  bool // step is this call's own
}

// callPhase is what can be done with the request at hand.
type callPhase uint8

const (
	noRequest callPhase = iota
	unsentYet           // before
	answered            // after
)

// host is the Lua of u.
func (u *user) host() *lua {
	if u.lua == nil {
		u.lua = &lua{u: u}
		u.lua.edit.l, u.lua.live.l = u.lua, u.lua
	}
	return u.lua
}

// open begins a call.
func (l *lua) open(c call) { l.calls = append(l.calls, c) }

// close ends the innermost call: what came of it.
func (l *lua) close() call {
	n := len(l.calls) - 1
	c := l.calls[n]
	l.calls[n] = call{}
	l.calls = l.calls[:n]
	return c
}

// top is the innermost call. It must not be kept over anything that may open another.
func (l *lua) top() *call { return &l.calls[len(l.calls)-1] }

// runs says whether a hook runs already, further out.
func (l *lua) runs(s *scripting.Script, h scripting.Hook) bool {
	for i := range l.calls {
		if c := &l.calls[i]; c.inside && c.running.script == s && c.hook == h {
			return true
		}
	}
	return false
}

// call runs a hook of the innermost call. A failure is nil when it ended well, or when
// the script does not define it.
func (l *lua) call(h scripting.Hook, s *scripted, ok bool) (ran bool, f *scripting.Failure) {
	if l.state == nil {
		l.state = l.u.run.scripts.program.NewState(l, [2]uint64{l.u.run.job.Seed, uint64(l.u.scope.User)})
	}
	c := l.top()
	c.running, c.hook, c.inside = *s, h, true
	depth, kit, shown := len(l.calls), l.u.kit, l.u.watch.depth()
	s.label.set()
	ran, f = l.state.Call(h, s.script, s.around, ok)
	l.outerLabel(depth - 1).set()
	if f != nil && f.Spent {
		l.state = nil
		// A fault of ours may have left something open.
		clear(l.calls[depth:])
		if l.u.kit != kit {
			l.u.kit.letGo(l.u.run.files)
		}
		l.calls, l.u.kit = l.calls[:depth], kit
		l.u.watch.cut(shown)
	}
	l.settle()
	l.top().inside = false
	if f != nil && l.u.watch != nil && !f.Interrupted && f.Class != load.ClassCheck {
		l.tell(f)
	}
	return ran, f
}

// tell writes a failure of a script into the log of Send once: its step shows it only where
// nothing had failed before.
func (l *lua) tell(f *scripting.Failure) {
	message := f.Message
	if l.top().fail.class != "" && f.Stack != "" {
		message += "\n" + f.Stack
	}
	l.Log("error", f.Place, message)
}

// outerLabel is the name of the script that goes on when the hook of call n has ended.
func (l *lua) outerLabel(n int) scriptLabel {
	for i := n - 1; i >= 0; i-- {
		if l.calls[i].inside {
			return l.calls[i].running.label
		}
	}
	return scriptLabel{}
}

// hookFailure is how a hook that ended badly counts. Its rule is the place: messages may
// have anything in them.
func hookFailure(f *scripting.Failure) failure {
	out := failure{class: f.Class, rule: f.Place, message: f.Message, place: f.Place, stack: f.Stack}
	if f.Class == load.ClassCheck {
		out.rule = f.Message // the script said what failed
	}
	return out
}

// maxRule bounds the name of a check made in Lua, in bytes.
const maxRule = 200

// note makes f the failure of what is at hand, unless it has one.
func (c *call) note(f failure) {
	if c.fail.class == "" {
		c.fail = f
	}
}
