package engine

import (
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
)

// hooked plays a request step that passes through hooks.
func (u *user) hooked(s *step) played {
	defer u.kit.letGo(u.run.files)
	if err := u.prepare(s); err != nil {
		fail, fate := unsentBy(err)
		return u.unsent(s, fail, fate)
	}
	l := u.host()
	l.open(call{realm: s.realm, step: s})
	own, fail := l.pass(s.hooks)
	return u.conclude(l, &own, fail)
}

const tooDeep = "requests of scripts, and blocks that they use, are nested over 8 levels"

// pass sends the request at hand through its hooks. What is returned is the request alone;
// what the hooks did is in the call.
func (l *lua) pass(h *hooks) (own played, fail failure) {
	u, k := l.u, l.u.kit
	if fail := l.before(h); fail.class != "" || l.top().p.over() || l.top().skips {
		return played{}, fail
	}
	s := l.top().step
	var moved traffic
	fail = u.exchange(s, &own, &moved)
	if own.interrupted {
		s.row.Interrupted(moved.in, moved.out)
		return own, fail
	}
	k.moved, k.latency = moved, own.end.Sub(own.start)
	k.view.Reset(k) // also where there was no response: the one before may be another user's
	switch reply := l.top().reply; {
	case fail.class != "":
	case reply != nil:
		fail = u.judgeCall(reply, moved.status)
	default:
		fail = u.judge(s, &moved)
	}
	if reply := l.top().reply; reply != nil {
		reply.take(k, &own, fail)
	}
	l.top().p.then(&own)
	if after := l.after(h, fail); fail.class == "" {
		fail = after
	}
	return own, fail
}

// before runs the hooks that come before the request, outer to inner.
func (l *lua) before(h *hooks) failure {
	for i := range h.before {
		s := &h.before[i]
		if l.runs(s.script, scripting.Before) {
			continue
		}
		l.top().phase = unsentYet
		_, f := l.call(scripting.Before, s, true)
		c := l.top()
		c.phase = noRequest
		switch {
		case f != nil && f.Interrupted:
			c.p.interrupted = true
			return failure{}
		case f != nil:
			return hookFailure(f)
		case c.skips || c.p.over():
			return failure{}
		}
	}
	return failure{}
}

// after runs the hooks that come after the request, inner to outer; all of them, whatever
// became of it.
func (l *lua) after(h *hooks, fail failure) failure {
	l.top().came = fail
	for i := range h.after {
		s := &h.after[i]
		if l.runs(s.script, scripting.After) {
			continue
		}
		c := l.top()
		c.phase = answered
		_, f := l.call(scripting.After, s, true)
		c = l.top()
		c.phase = noRequest
		switch {
		case f != nil && f.Interrupted:
			c.p.interrupted = true
			return c.fail
		case f != nil:
			c.note(hookFailure(f))
			return c.fail
		}
	}
	return l.top().fail
}

// conclude counts a request step that was sent, skipped or refused by its hooks.
func (u *user) conclude(l *lua, own *played, fail failure) (p played) {
	c := l.close()
	s := c.step
	p = c.p
	if own.interrupted || p.interrupted && own.start.IsZero() {
		p.interrupted = true
		return p
	}
	if fail.class == "" {
		fail = c.fail
	}
	if c.skips && fail.class == "" { // a script that failed is not hidden by what it skipped
		u.run.rec.Skip()
		if u.watch != nil {
			u.watch.skip(u, c.skip)
		}
		return p
	}
	if own.start.IsZero() { // a script failed before it was sent
		if fail.class == "" { // its block failed, or its request stopped the user
			if u.watch != nil {
				u.watch.finish(u, failure{}, 0)
			}
			return p
		}
		v := u.unsent(s, fail, load.UnsentScript)
		p.then(&v)
		return p
	}
	k := u.kit
	k.done(s, fail)
	if fail.class != "" {
		u.count(s, fail)
		u.fail(&p, s, fail)
	}
	if u.watch != nil {
		u.watch.finish(u, fail, k.latency)
	}
	return p
}

// paused adds a pause of a script to the innermost call: think is not part of the time.
func (c *call) paused(from, to time.Time, think bool) {
	switch {
	case think:
		c.p.think(to.Sub(from))
	default:
		if c.p.start.IsZero() {
			c.p.start = from
		}
		c.p.reach(to)
	}
}
