package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

func TestARunPassesThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(nil)
		defer d.Close()
		s := mustPrepare(t, d, job("r1", 1, 30*time.Second))
		if g := l.last().job.Grace; g != 0 {
			t.Errorf("the engine was given a grace of %v: the switch is the daemon's", g)
		}
		if run, owner := d.Holder(); run != "r1" || owner != "team r1" {
			t.Errorf("holder %q of %q", run, owner)
		}
		if _, err := s.Setup(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.Go(t.Context(), time.Now(), load.Vars{}); err != nil {
			t.Error(err)
		}
		s.Ack(5) // of the future: acknowledges nothing
		var m tally
		m.follow(t, s, func() bool { return m.seq < 60 })
		s.Stop(false)
		done := make(chan error, 1)
		go func() { done <- s.Finish(context.Background()) }()
		m.follow(t, s, nil)
		if err := <-done; err != nil {
			t.Errorf("Finish: %v", err)
		}
		if s.Err() != nil || !m.last.Final || m.last.Reason != stopped {
			t.Errorf("after the end: %v, last report %+v", s.Err(), m.last)
		}
		if want := l.last().s.counted(); m.requests != want || want < 600 {
			t.Errorf("merged %d requests, the engine counted %d", m.requests, want)
		}
		synctest.Wait()
		if run, _ := d.Holder(); run != "" || l.alive() != 0 {
			t.Errorf("after the final acknowledgement %q has the worker and %d engines live", run, l.alive())
		}
		s.Close()
		s.Stop(true)
	})
}

func TestOneRunAndTheNewestEpoch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(nil)
		defer d.Close()
		old := mustPrepare(t, d, job("r1", 3, 0))
		if again := mustPrepare(t, d, job("r1", 3, 0)); again != old {
			t.Error("the same run and epoch got another session")
		}
		_, err := d.Prepare(t.Context(), job("r2", 9, 0))
		if !errors.Is(err, load.ErrBusy) || !strings.Contains(err.Error(), "run r1 of team r1") {
			t.Errorf("another run: %v", err)
		}
		_, err = d.Prepare(t.Context(), job("r1", 2, 0))
		if !errors.Is(err, load.ErrBusy) || !strings.Contains(err.Error(), "epoch 3") {
			t.Errorf("an older epoch: %v", err)
		}
		var before, after tally
		before.follow(t, old, func() bool { return before.seq < 3 })
		lost := <-old.Reports() // taken, but the master died before it was merged
		fresh := mustPrepare(t, d, job("r1", 4, 0))
		if fresh == old || l.count() != 1 {
			t.Fatalf("taken over: same session %v, %d engines", fresh == old, l.count())
		}
		if _, ok := <-old.Reports(); ok || !errors.Is(old.Err(), load.ErrGone) {
			t.Errorf("the old master's reports: open %v, %v", ok, old.Err())
		}
		if err := old.Go(t.Context(), time.Now(), load.Vars{}); !errors.Is(err, load.ErrGone) {
			t.Errorf("the old master's Go: %v", err)
		}
		old.Close() // must not touch what is another's now
		old.Stop(true)
		old.Ack(lost.Seq)
		after.seq, after.requests = before.seq, before.requests
		after.follow(t, fresh, func() bool { return after.seq < lost.Seq+5 })
		if after.requests != l.last().s.counted() {
			t.Errorf("both masters merged %d, the engine counted %d", after.requests, l.last().s.counted())
		}
		fresh.Close()
		for range fresh.Reports() {
		}
		if !errors.Is(fresh.Err(), load.ErrGone) {
			t.Errorf("after Close: %v", fresh.Err())
		}
		mustPrepare(t, d, job("r2", 1, 0)).Close() // waits for r1 to be cleared away
		synctest.Wait()
		if l.alive() != 0 {
			t.Errorf("%d engines live after Close", l.alive())
		}
	})
}

