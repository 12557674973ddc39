package engine

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/send"
)

// user is one virtual user: its own variables, cookies, connections and random
// numbers. At any time it is in exactly one place: resting on its timer, idle with
// its scene, due in the queue, or played by one goroutine, which then owns all
// fields but those under mu.
type user struct {
	run   *run
	scene *scene // nil for the users of setup, teardown and Send once
	scope plan.Scope
	jar   *send.Jar // nil: no cookies
	conns *send.Conns
	watch *watcher // Send once only

	started bool      // user_start has been played
	tries   int       // of user_start that failed in a row
	begins  time.Time // intended begin of the latest transaction: base of pace
	turns   int64     // transactions played
	kit     *kit      // while played

	called bool // for a start (arrivals); guarded by the scene's mu

	leaving atomic.Bool
	nudge   chan struct{}      // cuts a pause within a transaction short
	over    [2]<-chan struct{} // either closed: no more pauses (setup, teardown, Send once)

	mu      sync.Mutex // guards resting
	resting bool
	timer   *time.Timer
}

// newUser is user number id with its own stream of random numbers: the same seed
// gives the same choices, whichever worker plays it.
func (r *run) newUser(id int64, sc *scene) *user {
	r.mu.Lock()
	base, cookies := slices.Clone(r.base), r.cookies
	r.mu.Unlock()
	u := &user{
		run:   r,
		scene: sc,
		conns: r.client.NewConns(),
		nudge: make(chan struct{}, 1),
	}
	u.scope = plan.Scope{
		Vars:   base,
		Consts: r.program.Consts,
		Rand:   rand.New(rand.NewPCG(r.job.Seed, uint64(id))),
		User:   id,
		Worker: r.job.Worker,
		Seq:    r.nextSeq,
		Env:    r.job.Env,
		Now:    time.Now,
	}
	switch r.program.Plan.Cookies {
	case load.None:
	case load.Shared:
		u.jar = r.jar
	default:
		u.jar = send.NewJar()
		// Cookies of setup are valid ones: a jar has given them out.
		_ = u.jar.Fill(cookies)
	}
	return u
}

// next is what a user does after a turn.
type next struct {
	kind nextKind
	rest time.Duration
}

type nextKind uint8

const (
	again nextKind = iota // is due at once
	rest                  // is due after a pause
	idle                  // waits for a start (arrivals)
	gone                  // has left
)

// play plays u until it has to wait. Called by a goroutine of the crowd.
func (u *user) play() {
	k := u.run.kits.Get().(*kit)
	u.kit = k
	n := u.takeTurns()
	u.kit = nil
	k.shed()
	u.run.kits.Put(k)
	// From here on u may be in other hands.
	switch n.kind {
	case rest:
		u.restFor(n.rest)
	case idle:
		u.scene.park(u)
	case gone:
		u.scene.gone(u)
	}
}

// takeTurns takes turns until one ends in a wait. A panic of ours is a fault that must
// be seen and must not keep the run from ending: the user leaves.
func (u *user) takeTurns() (n next) {
	defer func() {
		if p := recover(); p != nil {
			u.run.log("error", fmt.Sprintf("user %d left after an internal error: %v\n%s", u.scope.User, p, debug.Stack()))
			n = next{kind: gone}
		}
	}()
	for {
		if n = u.turn(); n.kind != again {
			return n
		}
	}
}

// turn is one step of a user's life: leave, start, or play one transaction.
func (u *user) turn() next {
	// Once what is in flight is cut off, whatever began would be cut off too.
	if u.leaving.Load() || u.run.cut.Load() {
		u.finish()
		return next{kind: gone}
	}
	if !u.started {
		return u.start()
	}
	intended, ok := u.scene.claim(u)
	if !ok {
		if u.leaving.Load() {
			return next{}
		}
		return next{kind: idle}
	}
	t := u.scene.choice.pick(u.scope.Rand)
	u.turns++
	u.scope.Iteration = u.turns
	return u.pause(t, u.transaction(t, intended))
}

