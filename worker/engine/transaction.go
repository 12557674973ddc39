package engine

import (
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/record"
)

// played is how a step, or a list of steps, came out.
type played struct {
	start, end  time.Time     // of the first attempt, of the last; zero: nothing was sent
	before      time.Duration // think before start
	paused      time.Duration // think from start to end, not part of the time
	behind      time.Duration // think after end: it is part of paused once there is a later end
	rest        time.Duration // think after the last step, which is still to come
	sent        bool          // an attempt was made
	failed      bool
	interrupted bool
	cutAt       string        // place in the script of a lifecycle that was interrupted
	reaction    load.Reaction // what the failure asks for, beyond ending the list
	failedStep  string
	failure     failure
}

// then adds what was played next.
func (p *played) then(v *played) {
	p.think(v.before)
	if !v.start.IsZero() {
		if p.start.IsZero() {
			p.start = v.start
		}
		p.reach(v.end)
		p.paused += v.paused
		p.behind = v.behind
	}
	p.rest = v.rest
	p.sent = p.sent || v.sent
	p.interrupted = p.interrupted || v.interrupted
	if v.failed {
		p.failed = true
		p.failedStep, p.failure = v.failedStep, v.failure
		p.reaction = stronger(p.reaction, v.reaction)
	}
}

// think adds a pause at the end of p.
func (p *played) think(d time.Duration) {
	if p.start.IsZero() {
		p.before += d
	} else {
		p.behind += d
	}
}

// reach moves the end, to behind all pauses.
func (p *played) reach(end time.Time) {
	p.end = end
	p.paused += p.behind
	p.behind = 0
}

// over says that nothing more of a list is played.
func (p *played) over() bool { return p.interrupted || p.reaction != "" }

// latency is the time of what was played.
func (p *played) latency() time.Duration { return p.end.Sub(p.start) - p.paused }

// settle gives what sent nothing a time of its own.
func (p *played) settle() {
	if p.start.IsZero() {
		p.start = time.Now()
		p.end = p.start
	}
}

// stronger is the reaction that asks for more: where a script goes on after a failure, what
// comes later takes nothing of that back.
func stronger(a, b load.Reaction) load.Reaction {
	if rank(b) > rank(a) {
		return b
	}
	return a
}

func rank(r load.Reaction) int {
	return slices.Index([]load.Reaction{"", load.StopTransaction, load.StopUser, load.AbortRun}, r)
}

// fail makes p a failure of step s, and does what s asks for.
func (u *user) fail(p *played, s *step, f failure) {
	p.failed, p.failure, p.failedStep = true, f, s.plan.Name
	if s.plan.OnFailure != load.Continue {
		p.reaction = stronger(p.reaction, s.plan.OnFailure)
	}
	if s.plan.OnFailure == load.AbortRun {
		u.run.abort(load.Reason{
			Code: load.WhyStepAborted, Params: load.Params{"step": s.plan.Name}, Text: "step " + s.plan.Name + " failed and its plan says abort_run",
		})
		u.leaving.Store(true)
	}
}

// steps plays steps in order until one fails whose reaction ends the list.
func (u *user) steps(steps []*step) (p played) {
	for _, s := range steps {
		u.pauseIn(&p)
		v := u.step(s)
		v.rest += u.draw(s.plan.Think)
		p.then(&v)
		if p.over() {
			p.rest = 0
			return p
		}
	}
	return p
}

// pauseIn takes the think time that is due before p goes on.
func (u *user) pauseIn(p *played) {
	if p.rest <= 0 {
		return
	}
	began := time.Now()
	u.sleep(p.rest)
	p.think(time.Since(began))
	p.rest = 0
}

// step plays one step of any kind.
func (u *user) step(s *step) played {
	switch {
	case s.plan.Request != nil:
		return u.request(s)
	case s.plan.Group:
		return u.group(s)
	case s.plan.Repeat != nil:
		return u.repeat(s)
	case s.plan.If != nil && !s.plan.If.Holds(&u.scope):
		return u.steps(s.other)
	}
	return u.steps(s.steps)
}

// group plays steps that have a time of their own.
func (u *user) group(s *step) played {
	p := u.steps(s.steps)
	if p.interrupted {
		s.row.Interrupted(0, 0)
		return p
	}
	p.settle()
	s.row.Done(record.Outcome{Latency: p.latency(), Failed: p.failed})
	return p
}

// transaction plays t once. intended is when it was to begin (arrivals), or zero.
// What is left is the pause after its last step.
func (u *user) transaction(t *transaction, intended time.Time) (rest time.Duration) {
	late := !intended.IsZero() && time.Since(intended) > load.LateAfter
	u.scene.load.Start(late)
	p := u.body(t)
	p.settle()
	if u.begins.IsZero() {
		u.begins = p.start // where pace counts from
	}
	if p.interrupted {
		t.row.Interrupted(0, 0)
		u.leaving.Store(true)
		return 0
	}
	t.row.Done(record.Outcome{Latency: p.latency(), Failed: p.failed})
	if !intended.IsZero() {
		t.row.Scheduled(p.end.Sub(intended) - p.before - p.paused)
	}
	if p.reaction == load.StopUser {
		u.scene.retire(u)
	}
	if !p.sent {
		return max(p.rest, idleRound)
	}
	return p.rest
}
