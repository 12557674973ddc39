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
	wire  *wire
	conns *send.Conns
	watch *watcher // Send once only

	started bool      // user_start has been played
	fresh   bool      // just now: however short its life is, it may play one transaction
	tries   int       // of user_start that failed in a row
	begins  time.Time // intended begin of the latest transaction: base of pace
	turns   int64     // transactions played in this life
	served  int64     // transactions played in all lives
	ends    time.Time // of this life; zero: not by time
	due     pending   // begun, but for the rows it waits for
	hasRow  []bool    // by source: scope.Rows holds its row
	walked  []int64   // by source: rows taken, of sequential ones
	asked   int64     // what the larder said before rows were asked for
	hungers bool      // waits for rows, and is counted so
	kit     *kit      // while played

	called bool // for a start (arrivals); guarded by the scene's mu

	leaving atomic.Bool
	nudge   chan struct{}      // cuts a pause within a transaction short
	over    [2]<-chan struct{} // either closed: no more pauses (setup, teardown, Send once)

	mu      sync.Mutex // guards resting
	resting restKind
	timer   *time.Timer
}

// pending is a transaction that a user is to play and has not begun.
type pending struct {
	claimed     bool         // its start is this user's
	transaction *transaction // nil: not chosen yet
	intended    time.Time    // arrivals: when it was to begin
}

// newUser is user number id.
func (r *run) newUser(id int64, sc *scene) *user {
	u := &user{run: r, scene: sc, nudge: make(chan struct{}, 1)}
	u.beBorn(id)
	return u
}

