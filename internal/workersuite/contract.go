package workersuite

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

func badPlan(b *bench) {
	job := b.job("r-1", 1, 0)
	job.Plan = badPlanJSON
	_, err := b.worker.Prepare(b.ctx, job)
	var bad *load.PlanError
	if !errors.As(err, &bad) || bad.Message == "" {
		b.Fatalf("got %v, want a PlanError with a message", err)
	}
	b.prepare(b.job("r-2", 1, 0)) // the worker is still free
}

func busy(b *bench) {
	first := b.prepare(b.job("r-1", 1, 0))
	second := b.job("r-2", 1, 0)
	second.Owner = "bert"
	_, err := b.worker.Prepare(b.ctx, second)
	if !errors.Is(err, load.ErrBusy) {
		b.Fatalf("got %v, want ErrBusy", err)
	}
	if !strings.Contains(err.Error(), "anna") || !strings.Contains(err.Error(), "r-1") {
		b.Errorf("%q does not say that run r-1 of anna has the worker", err)
	}
	first.Close()
	b.eventually("the worker is free after Close", func() bool { return b.free("r-2") })
}

// free says that the worker takes a new run.
func (b *bench) free(run string) bool {
	b.Helper()
	s, err := b.worker.Prepare(b.ctx, b.job(run, 1, 0))
	if errors.Is(err, load.ErrBusy) {
		return false
	}
	if err != nil {
		b.Fatalf("Prepare: %v", err)
	}
	s.Close()
	return true
}

func sameSession(b *bench) {
	job := b.job("r-1", 1, 0)
	first := b.prepare(job)
	second := b.prepare(job)
	if first != second {
		b.Error("Prepare of the same run and epoch gave another session")
	}
	b.finish(second, &tally{})
}

func newerEpoch(b *bench) {
	job := b.job("r-1", 2, 0)
	first := b.prepare(job)
	b.begin(first)
	job.Epoch = 2
	second := b.prepare(job)
	var t tally
	first.Ack(0)
	// The master before may have had, and acknowledged, nothing: all counts are there.
	b.finish(second, &t)
	b.exact(&t)
}

func wholeRun(b *bench) {
	s := b.prepare(b.job("r-1", 3, 0))
	if n := b.target.total(); n != 0 {
		b.Errorf("%d requests before Setup", n)
	}
	vars, err := s.Setup(b.ctx)
	if err != nil {
		b.Fatalf("Setup: %v", err)
	}
	if got := vars.Values["token"].Text; got != "t-1" {
		b.Errorf("Setup extracted %q, want t-1", got)
	}
	if err := s.Go(b.ctx, time.Now().Add(b.o.Skew), vars); err != nil {
		b.Fatalf("Go: %v", err)
	}
	var t tally
	b.until(s, &t, "20 requests", func(load.Report) bool { return t.requests >= 20 })
	s.Stop(false)
	s.Ack(t.last.Seq)
	if r := b.until(s, &t, "the end", func(r load.Report) bool { return r.Ended }); r.Reason != "stopped" {
		b.Errorf("reason %q, want stopped", r.Reason)
	}
	if err := s.Teardown(b.ctx, vars); err != nil {
		b.Fatalf("Teardown: %v", err)
	}
	b.finish(s, &t)
	b.exact(&t)
	if setup, tidy := b.target.count("/setup"), b.target.count("/teardown"); setup != 1 || tidy != 1 {
		b.Errorf("setup was played %d times, teardown %d times", setup, tidy)
	}
	if t.failures != 0 {
		b.Errorf("%d failures", t.failures)
	}
	b.eventually("the worker is free after the last acknowledgement", func() bool { return b.free("r-2") })
}

func endsByItself(b *bench) {
	s := b.prepare(b.job("r-1", 2, 300*time.Millisecond))
	b.begin(s)
	var t tally
	if r := b.until(s, &t, "the end", func(r load.Report) bool { return r.Ended }); r.Reason != "completed" {
		b.Errorf("reason %q, want completed", r.Reason)
	}
	b.finish(s, &t)
	b.exact(&t)
	if t.requests == 0 {
		b.Error("no request")
	}
}

