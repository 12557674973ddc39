package engine

import (
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/record"
)

// played is how a list of steps came out.
type played struct {
	start, end  time.Time
	paused      time.Duration // think between the steps, not part of the time
	rest        time.Duration // think of the last step, which is still to come
	failed      bool
	interrupted bool
	reaction    load.Reaction // what the failure asks for, beyond ending the list
	failedStep  string
	failure     failure
}

// steps plays steps in order until one fails whose reaction ends the list.
func (u *user) steps(steps []*step) (p played) {
	for i, s := range steps {
		v := u.step(s)
		if i == 0 {
			p.start = v.start
		}
		p.end = v.end
		if v.interrupted {
			p.interrupted = true
			return p
		}
		if v.failed {
			p.failed = true
			p.failedStep, p.failure = s.plan.Name, v.failure
			switch s.plan.OnFailure {
			case load.Continue:
			case load.AbortRun:
				u.run.abort("step " + s.plan.Name + " failed and its plan says abort_run")
				fallthrough
			default:
				p.reaction = s.plan.OnFailure
				return p
			}
		}
		switch think := u.draw(s.plan.Think); {
		case i == len(steps)-1:
			p.rest = think
		case think > 0:
			before := time.Now()
			u.sleep(think)
			p.paused += time.Since(before)
		}
	}
	return p
}

// transaction plays t once. intended is when it was to begin (arrivals), or zero.
// What is left is the pause after its last step.
func (u *user) transaction(t *transaction, intended time.Time) (rest time.Duration) {
	late := !intended.IsZero() && time.Since(intended) > load.LateAfter
	u.scene.load.Start(late)
	p := u.steps(t.steps)
	if p.start.IsZero() { // no steps
		p.start = time.Now()
		p.end = p.start
	}
	if u.begins.IsZero() {
		u.begins = p.start // where pace counts from
	}
	if p.interrupted {
		t.row.Interrupted(0, 0)
		u.leaving.Store(true)
		return 0
	}
	t.row.Done(record.Outcome{Latency: p.end.Sub(p.start) - p.paused, Failed: p.failed})
	if !intended.IsZero() {
		t.row.Scheduled(p.end.Sub(intended) - p.paused)
	}
	if p.reaction == load.StopUser {
		u.scene.retire(u)
	}
	return p.rest
}
