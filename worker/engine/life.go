package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/send"
)

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
	u.lua = nil
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
	r := u.part(&ph)
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
	if u.started && !ph.empty() {
		u.supplyLast(fmt.Sprintf("user %d plays its user_stop", u.scope.User), ph.data)
		if u.wire.cut.Load() {
			u.conns.Close() // the one in use was closed
			u.conns = u.run.after.client.NewConns()
		} else {
			u.conns.MoveTo(u.run.after.client)
		}
		u.wire = u.run.after
		u.part(&ph)
	}
	u.conns.Close()
}

// supplyLast takes the rows that user_stop or teardown asks for. Nobody waits for them,
// as none are dealt out any more: without one a placeholder is unset, which is a failure
// like others. who says for the log who plays what.
func (u *user) supplyLast(who string, wanted []int) {
	u.dropRows(wanted)
	if got, s := u.takeRows(wanted); got != supplied {
		for _, i := range wanted {
			if !u.hasRow[i] {
				u.scope.Rows[i] = nil // messages tell no row from one without the column
			}
		}
		u.run.log("warn", fmt.Sprintf("%s without a row of data %s: none is left here", who, s.spec.Name))
	}
}