func failedSetup(b *bench) {
	job := b.job("r-1", 1, 0)
	job.Plan = b.brokenPlan()
	s := b.prepare(job)
	_, err := s.Setup(b.ctx)
	var step *load.StepError
	if !errors.As(err, &step) {
		b.Fatalf("got %v, want a StepError", err)
	}
	if step.Phase != "setup" || step.Step != "prepare" || step.Class != load.ClassStatus || step.Message == "" {
		b.Errorf("got %+v", *step)
	}
	b.finish(s, &tally{})
}

func stopBeforeGo(b *bench) {
	s := b.prepare(b.job("r-1", 2, 0))
	s.Stop(false)
	s.Stop(true)
	b.finish(s, &tally{})
	if n := b.target.total(); n != 0 {
		b.Errorf("%d requests without a Go", n)
	}
}

func stopTwice(b *bench) {
	s := b.prepare(b.job("r-1", 2, 0))
	b.begin(s)
	var t tally
	b.until(s, &t, "requests", func(load.Report) bool { return t.requests > 0 })
	s.Stop(false)
	s.Stop(false)
	s.Stop(true)
	s.Ack(t.last.Seq)
	r := b.until(s, &t, "the end", func(r load.Report) bool { return r.Ended })
	s.Stop(true)
	s.Stop(false)
	s.Ack(r.Seq)
	b.finish(s, &t)
	s.Stop(true)
	b.exact(&t)
}

func finishStops(b *bench) {
	s := b.prepare(b.job("r-1", 2, 0))
	b.begin(s)
	var t tally
	b.until(s, &t, "requests", func(load.Report) bool { return t.requests > 0 })
	b.finish(s, &t)
	b.exact(&t)
	if !t.last.Ended {
		b.Error("the final report does not say that the load has ended")
	}
}

func goTwice(b *bench) {
	s := b.prepare(b.job("r-1", 2, 0))
	b.begin(s)
	b.begin(s)
	var t tally
	b.until(s, &t, "requests", func(load.Report) bool { return t.requests > 10 })
	b.finish(s, &t)
	b.exact(&t)
	if t.peak > 2 {
		b.Errorf("%d users, want 2", t.peak)
	}
}

func closeAnyTime(b *bench) {
	prepared := b.prepare(b.job("r-1", 2, 0))
	prepared.Close()
	b.closed(prepared)
	if prepared.Err() == nil {
		b.Error("Err is nil without a final report")
	}
	b.eventually("the worker is free", func() bool { return b.free("r-2") })

	running := b.prepare(b.job("r-3", 2, 0))
	b.begin(running)
	b.eventually("requests", func() bool { return b.target.count("/page") > 0 })
	running.Close()
	b.closed(running)
	b.eventually("the worker is free", func() bool { return b.free("r-4") })
	var before int64 = -1
	b.eventually("the load stops", func() bool {
		now := b.target.total()
		time.Sleep(50 * time.Millisecond)
		quiet := now == before
		before = now
		return quiet
	})
}

func closeTwice(b *bench) {
	s := b.prepare(b.job("r-1", 1, 0))
	b.finish(s, &tally{})
	s.Close()
	s.Close()
	if err := s.Err(); err != nil {
		b.Errorf("Err after the final report and Close: %v", err)
	}
	if _, err := s.Clock(b.ctx); b.ctx.Err() != nil {
		b.Errorf("Clock of a closed session blocks: %v", err)
	}
}

func unacknowledged(b *bench) {
	s := b.prepare(b.job("r-1", 2, 0))
	b.begin(s)
	var t tally
	first, _ := b.next(s, &t)
	quiet := time.After(2 * time.Second)
	for waiting := true; waiting; {
		select {
		case r := <-s.Reports():
			if r.Seq != first.Seq {
				b.Fatalf("report %d while %d is not acknowledged", r.Seq, first.Seq)
			}
		case <-quiet:
			waiting = false
		}
	}
	s.Ack(first.Seq)
	if r, ok := b.next(s, &t); !ok || r.Seq != first.Seq+1 {
		b.Errorf("report %d after %d was acknowledged", r.Seq, first.Seq)
	}
	b.finish(s, &t)
	b.exact(&t)
}