// pause is how long u rests after transaction t, whose last step asked for a pause of
// its own: until both its think time and its pace allow the next one.
func (u *user) pause(t *transaction, after time.Duration) next {
	wait := after + u.draw(t.plan.Think)
	if pace := u.draw(t.plan.Pace); pace > 0 && u.scene.model() == load.UsersModel {
		// One that cannot keep the pace, or thinks longer, begins later: the next pace
		// counts from there.
		now := time.Now()
		wait = max(wait, u.begins.Add(pace).Sub(now))
		u.begins = now.Add(wait)
	} else {
		u.begins = time.Time{}
	}
	if wait <= 0 {
		return next{}
	}
	return next{kind: rest, rest: wait}
}

// draw is a duration of the range, uniformly.
func (u *user) draw(r load.Range) time.Duration {
	if r.Max <= r.Min {
		return r.Min
	}
	return r.Min + time.Duration(u.scope.Rand.Int64N(int64(r.Max-r.Min)+1))
}

// Pauses after a failed user_start: doubled from first to last, and up to a half
// longer by chance so that users who failed together do not come back together.
const (
	firstBackoff = time.Second
	lastBackoff  = 20 * time.Second // 30 s with the half
)

// start plays user_start. A failure is repeated after a pause; the user plays no
// transaction meanwhile.
func (u *user) start() next {
	r := u.steps(u.run.life.userStart)
	switch {
	case r.interrupted:
		u.leaving.Store(true)
		return next{}
	case r.reaction == load.StopUser:
		u.scene.retire(u)
		return next{}
	case r.failed && r.reaction != "": // a failure that the plan lets pass (continue) has none
		u.scene.load.Wait()
		pause := min(firstBackoff<<min(u.tries, 10), lastBackoff)
		u.tries++
		return next{kind: rest, rest: pause + time.Duration(u.scope.Rand.Int64N(int64(pause)/2))}
	}
	u.started = true
	u.tries = 0
	u.scene.ready(u)
	if r.rest > 0 {
		return next{kind: rest, rest: r.rest}
	}
	return next{}
}

// finish plays user_stop. It has a deadline of its own: the end of the graceful stop,
// which cuts off the load, must not cut off a user_stop that has begun before it.
func (u *user) finish() {
	if u.started && len(u.run.life.userStop) > 0 {
		if u.run.cut.Load() {
			u.conns.Close() // the one in use was closed
			u.conns = u.run.after.NewConns()
		} else {
			u.conns.MoveTo(u.run.after)
		}
		u.steps(u.run.life.userStop)
	}
	u.conns.Close()
}

// leave makes u go after what it is doing: pauses are cut short, a transaction is
// finished. It may be called at any time, from any goroutine.
func (u *user) leave() {
	u.leaving.Store(true)
	select {
	case u.nudge <- struct{}{}:
	default:
	}
	u.mu.Lock()
	wake := u.resting
	u.resting = false
	u.mu.Unlock()
	if wake {
		u.timer.Stop()
		u.run.crowd.queue.push(u)
	}
}

// restFor makes u due after d, or at once if it has been told to leave.
func (u *user) restFor(d time.Duration) {
	u.mu.Lock()
	if u.leaving.Load() {
		u.mu.Unlock()
		u.run.crowd.queue.push(u)
		return
	}
	u.resting = true
	if u.timer == nil {
		u.timer = time.AfterFunc(d, u.wake)
	} else {
		u.timer.Reset(d)
	}
	u.mu.Unlock()
}

func (u *user) wake() {
	u.mu.Lock()
	wake := u.resting
	u.resting = false
	u.mu.Unlock()
	if wake {
		u.run.crowd.queue.push(u)
	}
}

// sleep is a pause within a transaction; it ends early when u is to leave.
func (u *user) sleep(d time.Duration) {
	if d <= 0 || u.leaving.Load() {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-u.nudge:
	case <-u.over[0]:
	case <-u.over[1]:
	}
}
