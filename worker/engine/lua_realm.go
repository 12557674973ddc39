package engine

import (
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting"
)

// body plays the steps of t, its script around them, or the script alone.
func (u *user) body(t *transaction) played {
	switch {
	case t.own == nil:
		return u.steps(t.steps)
	case len(t.steps) == 0:
		return u.scriptAlone(t)
	}
	l := u.host()
	l.open(call{realm: t.realm})
	if l.stage(scripting.Begin, t.own, true) && !l.top().p.over() {
		l.play(t.steps)
	}
	if c := l.top(); !c.p.interrupted {
		l.stage(scripting.Finish, t.own, !c.p.failed && c.fail.class == "")
	}
	return l.conclude()
}

// scriptAlone plays a transaction that is a Lua function. Its time is that of the
// function, without think.
func (u *user) scriptAlone(t *transaction) played {
	l := u.host()
	l.open(call{realm: t.realm})
	c := l.top()
	c.p.start = time.Now()
	c.p.end = c.p.start
	l.stage(scripting.Transaction, t.own, true)
	c = l.top()
	c.p.reach(time.Now())
	return l.conclude()
}

// part plays a part of the lifecycle: its steps, and the hook of the plan's script after
// them, or before them where it ends something.
func (u *user) part(ph *phase) played {
	if ph.own == nil {
		return u.steps(ph.steps)
	}
	l := u.host()
	l.open(call{realm: ph.realm})
	first := ph.hook == scripting.UserStop || ph.hook == scripting.Teardown
	if first {
		l.stage(ph.hook, ph.own, true)
	}
	if !l.top().p.over() {
		l.play(ph.steps)
	}
	if c := l.top(); !first && !c.p.over() {
		l.stage(ph.hook, ph.own, true)
	}
	return l.conclude()
}

// empty says that nothing is played.
func (ph *phase) empty() bool { return len(ph.steps) == 0 && ph.own == nil }

// play plays steps as part of the innermost call.
func (l *lua) play(steps []*step) {
	v := l.u.steps(steps)
	l.top().p.then(&v)
}

// stage runs a hook that is not of a request. It is false where the hook ended badly.
func (l *lua) stage(h scripting.Hook, s *scripted, ok bool) bool {
	_, f := l.call(h, s, ok)
	c := l.top()
	switch {
	case f == nil:
		return true
	case f.Interrupted:
		c.p.interrupted, c.p.cutAt = true, f.Place
	default:
		c.note(hookFailure(f))
	}
	return false
}

// conclude ends a transaction or a part of the lifecycle. What its own script found wrong
// counts as a failure of it, without a request.
func (l *lua) conclude() played {
	c := l.close()
	p, u, s := c.p, l.u, c.realm.self
	if u.watch != nil {
		u.watch.loose(u, s, c.fail)
	}
	if c.fail.class != "" && !p.interrupted {
		kit := u.kit
		u.kit = nil // there is no exchange to show
		u.count(s, c.fail)
		u.kit = kit
		u.fail(&p, s, c.fail)
	}
	return p
}

// selfStep stands for a realm where its own script fails.
func (b *binder) selfStep(r *realm, name string) *step {
	row := r.row
	if row == nil && b.scripts != nil {
		row = b.rec.Row(load.RowKey{Kind: r.key.Kind, Scenario: r.key.Scenario, Transaction: r.key.Transaction, Step: "script"})
	}
	return &step{plan: &plan.Step{Name: name, OnFailure: r.reaction}, realm: r, row: row}
}
