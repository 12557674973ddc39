package engine

import (
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// backlog is the starts that are due and have not begun. A start is only a number:
// its instant is a pure function of the profile, so a million waiting ones take no
// memory. After a change the starts of the old profile are served first.
type backlog struct {
	parts []part
	seen  time.Duration // run time up to which starts were made due
}

// part is the starts of one profile: those before next are due, those before head
// have begun or were dropped.
type part struct {
	profile    load.Profile
	base       time.Duration // run time at which the profile began
	until      time.Duration // run time at which it was replaced; load.Never: it was not
	head, next int64
}

func (p *part) instant(k int64) time.Duration {
	at := p.profile.Start(k)
	if at == load.Never || at >= p.until-p.base { // base+at may be beyond all numbers
		return load.Never
	}
	return p.base + at
}

// profiles replaces the profile from run time base on. A change that comes after its
// instant takes back nothing that is due already, and makes up for nothing: the new
// profile is entered where the old one is left.
func (b *backlog) profiles(p load.Profile, base time.Duration) {
	fresh := part{profile: p, base: base, until: load.Never}
	if n := len(b.parts); n > 0 {
		last := &b.parts[n-1]
		last.until = max(base, b.seen+1)
		fresh.next = p.Starts(last.until - base)
		fresh.head = fresh.next
		if last.head == last.next && last.instant(last.next) == load.Never {
			b.parts = b.parts[:n-1]
		}
	}
	b.parts = append(b.parts, fresh)
}

// due makes all starts up to run time t due and gives the instant of the first that
// is not; load.Never when there are no more.
func (b *backlog) due(t time.Duration) time.Duration {
	b.seen = t
	for i := range b.parts {
		p := &b.parts[i]
		for {
			at := p.instant(p.next)
			if at > t {
				if at != load.Never {
					return at
				}
				break
			}
			p.next++
		}
	}
	return load.Never
}

// exhausted says that the iterations of the profile are all due or done.
func (b *backlog) exhausted() bool {
	last := &b.parts[len(b.parts)-1]
	p := &last.profile
	return p.Iterations > 0 && p.Turn(last.next) >= p.Iterations
}

// size is how many starts wait.
func (b *backlog) size() (n int64) {
	for i := range b.parts {
		n += b.parts[i].next - b.parts[i].head
	}
	return n
}

// oldest is the instant of the start that has waited longest.
func (b *backlog) oldest() (time.Duration, bool) {
	for len(b.parts) > 1 && b.parts[0].head == b.parts[0].next && b.parts[0].instant(b.parts[0].next) == load.Never {
		b.parts = b.parts[1:]
	}
	for i := range b.parts {
		if p := &b.parts[i]; p.head < p.next {
			return p.instant(p.head), true
		}
	}
	return 0, false
}

// take removes the start that has waited longest.
func (b *backlog) take() {
	for i := range b.parts {
		if p := &b.parts[i]; p.head < p.next {
			p.head++
			return
		}
	}
}

// expire removes all starts older than maxWait at run time t and says how many.
func (b *backlog) expire(t, maxWait time.Duration) (n int64) {
	for {
		at, ok := b.oldest()
		if !ok || t-at <= maxWait {
			return n
		}
		b.take()
		n++
	}
}

// clear removes all starts that wait and says how many.
func (b *backlog) clear() int64 {
	n := b.size()
	for i := range b.parts {
		b.parts[i].head = b.parts[i].next
	}
	return n
}

// dispatch makes transactions begin at the instants of the profile (arrivals). It
// keeps a thread for itself and sleeps to within a fraction of a millisecond (see
// nap); starts within one grain of each other are given out together.
func (sc *scene) dispatch(stop <-chan struct{}) {
	defer lockThread()()
	for {
		at, more := sc.release(sc.run.elapsed())
		if !more || !sc.napUntil(at, stop) {
			return
		}
	}
}

// Grains of the dispatcher's clock: it never naps shorter than grain, and looks for
// a stop or a change at least every glance.
const (
	grain  = 100 * time.Microsecond
	glance = 5 * time.Millisecond
)

// napUntil sleeps until run time at, but no longer than a glance; false when the
// load is to stop.
func (sc *scene) napUntil(at time.Duration, stop <-chan struct{}) bool {
	select {
	case <-stop:
		return false
	default:
	}
	nap(min(max(at-sc.run.elapsed(), grain), glance))
	return true
}

// release gives due starts to users and says when the next one is due; more is false
// when the load is over: no start is to come and none waits.
func (sc *scene) release(t time.Duration) (next time.Duration, more bool) {
	sc.mu.Lock()
	sc.turnTo(t)
	next = sc.waiting.due(t)
	dropped := sc.waiting.expire(t, sc.profile.MaxWait)
	wake := sc.call()
	wake = append(wake, sc.sweep(t)...)
	join := sc.hire()
	sc.load.SetTarget(sc.alive)
	sc.load.SetUsers(sc.alive)
	more = !sc.ended && !sc.deserted(t) && (sc.unserved() && !sc.overdue(t) || sc.toCome(next, t))
	sc.mu.Unlock()

	if dropped > 0 {
		sc.load.Drop(dropped)
	}
	for _, u := range wake {
		sc.run.crowd.queue.push(u)
	}
	sc.enter(join)
	return next, more
}

// unserved says that starts are due that have not begun. Called with mu held.
func (sc *scene) unserved() bool { return sc.waiting.size() > 0 || sc.pledged.Load() > 0 }

// toCome says whether the profile, or one that replaces it, may still ask for a
// start. Called with mu held.
func (sc *scene) toCome(next, t time.Duration) bool {
	if next != load.Never || len(sc.changes) > 0 {
		return true
	}
	// Rate 0 is load all the same, until the profile ends or for ever.
	return !sc.waiting.exhausted() && !over(sc.profile, t-sc.base)
}

// overdue says that the profile ended longer ago than users may take to finish:
// starts that wait even now are dropped. Called with mu held.
func (sc *scene) overdue(t time.Duration) bool {
	length := sc.profile.Length()
	return length > 0 && t-sc.base-length > sc.profile.GracefulStop
}

// call takes idle users for the starts that nobody is on the way for; each claims its
// start itself when it is played. Called with mu held.
func (sc *scene) call() []*user {
	n := int(min(sc.waiting.size()-int64(sc.called), int64(len(sc.idle))))
	if n <= 0 {
		return nil
	}
	first := len(sc.idle) - n
	sc.wake = append(sc.wake[:0], sc.idle[first:]...)
	clear(sc.idle[first:])
	sc.idle = sc.idle[:first]
	for _, u := range sc.wake {
		u.called = true
	}
	sc.called += n
	return sc.wake
}

// sweepTick is how often users that have nothing to do are looked at.
const sweepTick = 100 * time.Millisecond

// sweep takes idle users whose life is over out of idle: they begin another now rather
// than when a start waits for them. Called with mu held.
func (sc *scene) sweep(t time.Duration) (old []*user) {
	if sc.run.program.Plan.UserLife.After.Max == 0 || t-sc.swept < sweepTick {
		return nil
	}
	sc.swept = t
	sc.idle = slices.DeleteFunc(sc.idle, func(u *user) bool {
		if !u.outlived() {
			return false
		}
		old = append(old, u)
		return true
	})
	return old
}

// hire is new users for starts that nobody is free or on the way for, within the
// bound of the profile. Called with mu held.
func (sc *scene) hire() (join []*user) {
	most := sc.profile.PeakUsers() - sc.retired
	for sc.alive < most && int64(sc.starting+sc.called) < sc.waiting.size() {
		join = append(join, sc.newActive())
	}
	return join
}

// newActive is called with mu held.
func (sc *scene) newActive() *user {
	u := sc.newUser()
	sc.active = append(sc.active, u)
	return u
}

// claimStart gives u the start that has waited longest. Called with mu held.
func (sc *scene) claimStart(u *user) (time.Time, bool) {
	if n := sc.waiting.expire(sc.run.elapsed(), sc.profile.MaxWait); n > 0 {
		sc.load.Drop(n)
	}
	if at, ok := sc.waiting.oldest(); ok {
		sc.waiting.take()
		sc.pledged.Add(1)
		return sc.run.instant(at), true
	}
	if sc.ended {
		u.leaving.Store(true)
	}
	return time.Time{}, false
}

// park keeps u until there is a start for it. Called by the goroutine that played u,
// after its last use of it.
func (sc *scene) park(u *user) {
	sc.mu.Lock()
	again := sc.ended || u.leaving.Load() || sc.waiting.size() > 0
	if !again {
		sc.idle = append(sc.idle, u)
	}
	sc.mu.Unlock()
	if again {
		sc.run.crowd.queue.push(u)
	}
}

// drop gives up the starts that still wait when the load is stopped.
func (sc *scene) drop() {
	sc.mu.Lock()
	n := sc.waiting.clear()
	sc.mu.Unlock()
	if n > 0 {
		sc.load.Drop(n)
	}
}
