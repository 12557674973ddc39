package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/record"
	"github.com/locust-http/locust-http/worker/send"
)

// scene is one scenario's share of the load on this worker. Its own goroutine
// (perform) decides who is to be active and, for arrivals, when transactions begin;
// users ask it for their next start.
type scene struct {
	run     *run
	name    string
	choice  choice
	load    *record.Load
	wire    *wire
	poke    chan struct{} // something changed: look again
	left    sync.Once
	drained chan struct{} // closed when nothing of the scene is in flight any more

	mu        sync.Mutex // guards everything below
	profile   load.Profile
	base      time.Duration // run time at which profile began
	changes   []load.Change // to come, in order of At
	active    []*user       // not told to leave, oldest first
	alive     int           // not gone yet
	empty     chan struct{} // closed when all have been dismissed and nobody is left
	retired   int           // left for good before they were told to
	starved   bool          // the load ends because a data file is used up
	ended     bool          // no transaction begins any more
	dismissed bool          // all have been told to leave: nobody comes any more
	remaining int64         // iterations left, when limited
	limited   bool

	// pledged is the starts that users have claimed and not begun: they log in again or
	// wait for rows first, and may give them back. It rises with mu held.
	pledged atomic.Int64

	// Arrivals only.
	waiting  backlog
	idle     []*user       // ready and without a start; the last is the next to get one
	called   int           // taken from idle for a start that they have not claimed yet
	starting int           // have not finished user_start
	swept    time.Duration // run time at which idle was last looked through
	wake     []*user       // buffer of the dispatcher
}

func (r *run) newScene(s load.Share, c choice) *scene {
	sc := &scene{
		run:     r,
		name:    s.Scenario,
		choice:  c,
		load:    r.rec.Load(s.Scenario),
		poke:    make(chan struct{}, 1),
		wire:    newWire(send.Options{Connections: r.program.Plan.Connections}),
		drained: make(chan struct{}),
		empty:   make(chan struct{}),
		profile: s.Profile,
		base:    s.StartAt,
	}
	if s.Profile.Iterations > 0 && s.Profile.Model != load.ArrivalsModel {
		sc.limited, sc.remaining = true, iterations(s.Profile)
	}
	sc.waiting.profiles(s.Profile, s.StartAt)
	return sc
}

// iterations is this share's part of a total, dealt only to workers that have users.
func iterations(p load.Profile) int64 {
	whole := p
	whole.Of = 0
	of := int64(max(1, min(p.Of, whole.PeakUsers())))
	if int64(p.Index) >= of {
		return 0
	}
	n := p.Iterations / of
	if int64(p.Index) < p.Iterations%of {
		n++
	}
	return n
}

func (sc *scene) model() load.Model {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.profile.Model
}

// rampTick is how often a ramp of users is looked at.
const rampTick = 10 * time.Millisecond

// perform runs the scene's load until it ends by itself or stop is closed. It waits for
// nobody. reason is why the load ended before its time, or empty.
func (sc *scene) perform(stop <-chan struct{}) (reason string) {
	if sc.model() == load.ArrivalsModel {
		sc.dispatch(stop)
	} else {
		sc.populate(stop)
	}
	switch left, starved := sc.leftEarly(); {
	case starved, left && sc.run.usedUp.Load():
		return load.ReasonDataExhausted
	case left:
		return load.ReasonUsersLeft
	}
	return ""
}

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

// newUser is called with mu held.
func (sc *scene) newUser() *user {
	sc.alive++
	sc.starting++
	sc.run.enter()
	return sc.run.newUser(sc.run.nextUser(), sc)
}

// enter lets new users in.
func (sc *scene) enter(users []*user) {
	if len(users) == 0 {
		return
	}
	sc.run.crowd.ensure(sc.run.population())
	for _, u := range users {
		sc.run.crowd.queue.push(u)
	}
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

// renewed says that a user has begun another life.
func (sc *scene) renewed() {
	sc.load.Leave()
	sc.mu.Lock()
	sc.starting++
	sc.mu.Unlock()
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

// look makes perform look at the state again.
func (sc *scene) look() {
	select {
	case sc.poke <- struct{}{}:
	default:
	}
}

// claim asks for the next start of u: when it is to begin (arrivals; zero in the
// closed model), or that there is none now.
func (sc *scene) claim(u *user) (intended time.Time, ok bool) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if u.called {
		u.called = false
		sc.called--
	}
	if sc.profile.IterationsPerUser > 0 && u.served >= sc.profile.IterationsPerUser {
		sc.retireLocked(u)
		return time.Time{}, false
	}
	if sc.profile.Model == load.ArrivalsModel {
		return sc.claimStart(u)
	}
	if sc.limited && sc.remaining <= 0 {
		if sc.pledged.Load() > 0 { // one of them may yet be left to u
			return time.Time{}, false
		}
		sc.ended = true
		u.leaving.Store(true)
		sc.look()
		return time.Time{}, false
	}
	sc.remaining--
	sc.pledged.Add(1)
	return time.Time{}, true
}

// begun says that a start that was claimed begins.
func (sc *scene) begun() { sc.pledged.Add(-1) }

// giveBack takes back a start that was claimed and does not begin: an iteration is for
// others, a start of arrivals has missed its instant.
func (sc *scene) giveBack(intended time.Time) {
	sc.mu.Lock()
	sc.remaining++
	sc.pledged.Add(-1)
	sc.mu.Unlock()
	if !intended.IsZero() {
		sc.load.Drop(1)
	}
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

// ready says that u has done its user_start.
func (sc *scene) ready(*user) {
	sc.mu.Lock()
	sc.starting--
	sc.mu.Unlock()
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

// peak is how many users the profile can have at once.
func (sc *scene) peak() int {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.profile.PeakUsers()
}

func (sc *scene) gracefulStop() time.Duration {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.profile.GracefulStop
}

// warm lets in the profile's ready users and waits until they have played user_start.
func (sc *scene) warm(ctx context.Context) error {
	sc.mu.Lock()
	p := sc.profile
	p.MaxUsers = p.ReadyUsers
	want := 0
	if p.Model == load.ArrivalsModel && !sc.ended {
		want = p.PeakUsers()
	}
	var join []*user
	for sc.alive < want {
		join = append(join, sc.newActive())
	}
	sc.mu.Unlock()
	sc.enter(join)
	tick := time.NewTicker(rampTick)
	defer tick.Stop()
	for !sc.isWarm() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %d users to be ready: %w", want, ctx.Err())
		case <-sc.run.stopping:
			return nil
		case <-tick.C:
		}
	}
	return nil
}

func (sc *scene) isWarm() bool {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.starting <= 0
}