// beBorn begins a life: nothing is left of the one before. A user has its own stream
// of random numbers: the same seed gives the same choices, whichever worker plays it.
func (u *user) beBorn(id int64) {
	r := u.run
	r.mu.Lock()
	base, cookies := slices.Clone(r.base), r.cookies
	r.mu.Unlock()
	u.wire = r.wire
	if u.scene != nil {
		u.wire = u.scene.wire
	}
	u.conns = u.wire.client.NewConns()
	u.started, u.tries, u.turns, u.begins = false, 0, 0, time.Time{}
	u.scope = plan.Scope{
		Vars:    base,
		Consts:  r.program.Consts,
		Rand:    rand.New(rand.NewPCG(r.job.Seed, uint64(id))),
		User:    id,
		Worker:  r.job.Worker,
		Seq:     r.nextSeq,
		Env:     r.job.Env,
		Secrets: r.job.Secrets,
		Now:     time.Now,
	}
	if n := len(r.sources); n > 0 {
		u.scope.Rows, u.hasRow, u.walked = make([][]load.Value, n), make([]bool, n), make([]int64, n)
	}
	if life := r.program.Plan.UserLife.After; life.Max > 0 {
		u.ends = time.Now().Add(u.draw(life))
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
}

// outlived says that the life of u is over.
func (u *user) outlived() bool {
	n := u.run.program.Plan.UserLife.Iterations
	return n > 0 && u.turns >= n || !u.ends.IsZero() && time.Now().After(u.ends)
}

// renew ends the life of u and begins another in its place.
func (u *user) renew() next {
	u.finish()
	u.scene.renewed()
	u.beBorn(u.run.nextUser())
	return next{}
}

// next is what a user does after a turn.
type next struct {
	kind nextKind
	rest time.Duration
}

type nextKind uint8

const (
	again  nextKind = iota // is due at once
	rest                   // is due after a pause
	idle                   // waits for a start (arrivals)
	hungry                 // waits for rows of a data file
	gone                   // has left
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
	case hungry:
		u.restHungry()
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
			u.giveBack()
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
	if u.leaving.Load() || u.wire.cut.Load() {
		u.giveBack()
		u.finish()
		return next{kind: gone}
	}
	if !u.started {
		return u.start()
	}
	old := u.due.transaction == nil && !u.fresh && u.outlived()
	u.fresh = false
	if old && u.scene.model() == load.ArrivalsModel {
		return u.renew()
	}
	if n, ok := u.claim(); !ok {
		return n
	}
	if old {
		return u.renew()
	}
	if u.due.transaction == nil {
		u.choose()
	}
	if got, s := u.takeRows(u.due.transaction.data); got != supplied {
		return u.withoutRows(got, s)
	}
	d := u.due
	u.due = pending{}
	u.scene.begun()
	return u.pause(d.transaction, u.transaction(d.transaction, d.intended))
}

// claim takes the next start. A user of the closed model whose life is over claims
// before it is replaced: the new one then logs in only if there is something to play. In
// the open model a start must not wait for that.
func (u *user) claim() (n next, ok bool) {
	if u.due.claimed {
		return next{}, true
	}
	intended, ok := u.scene.claim(u)
	switch {
	case ok:
		u.due = pending{claimed: true, intended: intended}
		u.served++
	case u.leaving.Load():
	case u.scene.model() == load.ArrivalsModel:
		return next{kind: idle}, false
	default:
		return next{kind: rest, rest: claimTick}, false
	}
	return next{}, ok
}

// claimTick is how often a user looks whether one of the last iterations, which others
// have claimed, is given back.
const claimTick = 10 * time.Millisecond

// choose chooses the transaction that is played next.
func (u *user) choose() {
	u.due.transaction = u.scene.choice.pick(u.scope.Rand)
	u.turns++
	u.scope.Iteration = u.turns
	u.dropRows(u.due.transaction.data)
}

// giveBack gives up a start that u has claimed and cannot play any more.
func (u *user) giveBack() {
	if u.due.claimed {
		u.scene.giveBack(u.due.intended)
	}
	u.due = pending{}
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
	ph := u.run.life.userStart
	for _, wanted := range [...][]int{u.scene.choice.data, ph.data} {
		if got, s := u.takeRows(wanted); got != supplied {
			return u.withoutRows(got, s)
		}
	}
	r := u.steps(ph.steps)
	u.dropRows(ph.data)
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
	u.started, u.fresh = true, true
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
	ph := u.run.life.userStop
	if u.started && len(ph.steps) > 0 {
		u.supplyStop(ph)
		if u.wire.cut.Load() {
			u.conns.Close() // the one in use was closed
			u.conns = u.run.after.client.NewConns()
		} else {
			u.conns.MoveTo(u.run.after.client)
		}
		u.wire = u.run.after
		u.steps(ph.steps)
	}
	u.conns.Close()
}

// supplyStop takes the rows that user_stop asks for. A user that leaves does not wait
// for them: without one a placeholder is unset, which is a failure like others.
func (u *user) supplyStop(ph phase) {
	u.dropRows(ph.data)
	if got, s := u.takeRows(ph.data); got != supplied {
		for _, i := range ph.data {
			if !u.hasRow[i] {
				u.scope.Rows[i] = nil // messages tell no row from one without the column
			}
		}
		u.run.log("warn", fmt.Sprintf("user %d plays its user_stop without a row of data %s: none is left here", u.scope.User, s.spec.Name))
	}
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
	wake := u.resting != awake
	u.resting = awake
	u.mu.Unlock()
	if wake {
		u.timer.Stop()
		u.run.crowd.queue.push(u)
	}
}

// restKind is what a user rests for.
type restKind uint8

const (
	awake   restKind = iota
	forTime          // a pause
	forRows          // rows of a data file; only this may be cut short by their coming
)

// hungryTick is how often a user looks for rows that nobody has woken it for.
const hungryTick = time.Second

// restHungry makes u due when the master has answered.
func (u *user) restHungry() {
	asked := u.asked // once it rests, u may be in other hands
	u.restAs(forRows, hungryTick)
	if !u.run.larder.add(u, asked) {
		u.wakeFrom(forRows)
	}
}

// restFor makes u due after d, or at once if it has been told to leave.
func (u *user) restFor(d time.Duration) { u.restAs(forTime, d) }

func (u *user) restAs(kind restKind, d time.Duration) {
	u.mu.Lock()
	if u.leaving.Load() {
		u.mu.Unlock()
		u.run.crowd.queue.push(u)
		return
	}
	u.resting = kind
	if u.timer == nil {
		u.timer = time.AfterFunc(d, u.wake)
	} else {
		u.timer.Reset(d)
	}
	u.mu.Unlock()
}

// wake is what the timer does.
func (u *user) wake() {
	u.mu.Lock()
	wake := u.resting != awake
	u.resting = awake
	u.mu.Unlock()
	if wake {
		u.run.crowd.queue.push(u)
	}
}

// wakeFrom makes u due if that is what it rests for.
func (u *user) wakeFrom(kind restKind) {
	u.mu.Lock()
	wake := u.resting == kind
	if wake {
		u.resting = awake
		u.timer.Stop()
	}
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
