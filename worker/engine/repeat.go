package engine

import (
	"errors"
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// idleRound is the least that a round, or a transaction, lasts in which nothing is
// sent, so that one around an `if` that never holds does not take a whole processor.
const idleRound = time.Millisecond

// repeat plays the rounds of s. The pause between two rounds is part of the time of
// what s belongs to; think of the steps within is not.
func (u *user) repeat(s *step) (p played) {
	r := s.plan.Repeat
	rounds, items, err := u.rounds(r)
	if err != nil {
		u.failHere(&p, s, failureOf(err))
		return p
	}
	begin := time.Now()
	for n := 0; rounds < 0 || n < rounds; n++ {
		if n > 0 {
			u.pauseIn(&p)
		}
		if items != nil && r.As >= 0 {
			u.scope.Vars[r.As] = items[n]
		}
		v := u.steps(s.steps)
		p.then(&v)
		if p.over() || r.Until != nil && r.Until.Holds(&u.scope) {
			return p
		}
		if r.Until != nil && r.Within > 0 && time.Since(begin)+r.Every > r.Within {
			if p.start.IsZero() {
				p.start = begin // the time that it waited counts, also if nothing was sent
				p.paused, p.before = p.before, 0
			}
			p.reach(time.Now())
			u.tooLong(&p, s, n+1)
			return p
		}
		pause := r.Every
		if !v.sent {
			pause = max(pause, idleRound)
		}
		if n+1 != rounds && !u.wait(pause) {
			p.interrupted = true
			return p
		}
	}
	return p
}

// rounds is how many rounds r has, -1 where its condition says; and the items of each.
func (u *user) rounds(r *plan.Repeat) (n int, items []load.Value, err error) {
	switch {
	case r.Times != nil:
		n, err = r.Count(&u.scope)
	case r.Each:
		items, err = r.Items(nil, &u.scope)
		n = len(items)
	default:
		n = -1
	}
	return n, items, err
}

// tooLong is the failure of a repeat that did not come to its end in its time.
func (u *user) tooLong(p *played, s *step, rounds int) {
	r := s.plan.Repeat
	f := failure{
		class:   load.ClassRepeat,
		rule:    r.Until.Rule,
		message: fmt.Sprintf("not %s within %v, after %d rounds: %s", r.Until.Rule, r.Within, rounds, r.Until.Explain(&u.scope)),
	}
	u.failHere(p, s, f)
}

// failHere is a failure of a step that sends nothing itself.
func (u *user) failHere(p *played, s *step, f failure) {
	u.count(s, f)
	u.fail(p, s, f)
	if u.watch != nil {
		u.watch.begin(u, s)
		u.watch.finish(u, f, 0)
	}
}

// failureOf is the failure of a step whose templates could not be expanded.
func failureOf(err error) failure {
	f := failure{class: load.ClassTemplate, message: err.Error()}
	var expand *plan.ExpandError
	if errors.As(err, &expand) {
		f.class = expand.Class
	}
	return f
}

// wait is a pause that is part of a transaction's time. Only the end of the run cuts it
// short: it is then false.
func (u *user) wait(d time.Duration) bool {
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-u.wire.off:
		case <-u.over[0]:
		case <-u.over[1]:
		}
	}
	return !u.wire.cut.Load() && !isClosed(u.over[0]) && !isClosed(u.over[1])
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
