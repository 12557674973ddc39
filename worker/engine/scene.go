package engine

import (
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

// renewed says that a user has begun another life.
func (sc *scene) renewed() {
	sc.load.Leave()
	sc.mu.Lock()
	sc.starting++
	sc.mu.Unlock()
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

// ready says that u has done its user_start.
func (sc *scene) ready(*user) {
	sc.mu.Lock()
	sc.starting--
	sc.mu.Unlock()
}