func strangeAcks(b *bench) {
	s := b.prepare(b.job("r-1", 1, 0))
	var t tally
	r, _ := b.next(s, &t)
	s.Ack(0)
	s.Ack(r.Seq)
	s.Ack(r.Seq)
	s.Ack(0)
	b.finish(s, &t)
	s.Ack(t.last.Seq)
}

func contiguous(b *bench) {
	s := b.prepare(b.job("r-1", 1, 0))
	b.begin(s)
	var t tally
	for range 4 { // next compares each interval with the one before
		r, ok := b.next(s, &t)
		if !ok {
			b.Fatalf("reports ended: %v", s.Err())
		}
		s.Ack(r.Seq)
	}
	if t.to == 0 {
		b.Error("no interval of the run time in four reports")
	}
	b.finish(s, &t)
}

func clock(b *bench) {
	s := b.prepare(b.job("r-1", 1, 0))
	before := time.Now()
	got, err := s.Clock(b.ctx)
	after := time.Now()
	if err != nil {
		b.Fatalf("Clock: %v", err)
	}
	got = got.Add(-b.o.Skew)
	// Wall clocks are compared without their monotonic part, which does not travel.
	if got.UnixNano() < before.UnixNano() || got.UnixNano() > after.UnixNano() {
		b.Errorf("the clock says %v, between %v and %v here", got, before, after)
	}
}

func change(b *bench) {
	s := b.prepare(b.job("r-1", 1, 0))
	b.begin(s)
	var t tally
	r := b.until(s, &t, "one user", func(load.Report) bool { return t.peak == 1 })
	err := s.Change(b.ctx, load.Change{At: t.to + 2*time.Second, Profile: load.Profile{
		Model: load.UsersModel, Begin: 1, Stages: load.Ramp(4, 0, 0), GracefulStop: 5 * time.Second, Of: 1,
	}})
	if err != nil {
		b.Fatalf("Change: %v", err)
	}
	s.Ack(r.Seq)
	b.until(s, &t, "four users", func(load.Report) bool { return t.peak == 4 })
	b.finish(s, &t)
	b.exact(&t)
}

func sendOnce(b *bench) {
	b.prepare(b.job("r-1", 1, 0)) // a run does not stand in the way
	x, err := b.worker.SendOnce(b.ctx, load.SendRequest{Plan: b.plan(), Transaction: "visit"})
	if err != nil {
		b.Fatalf("SendOnce: %v", err)
	}
	if !x.OK || len(x.Steps) == 0 {
		b.Fatalf("got %+v", x)
	}
	step := x.Steps[len(x.Steps)-1]
	if step.Step != "page" || len(step.Attempts) != 1 {
		b.Fatalf("got %+v", step)
	}
	if a := step.Attempts[0]; a.Status != 200 || !strings.Contains(string(a.ResponseBody), `"path":"/page"`) {
		b.Errorf("got status %d, body %q", a.Status, a.ResponseBody)
	}
	if n := b.target.count("/page"); n != 1 {
		b.Errorf("the target has seen %d requests", n)
	}
}

func sendOnceBad(b *bench) {
	_, err := b.worker.SendOnce(b.ctx, load.SendRequest{Plan: badPlanJSON})
	var bad *load.PlanError
	if !errors.As(err, &bad) {
		b.Fatalf("got %v, want a PlanError", err)
	}
}

func endedContext(b *bench) {
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	s := b.prepare(b.job("r-1", 1, 0))
	// Whether the call was still carried out is open; it must not block.
	s.Finish(ctx)
	if _, err := s.Setup(ctx); err == nil {
		b.Error("Setup with an ended context succeeded")
	}
}
