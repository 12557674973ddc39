package run

import (
	"context"
	"errors"
	"time"

	"github.com/locust-http/locust-http/load"
)

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
		c.fail(doing(load.WhyPrepare, "prepare"), c.unanswered(left))
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
		c.fail(doingWith(m, load.WhyPrepareWorker, "prepare worker "), err)
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
		Env:    c.spec.Env, Secrets: c.spec.Secrets, Scripts: c.spec.Scripts, Environment: c.spec.Environment, Files: c.spec.Files,
		Marks: c.shape.marks(), Worker: m.ID, Grace: c.spec.Grace,
	}
}

// setup plays the plan's setup on the first worker. It is false when the run ends here.
func (c *conductor) setup() bool {
	c.enter(load.StateSetup)
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
				c.fail(doingWith(m, load.WhySetup, "setup on worker "), err)
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
			c.fail(doingWith(m, load.WhySetup, "setup on worker "), load.Reason{
				Code: load.WhyNoAnswer, Params: load.Params{"seconds": PhaseLimit.Seconds()}, Text: "no answer within " + PhaseLimit.String(),
			})
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
					c.fail(doingWith(m, load.WhyStartWorker, "start worker "), err)
				}
			}
		})
	}
	c.t0 = t0
	c.wait(PhaseLimit+slack, func() bool { return left == 0 || c.cause != nil })
	if left > 0 {
		c.fail(doing(load.WhyStart, "start"), c.unanswered(left))
	}
	c.wait(max(time.Until(t0), time.Nanosecond), func() bool { return c.cause != nil })
	if c.cause == nil {
		c.enter(load.StateRunning)
	}
	return c.cause == nil
}

// load waits while workers run by themselves.
func (c *conductor) load() {
	c.wait(0, func() bool { return c.cause != nil || c.restIdle() || c.overdue() })
	switch {
	case c.cause != nil:
	case c.restIdle():
		c.end(c.naturalEnd())
	default:
		ids := c.unended()
		c.end(load.StateFailed, load.Reason{
			Code: load.WhyNotEnded, Params: load.Params{"workers": ids}, Text: "workers went on after the end of their load: " + ids,
		})
	}
}

// overdue is true when workers should long have ended by themselves.
func (c *conductor) overdue() bool {
	end := c.changes.length()
	return end > 0 && time.Since(c.t0) > end+c.shape.graceful()+PhaseLimit+slack
}

// stopLoad sees to it that no user is left: gracefully if there is time, else now.
func (c *conductor) stopLoad() {
	c.enter(load.StateStopping)
	if !c.t0.IsZero() {
		c.feed.stopped = time.Since(c.t0)
	}
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
			c.giveUp(m, load.Reason{Code: load.WhyNotStopped, Text: "did not stop its load in time"})
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
	why := doingWith(m, load.WhyTeardown, "teardown on worker ")
	why.Of = []load.Reason{load.ReasonOf(result)}
	c.stats.note(why)
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
					m.trouble = &load.Reason{Code: load.WhyFinish, Text: "finish", Of: []load.Reason{load.ReasonOf(err)}}
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
			c.giveUp(m, load.Reason{
				Code: load.WhyLateReport, Params: load.Params{"seconds": FinishLimit.Seconds()}, Text: "its last report did not arrive within " + FinishLimit.String(),
			})
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