func TestSilenceStopsTheLoadAndKeepsItsReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(nil)
		defer d.Close()
		s := mustPrepare(t, d, job("r1", 1, 30*time.Second))
		var m tally
		m.follow(t, s, func() bool { return m.seq < 10 })
		heard := time.Now()
		e := l.last()
		time.Sleep(29*time.Second + 999*time.Millisecond)
		synctest.Wait()
		if n := len(e.s.stopTimes()); n != 0 {
			t.Fatalf("stopped %d times within the grace", n)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		stops := e.s.stopTimes()
		if len(stops) != 1 || stops[0].Sub(heard) != 30*time.Second {
			t.Fatalf("stopped at %v, the master was last heard at %v", stops, heard)
		}
		if _, err := d.Prepare(t.Context(), job("r2", 1, 0)); !errors.Is(err, load.ErrBusy) {
			t.Errorf("during the graceful stop: %v", err)
		}
		time.Sleep(e.graceful + 2*drainPace)
		synctest.Wait()
		if run, _ := d.Holder(); run != "" || l.alive() != 0 {
			t.Fatalf("after the stop %q has the worker, %d engines live", run, l.alive())
		}
		other := mustPrepare(t, d, job("r2", 1, 0))
		defer other.Close()
		time.Sleep(20 * time.Minute)

		back := mustPrepare(t, d, job("r1", 2, 30*time.Second))
		if err := back.Go(t.Context(), time.Now(), load.Vars{}); !errors.Is(err, load.ErrGone) {
			t.Errorf("Go after silence: %v", err)
		}
		if err := back.Finish(t.Context()); err != nil {
			t.Errorf("Finish after silence: %v", err)
		}
		m.follow(t, back, nil)
		if back.Err() != nil || !m.last.Final || m.last.Reason != silence {
			t.Errorf("handed over: %v, %+v", back.Err(), m.last)
		}
		if want := e.s.counted(); m.requests != want || want < 400 {
			t.Errorf("merged %d requests, the engine counted %d", m.requests, want)
		}
		if run, _ := d.Holder(); run != "r2" {
			t.Errorf("%q has the worker, want r2", run)
		}
	})
}

// A master that says no more than "I am here" keeps its load going, also with a call
// that takes longer than the grace.
func TestAnythingFromTheMasterCounts(t *testing.T) {
	for name, say := range map[string]func(load.Session){
		"ack":   func(s load.Session) { s.Ack(0) },
		"clock": func(s load.Session) { _, _ = s.Clock(context.Background()) },
		"setup": func(s load.Session) { _, _ = s.Setup(context.Background()) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, d := newLab(nil)
				defer d.Close()
				s := mustPrepare(t, d, job("r1", 1, 10*time.Second))
				for range 30 {
					time.Sleep(9 * time.Second)
					say(s)
				}
				l.last().s.hang = make(chan struct{})
				go func() { time.Sleep(time.Minute); close(l.last().s.hang) }()
				if _, err := s.Setup(t.Context()); err != nil {
					t.Error(err)
				}
				if n := len(l.last().s.stopTimes()); n != 0 {
					t.Errorf("stopped %d times although the master was there", n)
				}
			})
		})
	}
}

func TestNoGraceNoSwitch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(nil)
		defer d.Close()
		mustPrepare(t, d, job("r1", 1, 0))
		time.Sleep(240 * time.Hour)
		if n := len(l.last().s.stopTimes()); n != 0 {
			t.Errorf("stopped %d times", n)
		}
	})
}

func TestALoadThatWillNotEndIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(func(e *fakeEngine) { e.graceful = 1000 * time.Hour })
		defer d.Close()
		s := mustPrepare(t, d, job("r1", 1, time.Second))
		_ = s
		time.Sleep(time.Second + drainSlack - time.Millisecond)
		synctest.Wait()
		if n := len(l.last().s.stopTimes()); n != 1 {
			t.Fatalf("stopped %d times, want once", n)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if n := len(l.last().s.stopTimes()); n != 2 {
			t.Fatalf("stopped %d times, want a second time, at once", n)
		}
		time.Sleep(drainKill)
		synctest.Wait()
		if run, _ := d.Holder(); run != "" || l.alive() != 0 {
			t.Errorf("%q has the worker, %d engines live", run, l.alive())
		}
	})
}

func TestParkedRunsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(nil)
		defer d.Close()
		for i := range MaxParked + 1 {
			mustPrepare(t, d, job(fmt.Sprint("r", i), 1, time.Second))
			time.Sleep(time.Minute)
		}
		engines := l.count()
		mustPrepare(t, d, job("r1", 2, 0)) // the second is still there
		if l.count() != engines {
			t.Error("a parked run was not handed back but begun anew")
		}
		mustPrepare(t, d, job("r0", 2, 0)).Close() // the first was given up
		if l.count() != engines+1 {
			t.Error("more runs are parked than the bound says")
		}
		time.Sleep(ParkLimit)
		synctest.Wait()
		d.mu.Lock()
		n := len(d.parked)
		d.mu.Unlock()
		if n != 0 {
			t.Errorf("%d runs are parked after %v", n, ParkLimit)
		}
	})
}

