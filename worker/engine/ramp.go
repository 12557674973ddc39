package engine

import (
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// rampTick is how often a ramp of users is looked at.
const rampTick = 10 * time.Millisecond

// populate keeps as many users active as the profile asks for (closed model).
func (sc *scene) populate(stop <-chan struct{}) {
	for {
		wait, more := sc.adjust(sc.run.elapsed())
		if !more {
			return
		}
		timer := time.NewTimer(wait)
		select {
		case <-stop:
			timer.Stop()
			return
		case <-sc.poke:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// adjust brings the number of active users to what the profile asks for at run time
// t, and says how long nothing has to be done; more is false when the load is over.
func (sc *scene) adjust(t time.Duration) (wait time.Duration, more bool) {
	sc.mu.Lock()
	sc.turnTo(t)
	p, at := sc.profile, t-sc.base
	if at < 0 && !sc.ended {
		wait = sc.nextChange(t, -at)
		sc.mu.Unlock()
		return wait, true
	}
	if sc.ended || over(p, at) || sc.deserted(t) || sc.limited && p.PeakUsers() == 0 {
		sc.mu.Unlock()
		return 0, false
	}
	want := max(0, p.Users(at)-sc.retired)
	var leave []*user
	if n := len(sc.active); n > want {
		leave = slices.Clone(sc.active[want:])
		sc.active = slices.Delete(sc.active, want, n)
	}
	var join []*user
	for len(sc.active) < want {
		join = append(join, sc.newActive())
	}
	wait = sc.quiet(p, at, t)
	sc.load.SetTarget(want)
	sc.load.SetUsers(sc.alive)
	sc.mu.Unlock()

	sc.enter(join)
	for _, u := range leave {
		u.leave()
	}
	return wait, true
}

// quiet is how long the level stays as it is: to the end of a flat stage, or one
// tick of a ramp. Called with mu held.
func (sc *scene) quiet(p load.Profile, at, t time.Duration) time.Duration {
	wait := time.Hour
	stage, since := p.StageAt(at)
	if stage < 0 {
		return rampTick
	}
	s := p.Stages[stage]
	if s.Duration > 0 {
		if wait = s.Duration - since; p.Level(at) != s.Target {
			wait = min(wait, rampTick)
		}
	}
	return sc.nextChange(t, wait)
}

// nextChange is wait, or less if the profile is changed before. Called with mu held.
func (sc *scene) nextChange(t, wait time.Duration) time.Duration {
	if len(sc.changes) > 0 {
		wait = min(wait, sc.changes[0].At-t)
	}
	return max(wait, 0)
}

// over says that a profile has ended at its own time t.
func over(p load.Profile, t time.Duration) bool {
	length := p.Length()
	return length > 0 && t >= length
}

// turnTo makes changes that are due by run time t the current profile. Called with
// mu held.
func (sc *scene) turnTo(t time.Duration) {
	for len(sc.changes) > 0 && sc.changes[0].At <= t {
		c := sc.changes[0]
		sc.changes = sc.changes[1:]
		sc.profile, sc.base = c.Profile, c.At
		sc.waiting.profiles(c.Profile, c.At)
	}
}

// change plans a new profile. Two changes at one instant: the later one holds.
func (sc *scene) change(c load.Change) {
	sc.mu.Lock()
	i, _ := slices.BinarySearchFunc(sc.changes, c.At, func(c load.Change, at time.Duration) int {
		if c.At <= at {
			return -1
		}
		return 1
	})
	sc.changes = slices.Insert(sc.changes, i, c)
	sc.mu.Unlock()
	sc.look()
}
