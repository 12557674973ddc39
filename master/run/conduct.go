package run

import (
	"context"
	"errors"
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
	state  load.State
	reason string
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
		state:  load.StatePreparing,
	}
	c.dealing = newDealing(&r.shape, len(r.spec.Members))
	c.changes.loads = append([]scenario(nil), r.shape.loads...)
	for i, m := range r.spec.Members {
		c.members = append(c.members, &member{Member: m, index: i})
	}
	close(r.begun)
	c.play()
	cancel()
	c.drain()
	c.tick.Stop()
	c.series.freeze()
	r.final = &ending{c.result(), c.live(), c.series, c.failed}
	close(c.over)
	close(r.done)
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
		c.end(load.StateCompleted, "")
	}
	c.state = c.cause.state
	c.spec.Log.Info("run ended", "run", c.spec.ID, "state", c.state, "reason", c.cause.reason)
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
	c.deal()
	if c.state == load.StateRunning && c.cause == nil {
		c.checkAborts()
		c.deliverLate()
		c.watchClocks()
	}
}

// end notes why the run ends. The first cause stands.
func (c *conductor) end(state load.State, reason string) {
	if c.cause != nil {
		return
	}
	c.cause = &cause{state, reason}
	if !c.t0.IsZero() {
		c.askedAt = max(time.Since(c.t0), 0)
	}
}

// fail ends the run because of err.
func (c *conductor) fail(doing string, err error) {
	if c.cause == nil {
		c.failed = fmt.Errorf("%s: %w", doing, err)
		c.end(load.StateFailed, c.failed.Error())
	}
}

