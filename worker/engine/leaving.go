package engine

import (
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// deserted says that so many users have left for good that the profile will have none
// any more. Called with mu held.
func (sc *scene) deserted(t time.Duration) bool {
	if sc.retired == 0 || len(sc.changes) > 0 {
		return false
	}
	p, at := sc.profile, t-sc.base
	if p.Model != load.ArrivalsModel {
		p.Begin = p.Level(at)
		if i, _ := p.StageAt(at); i >= 0 {
			p.Stages = p.Stages[i:]
		}
	}
	most := p.PeakUsers()
	return most > 0 && sc.retired >= most
}

// leftEarly says that the load ends because its users left before they were to, or
// because they would all leave: a data file that each of them needs is used up.
func (sc *scene) leftEarly() (left, starved bool) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.profile.IterationsPerUser == 0 && sc.deserted(sc.run.elapsed()), sc.starved
}

// past says whether the planned end of the load has come; false without one.
func (sc *scene) past(at time.Duration) bool {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	length := sc.profile.Length()
	return length > 0 && at >= sc.base+length
}

// endEarly ends the load: none of its users could go on.
func (sc *scene) endEarly() {
	sc.mu.Lock()
	sc.ended, sc.starved = true, true
	sc.mu.Unlock()
	sc.look()
}

// retire makes u leave for good: nobody takes its place.
func (sc *scene) retire(u *user) {
	sc.mu.Lock()
	sc.retireLocked(u)
	sc.mu.Unlock()
}

func (sc *scene) retireLocked(u *user) {
	if u.leaving.Swap(true) {
		return
	}
	sc.retired++
	if i := slices.Index(sc.active, u); i >= 0 {
		sc.active = slices.Delete(sc.active, i, i+1)
	}
	sc.look()
}

// gone says that u has left.
func (sc *scene) gone(u *user) {
	sc.mu.Lock()
	sc.alive--
	if !u.started {
		sc.starting--
	}
	sc.load.SetUsers(sc.alive) // under mu, or the last to leave may be overtaken
	sc.checkEmpty()
	sc.mu.Unlock()
	sc.load.Leave()
	sc.run.leave()
}

// leave tells all users to leave and sees to it that they do, within the graceful stop:
// then what is in flight is cut off, which leaves them their user_stop. It does not
// wait: see drained. Later calls change nothing.
func (sc *scene) leave() {
	sc.left.Do(func() {
		sc.dismiss()
		go sc.drain()
	})
}

func (sc *scene) drain() {
	defer close(sc.drained)
	graceful := time.NewTimer(sc.gracefulStop())
	defer graceful.Stop()
	select {
	case <-sc.empty:
		return
	case <-graceful.C:
	case <-sc.run.now:
	}
	sc.wire.cutOff()
}

// checkEmpty is called with mu held, when it may have become so: once in all.
func (sc *scene) checkEmpty() {
	if sc.dismissed && sc.alive == 0 {
		close(sc.empty)
	}
}

// dismiss tells all users to leave.
func (sc *scene) dismiss() {
	sc.mu.Lock()
	sc.ended, sc.dismissed = true, true
	sc.checkEmpty()
	sc.mu.Unlock()
	sc.drop()
	sc.mu.Lock()
	users, idle := sc.active, sc.idle
	sc.active, sc.idle = nil, nil
	sc.mu.Unlock()
	sc.load.SetTarget(0)
	for _, u := range users {
		u.leave()
	}
	for _, u := range idle {
		sc.run.crowd.queue.push(u)
	}
}

func (sc *scene) gracefulStop() time.Duration {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.profile.GracefulStop
}
