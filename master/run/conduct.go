package run

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// conductor is the state of a run. The goroutine of Conduct owns it; nothing in it is
// touched by any other.
type conductor struct {
	*Run
	ctx     context.Context // of every call to a worker; ends with the run
	calls   sync.WaitGroup  // goroutines that post to the inbox
	over    chan struct{}   // closed when the inbox is no longer served
	tick    *time.Ticker
	asked   <-chan struct{} // the caller's ctx; nil once it was heeded
	changes changes
	dealing dealing

	members []*member
	stats   *statistics
	series  *series
	feed    *feed
	lines   lines

	state  load.State
	cause  *cause // why it ends; nil while it goes on
	now    bool   // the end must not wait for users
	loaded bool   // Go has been given, so that workers must be told to stop
	told   int32  // the stop that workers were told
	broke  *breach
	failed error

	t0      time.Time // time zero on our clock; zero before
	askedAt time.Duration
	ended   time.Time
	vars    load.Vars // from setup
	looked  time.Time // when all members were last looked at
}

// cause is the first reason for a run to end: a later one does not replace it.
type cause struct {
	state load.State
	why   load.Reason // without a text: there is nothing to say
}

func conduct(ctx context.Context, r *Run) {
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &conductor{
		Run:    r,
		ctx:    calls,
		over:   make(chan struct{}),
		tick:   time.NewTicker(time.Second),
		asked:  ctx.Done(),
		stats:  newStatistics(&r.shape),
		series: newSeries(len(r.shape.loads)),
		feed:   newFeed(r.news, &r.shape),
	}
	c.dealing = newDealing(&r.shape, len(r.spec.Members))
	c.changes.loads = append([]scenario(nil), r.shape.loads...)
	for i, m := range r.spec.Members {
		c.members = append(c.members, &member{Member: m, index: i})
	}
	c.enter(load.StatePreparing)
	close(r.begun)
	c.play()
	cancel()
	c.drain()
	c.tick.Stop()
	r.final = &ending{result: c.result(), live: c.live(), err: c.failed, rows: c.feed.rows}
	rest := c.feed.take(len(c.series.points)*c.series.step, c.series, c.changes.loads, c.absent)
	r.final.feed.Store(&rest)
	close(c.over)
	close(r.done)
	c.feed.tell()
}

// play is a run from end to end.
func (c *conductor) play() {
	if c.sendFiles() && c.prepare() {
		if c.setup() && c.warm() && c.start() {
			c.load()
		}
		c.stopLoad()
		c.teardown()
		c.finish()
	}
	c.release()
	c.ended = time.Now()
	if c.cause == nil {
		c.end(load.StateCompleted, load.Reason{})
	}
	c.enter(c.cause.state)
	c.spec.Log.Info("run ended", "run", c.spec.ID, "state", c.state, "reason", c.cause.why)
}

// wait serves the inbox until the condition holds, and says whether it does: false
// when the limit (0: none) was reached first.
func (c *conductor) wait(limit time.Duration, until func() bool) bool {
	var late <-chan time.Time
	if limit > 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		late = t.C
	}
	for !until() {
		select {
		case f := <-c.inbox:
			f(c)
		case <-c.stopped:
			c.heedStop()
		case <-c.asked:
			c.asked = nil
			c.Stop(false)
		case <-c.tick.C:
			c.second()
		case <-late:
			return until()
		}
	}
	return true
}

// spawn runs f on a goroutine of its own. What f returns is executed by the owner.
func (c *conductor) spawn(f func() func()) {
	c.calls.Go(func() { c.post(f()) })
}

// post hands f to the owner; false when the run is over.
func (c *conductor) post(f func()) bool {
	select {
	case c.inbox <- func(*conductor) { f() }:
		return true
	case <-c.over:
		return false
	}
}

// drain serves the inbox until every goroutine of the run has ended. They end because
// their context has and their sessions are closed; one that breaks that contract is
// left behind rather than holding the run.
func (c *conductor) drain() {
	idle := make(chan struct{})
	go func() {
		c.calls.Wait()
		close(idle)
	}()
	over := func() bool {
		select {
		case <-idle:
			return true
		default:
			return false
		}
	}
	limit := time.NewTimer(slack)
	defer limit.Stop()
	for !over() {
		select {
		case f := <-c.inbox:
			f(c)
		case <-idle:
		case <-limit.C:
			c.spec.Log.Error("a call to a worker did not return after its context ended", "run", c.spec.ID)
			return
		}
	}
}

// second is what is looked after once a second.
func (c *conductor) second() {
	c.excuse()
	for _, m := range c.members {
		c.listen(m)
	}
	c.lookAfterLosses()
	c.watchSilence()
	c.deal()
	if c.state == load.StateRunning && c.cause == nil {
		c.checkAborts()
		c.watchLoad()
		c.deliverLate()
		c.watchClocks()
	}
}

// end notes why the run ends. The first cause stands.
func (c *conductor) end(state load.State, why load.Reason) {
	if c.cause != nil {
		return
	}
	c.cause = &cause{state, why}
	if !c.t0.IsZero() {
		c.askedAt = max(time.Since(c.t0), 0)
	}
}

// fail ends the run because of err, which came of doing something.
func (c *conductor) fail(doing load.Reason, err error) {
	if c.cause == nil {
		c.failed = fmt.Errorf("%s: %w", doing.Text, err)
		doing.Of = []load.Reason{load.ReasonOf(err)}
		c.end(load.StateFailed, doing)
	}
}

// doing is something that is done with all workers.
func doing(code, text string) load.Reason { return load.Reason{Code: code, Text: text} }

// doingWith is something that is done with one worker; text ends with its name.
func doingWith(m *member, code, text string) load.Reason {
	return load.Reason{Code: code, Params: load.Params{"worker": m.ID}, Text: text + m.ID}
}

// unanswered is the error when so many workers took longer than a phase may.
func (c *conductor) unanswered(left int) load.Reason {
	return load.Reason{
		Code: load.WhyUnanswered, Params: load.Params{"left": float64(left), "workers": float64(len(c.members)), "seconds": PhaseLimit.Seconds()},
		Text: fmt.Sprintf("%d of %d workers did not answer within %v", left, len(c.members), PhaseLimit),
	}
}

func (c *conductor) heedStop() {
	level := c.stop.Load()
	if c.state == load.StateStopping && c.cause != nil && level < stopNow {
		return
	}
	c.end(load.StateStopped, load.Reason{Code: load.WhyStopRequested, Text: "stopped on request"})
	if level == stopNow && !c.now {
		c.now = true
		if c.loaded {
			c.tellStop()
		}
	}
}

// tellStop passes the stop on to every worker.
func (c *conductor) tellStop() {
	level := int32(stopGracefully)
	if c.now {
		level = stopNow
	}
	if c.told >= level {
		return
	}
	c.told = level
	for _, m := range c.members {
		if m.session != nil {
			m.session.Stop(c.now)
		}
	}
}