func (c *conductor) heedStop() {
	level := c.stop.Load()
	if c.state == load.StateStopping && c.cause != nil && level < stopNow {
		return
	}
	c.end(load.StateStopped, "stopped on request")
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

// prepare takes all workers, or none. It is false when the run ends here; nothing was
// sent to the target then.
func (c *conductor) prepare() bool {
	if c.stop.Load() > 0 {
		c.heedStop()
	}
	if c.cause != nil {
		return false
	}
	ctx, cancel := context.WithCancel(c.ctx)
	left := len(c.members)
	for _, m := range c.members {
		job := c.job(m)
		c.calls.Go(func() {
			s, err := m.Worker.Prepare(ctx, job)
			taken := c.post(func() { left--; c.prepared(m, s, err) })
			if !taken && s != nil {
				s.Close()
			}
		})
	}
	all := func() bool { return left == 0 }
	if !c.wait(PhaseLimit, func() bool { return all() || c.cause != nil }) {
		c.fail("prepare", fmt.Errorf("%d of %d workers did not answer within %v", left, len(c.members), PhaseLimit))
	}
	if c.cause == nil {
		// Not canceled before the run ends: a session may live on the context it was made with.
		context.AfterFunc(c.ctx, cancel)
		return true
	}
	cancel()
	c.wait(slack, all)
	return false
}

func (c *conductor) prepared(m *member, s load.Session, err error) {
	if err == nil && s == nil {
		err = errors.New("the worker gave no session")
	}
	if err != nil {
		c.fail("prepare worker "+m.ID, err)
		return
	}
	m.session, m.heard = s, time.Now()
	c.calls.Go(func() {
		for r := range s.Reports() {
			c.post(func() { c.report(m, &r) })
		}
		c.post(func() { c.closed(m, s.Err()) })
	})
}

func (c *conductor) job(m *member) load.Job {
	n := len(c.members)
	return load.Job{
		Run: c.spec.ID, Epoch: c.spec.Epoch, Owner: c.spec.Owner,
		Plan: c.spec.Encoded, Index: m.index, Of: n, Seed: c.spec.Seed,
		Shares: c.shape.shares(m.index, n),
		Env:    c.spec.Env, Secrets: c.spec.Secrets, Files: c.spec.Files,
		Marks: c.shape.marks(), Worker: m.ID, Grace: c.spec.Grace,
	}
}

// setup plays the plan's setup on the first worker. It is false when the run ends here.
func (c *conductor) setup() bool {
	c.state = load.StateSetup
	if !c.shape.setup {
		return c.cause == nil
	}
	ctx, cancel := context.WithTimeout(c.ctx, PhaseLimit)
	defer cancel()
	m, done := c.members[0], false
	c.spawn(func() func() {
		vars, err := m.session.Setup(ctx)
		return func() {
			done, c.vars = true, vars
			if err != nil {
				c.fail("setup on worker "+m.ID, err)
			}
		}
	})
	// A graceful stop lets setup come to its end, so that teardown finds what it made.
	isDone := func() bool { return done }
	c.wait(PhaseLimit+slack, func() bool { return done || c.now || m.gone() })
	if !done {
		cancel()
		if c.now {
			m.session.Stop(true)
		}
		if !c.wait(slack, isDone) || m.gone() {
			c.fail("setup on worker "+m.ID, errors.New("no answer within "+PhaseLimit.String()))
		}
	}
	return c.cause == nil
}

// start gives all workers time zero. It is false when the run ends here.
func (c *conductor) start() bool {
	if !c.compareClocks() {
		return false
	}
	t0 := time.Now().Add(c.lead())
	ctx, cancel := context.WithTimeout(c.ctx, PhaseLimit)
	defer cancel()
	left := len(c.members)
	c.loaded = true
	for _, m := range c.members {
		theirs := t0.Round(0).Add(m.clock.used)
		c.spawn(func() func() {
			err := m.session.Go(ctx, theirs, c.vars)
			late := time.Since(t0)
			return func() {
				left--
				m.lateGo = max(late, 0)
				m.going = err == nil
				if err != nil {
					c.now = true
					c.fail("start worker "+m.ID, err)
				}
			}
		})
	}
	c.t0 = t0
	c.wait(PhaseLimit+slack, func() bool { return left == 0 || c.cause != nil })
	if left > 0 {
		c.fail("start", fmt.Errorf("%d workers did not answer within %v", left, PhaseLimit))
	}
	c.wait(max(time.Until(t0), time.Nanosecond), func() bool { return c.cause != nil })
	if c.cause == nil {
		c.state = load.StateRunning
	}
	return c.cause == nil
}

// load waits while workers run by themselves.
func (c *conductor) load() {
	c.wait(0, func() bool { return c.cause != nil || c.allEnded() || c.overdue() })
	switch {
	case c.cause != nil:
	case c.allEnded():
		c.end(c.naturalEnd())
	default:
		c.end(load.StateFailed, "workers went on after the end of their load: "+c.unended())
	}
}

// overdue is true when workers should long have ended by themselves.
func (c *conductor) overdue() bool {
	end := c.changes.length()
	return end > 0 && time.Since(c.t0) > end+c.shape.graceful()+PhaseLimit+slack
}

// stopLoad sees to it that no user is left: gracefully if there is time, else now.
func (c *conductor) stopLoad() {
	c.state = load.StateStopping
	if !c.loaded || c.allEnded() {
		return
	}
	c.tellStop()
	if !c.now && !c.wait(c.shape.graceful()+PhaseLimit+slack, func() bool { return c.allEnded() || c.now }) {
		c.now = true
		c.tellStop()
	}
	if c.allEnded() || c.wait(PhaseLimit+slack, c.allEnded) {
		return
	}
	for _, m := range c.members {
		if m.going && !m.ended && !m.gone() {
			c.giveUp(m, "did not stop its load in time")
		}
	}
}

// teardown plays the plan's teardown on the first worker, or on the next that answers.
func (c *conductor) teardown() {
	if !c.shape.teardown {
		return
	}
	for _, m := range c.members {
		if m.gone() || c.teardownOn(m) {
			continue
		}
		return
	}
}

// teardownOn is true when another worker should try.
func (c *conductor) teardownOn(m *member) (again bool) {
	ctx, cancel := context.WithTimeout(c.ctx, PhaseLimit)
	defer cancel()
	var result error
	done := false
	c.spawn(func() func() {
		err := m.session.Teardown(ctx, c.vars)
		return func() { done, result = true, err }
	})
	c.wait(PhaseLimit+slack, func() bool { return done || m.gone() })
	if !done {
		return true
	}
	if result == nil {
		return false
	}
	c.spec.Log.Warn("teardown failed", "run", c.spec.ID, "worker", m.ID, "error", result)
	c.stats.note("teardown on worker " + m.ID + ": " + result.Error())
	var step *load.StepError
	return !errors.As(result, &step)
}

// finish collects the last reports. Lost workers are waited for as long as the others.
func (c *conductor) finish() {
	ctx, cancel := context.WithTimeout(c.ctx, FinishLimit)
	defer cancel()
	for _, m := range c.members {
		if m.final || m.broken {
			continue
		}
		c.spawn(func() func() {
			err := m.session.Finish(ctx)
			return func() {
				if err != nil && !m.final {
					m.trouble = "finish: " + err.Error()
				}
			}
		})
	}
	c.wait(FinishLimit, func() bool {
		for _, m := range c.members {
			if !m.final && !m.broken {
				return false
			}
		}
		return true
	})
	for _, m := range c.members {
		if !m.final && !m.broken {
			c.giveUp(m, "its last report did not arrive within "+FinishLimit.String())
		}
	}
}

// release closes all sessions. Each on a goroutine: a broken one must not hold others.
func (c *conductor) release() {
	for _, m := range c.members {
		if s := m.session; s != nil {
			c.calls.Go(func() {
				if err := s.Close(); err != nil {
					c.spec.Log.Warn("close session", "run", c.spec.ID, "worker", m.ID, "error", err)
				}
			})
		}
	}
}
