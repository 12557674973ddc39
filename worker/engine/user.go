package engine

import (
	"fmt"
	"runtime/debug"
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
	lua   *lua     // nil: no hook has run yet

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
			scriptLabel{}.set() // that of a hook that was not left properly
			u.giveBack()
			u.scene.retire(u) // the load ends when all have left so
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