func TestEngineDeath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(nil)
		defer d.Close()
		s := mustPrepare(t, d, job("r1", 1, 30*time.Second))
		var m tally
		m.follow(t, s, func() bool { return m.seq < 3 })
		l.last().s.hang = make(chan struct{})
		inFlight := make(chan error, 1)
		go func() { _, err := s.Setup(context.Background()); inFlight <- err }()
		time.Sleep(1500 * time.Millisecond)
		l.last().die(errors.New("exit status 2: \x1b[31mfatal\x1b[0m error:\n\tstack overflow\x00 " + strings.Repeat("x", 5000) + " the end"))
		m.follow(t, s, nil)
		for what, err := range map[string]error{"Err": s.Err(), "Setup": <-inFlight, "Go": s.Go(t.Context(), time.Now(), load.Vars{})} {
			if !errors.Is(err, load.ErrEngine) || !strings.Contains(err.Error(), "exit status 2: [31mfatal[0m error: stack overflow") || !strings.HasSuffix(err.Error(), "the end") {
				t.Errorf("%s: %v", what, err)
			} else if len(err.Error()) > maxObituary+50 {
				t.Errorf("%s has %d bytes", what, len(err.Error()))
			}
		}
		if m.seq != 4 {
			t.Errorf("merged up to report %d; the fourth was made before the engine died", m.seq)
		}
		mustPrepare(t, d, job("r2", 1, 0)).Close()

		// A master that was away at that moment must not begin the same run again
		// by accident: it hears of the death.
		n := l.count()
		again := mustPrepare(t, d, job("r1", 2, time.Second))
		for range again.Reports() {
			t.Error("an acknowledged report came again")
		}
		if !errors.Is(again.Err(), load.ErrEngine) || l.count() != n {
			t.Errorf("prepared again after the death: %v, %d new engines", again.Err(), l.count()-n)
		}
		again.Close()
	})
}

func TestPrepareThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(func(e *fakeEngine) {
			e.prepare = func(context.Context) error { return &load.PlanError{Message: "no such thing"} }
		})
		defer d.Close()
		var plan *load.PlanError
		if _, err := d.Prepare(t.Context(), job("r1", 1, 0)); !errors.As(err, &plan) {
			t.Errorf("a bad plan: %v", err)
		}
		l.setup = func(e *fakeEngine) {
			e.prepare = func(ctx context.Context) error {
				e.die(errors.New("exit status 3"))
				<-ctx.Done()
				return ctx.Err()
			}
		}
		if _, err := d.Prepare(t.Context(), job("r1", 1, 0)); !errors.Is(err, load.ErrEngine) || !strings.Contains(err.Error(), "exit status 3") {
			t.Errorf("an engine that dies at once: %v", err)
		}
		l.startErr = errors.New("no such file")
		if _, err := d.Prepare(t.Context(), job("r1", 1, 0)); !errors.Is(err, load.ErrEngine) || !strings.Contains(err.Error(), "no such file") {
			t.Errorf("an engine that cannot be started: %v", err)
		}
		l.startErr = nil
		l.setup = func(e *fakeEngine) {
			e.prepare = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := d.Prepare(ctx, job("r1", 1, 0)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a caller that gave up: %v", err)
		}
		l.mu.Lock()
		l.setup = nil
		l.mu.Unlock()
		mustPrepare(t, d, job("r2", 1, 0)).Close()
		synctest.Wait()
		if l.alive() != 0 {
			t.Errorf("%d engines live", l.alive())
		}
	})
}

// Two calls for one run while the engine compiles: one engine, one session.
func TestPrepareTwiceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(func(e *fakeEngine) {
			e.prepare = func(context.Context) error { time.Sleep(5 * time.Second); return nil }
		})
		defer d.Close()
		got := make(chan load.Session, 2)
		for range 2 {
			go func() { s, _ := d.Prepare(context.Background(), job("r1", 1, 0)); got <- s }()
		}
		a, b := <-got, <-got
		if a != b || a == nil || l.count() != 1 {
			t.Errorf("sessions %p and %p from %d engines", a, b, l.count())
		}
	})
}

func TestSendOnceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		l, d := newLab(func(e *fakeEngine) {
			e.send = func(ctx context.Context) (*load.Exchange, error) {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				defer func() { mu.Lock(); now--; mu.Unlock() }()
				time.Sleep(time.Second)
				return &load.Exchange{OK: true}, nil
			}
		})
		defer d.Close()
		run := mustPrepare(t, d, job("r1", 1, 0)) // a run is no hindrance
		began := time.Now()
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if x, err := d.SendOnce(t.Context(), load.SendRequest{}); err != nil || !x.OK {
					t.Errorf("%v, %v", x, err)
				}
			})
		}
		wg.Wait()
		if most != MaxSends || time.Since(began) != 3*time.Second {
			t.Errorf("%d at once, %v for ten", most, time.Since(began))
		}
		if l.alive() != 1 {
			t.Errorf("%d engines live, want the run's", l.alive())
		}
		run.Close()

		l.setup = func(e *fakeEngine) {
			e.send = func(ctx context.Context) (*load.Exchange, error) { <-ctx.Done(); return nil, ctx.Err() }
		}
		began = time.Now()
		if _, err := d.SendOnce(t.Context(), load.SendRequest{}); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != SendLimit {
			t.Errorf("an endless one: %v after %v", err, time.Since(began))
		}
		go func() { time.Sleep(time.Second); l.last().die(errors.New("exit status 2")) }()
		if _, err := d.SendOnce(t.Context(), load.SendRequest{}); !errors.Is(err, load.ErrEngine) || !strings.Contains(err.Error(), "exit status 2") {
			t.Errorf("an engine that dies: %v", err)
		}
	})
}

func TestCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(func(e *fakeEngine) {
			e.send = func(ctx context.Context) (*load.Exchange, error) { <-ctx.Done(); return nil, ctx.Err() }
		})
		mustPrepare(t, d, job("parked", 1, time.Second))
		time.Sleep(time.Minute)
		s := mustPrepare(t, d, job("r1", 1, 0))
		sent := make(chan error, 1)
		go func() { _, err := d.SendOnce(context.Background(), load.SendRequest{}); sent <- err }()
		synctest.Wait()
		d.Close()
		d.Close()
		if err := <-sent; err == nil {
			t.Error("SendOnce outlived Close")
		}
		for range s.Reports() {
		}
		if s.Err() == nil || l.alive() != 0 {
			t.Errorf("after Close: %v, %d engines live", s.Err(), l.alive())
		}
		if _, err := d.Prepare(t.Context(), job("r2", 1, 0)); err == nil {
			t.Error("prepared after Close")
		}
		if _, err := d.SendOnce(t.Context(), load.SendRequest{}); err == nil {
			t.Error("sent after Close")
		}
	})
}

// Whatever masters do, in whatever order: nothing hangs, no report comes out of
// order, the worker is free in the end and no engine lives. synctest fails the test
// when a goroutine is left.
func TestStorms(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ops := rapid.SliceOfN(rapid.Uint32(), 1, 60).Draw(rt, "ops")
		var trouble []string
		synctest.Test(t, func(t *testing.T) { trouble = storm(ops) })
		if len(trouble) > 0 {
			rt.Fatal(strings.Join(trouble, "\n"))
		}
	})
}

func storm(ops []uint32) (trouble []string) {
	l, d := newLab(nil)
	var wg sync.WaitGroup
	var mu sync.Mutex
	complain := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		trouble = append(trouble, fmt.Sprintf(format, args...))
	}
	sessions := map[load.Session]bool{}
	var all []load.Session
	pick := func(n uint32) load.Session {
		if len(all) == 0 {
			return nil
		}
		return all[int(n)%len(all)]
	}
	receive := func(s load.Session, acks bool) {
		var last uint64
		for r := range s.Reports() {
			if r.Seq < last { // gaps are reports that op 9 acknowledged unseen
				complain("report %d after %d", r.Seq, last)
			}
			last = r.Seq
			if acks {
				s.Ack(r.Seq)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	for _, op := range ops {
		arg := op >> 4
		s := pick(arg)
		switch op & 15 {
		case 0, 1, 2, 3:
			j := job(fmt.Sprint("r", arg%3), uint64(arg>>2%3), time.Duration(arg>>4%3)*5*time.Second)
			s, err := d.Prepare(ctx, j)
			if err != nil && !errors.Is(err, load.ErrBusy) && !errors.Is(err, load.ErrGone) {
				complain("Prepare: %v", err)
			}
			if err == nil && !sessions[s] {
				sessions[s] = true
				all = append(all, s)
				wg.Go(func() { receive(s, arg%4 != 0) })
			}
		case 4:
			if s != nil {
				s.Close()
			}
		case 5, 6:
			if s != nil {
				s.Stop(arg%2 == 0)
			}
		case 7, 8:
			if s != nil {
				wg.Go(func() { _ = s.Finish(ctx) })
			}
		case 9:
			if s != nil {
				s.Ack(uint64(arg % 7))
			}
		case 10:
			if l.count() > 0 && arg%2 == 0 {
				l.last().die(errors.New("exit status 9"))
			}
		case 11:
			if s != nil {
				wg.Go(func() { _, _ = s.Setup(ctx) })
			}
		default:
			time.Sleep(time.Duration(arg%20) * 700 * time.Millisecond)
		}
	}
	d.Close()
	cancel()
	wg.Wait()
	if n := l.alive(); n != 0 {
		complain("%d engines live", n)
	}
	if run, _ := d.Holder(); run != "" || len(d.parked) != 0 {
		complain("%q has the worker, %d are parked", run, len(d.parked))
	}
	return trouble
}
