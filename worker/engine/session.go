package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// session is one run on this engine: load.Session in this process.
type session struct {
	run      *run
	reporter *reporter
	quit     chan struct{} // closed by Close

	startOnce  sync.Once
	beginOnce  sync.Once
	finishOnce sync.Once
	closeOnce  sync.Once

	mu        sync.Mutex // guards finishing and closed
	finishing bool
	closed    bool
	phases    sync.WaitGroup // setup and teardown; none begins once finishing
	working   sync.WaitGroup // everything that Close waits for; nothing begins once closed
}

var (
	_ load.Session = (*session)(nil)
	_ load.Warmer  = (*session)(nil)
	_ load.Dealer  = (*session)(nil)
)

func newSession(job load.Job, program *plan.Program) (*session, error) {
	r, err := newRun(job, program)
	if err != nil {
		return nil, err
	}
	s := &session{run: r, quit: make(chan struct{})}
	s.reporter = newReporter(r, s.quit)
	r.reporter = s.reporter
	go s.reporter.loop()
	return s, nil
}

// Warm lets in the users that an arrivals load wants ready before time zero.
func (s *session) Warm(ctx context.Context, vars load.Vars) error {
	s.begin(vars)
	return s.run.warm(ctx)
}

// begin is everything that must be there before the first user.
func (s *session) begin(vars load.Vars) {
	s.beginOnce.Do(func() {
		s.run.begin(vars)
		s.run.size()
	})
}

// Go begins the load at t0.
func (s *session) Go(_ context.Context, t0 time.Time, vars load.Vars) error {
	s.begin(vars)
	s.startOnce.Do(func() {
		// A wall clock that is set meanwhile must not move the run: from here on
		// only the monotonic clock counts.
		now := time.Now()
		t0 := now.Add(t0.Sub(now.Round(0)))
		s.run.t0.Store(&t0)
		s.conduct(t0)
	})
	return nil
}

func (s *session) conduct(t0 time.Time) {
	if !s.enter() {
		return
	}
	go func() {
		defer s.working.Done()
		defer close(s.reporter.over)
		s.run.conduct(t0)
	}()
}

// enter counts a piece of work that Close has to wait for; false once closed.
func (s *session) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.working.Add(1)
	return true
}

// Change gives a scenario a new profile from c.At on.
func (s *session) Change(_ context.Context, c load.Change) error {
	i := slices.IndexFunc(s.run.scenes, func(sc *scene) bool { return sc.name == c.Scenario })
	if i < 0 {
		return fmt.Errorf("change: no scenario %q", c.Scenario)
	}
	sc := s.run.scenes[i]
	if sc.model() != c.Profile.Model {
		return fmt.Errorf("change: the load of a run stays %s", sc.model())
	}
	peak := c.Profile.PeakUsers()
	if peak > load.MaxUsers {
		return fmt.Errorf("change: %d users on one worker, which can run %d", peak, load.MaxUsers)
	}
	s.run.crowd.ensure(s.run.population() + peak)
	sc.change(c)
	return nil
}

// Clock is this machine's wall clock.
func (s *session) Clock(context.Context) (time.Time, error) { return time.Now().Round(0), nil }

// Reports is closed after the final report is acknowledged, or by Close.
func (s *session) Reports() <-chan load.Report { return s.reporter.out }

// Ack acknowledges report seq.
func (s *session) Ack(seq uint64) { s.reporter.ack(seq) }

// Stop ends the load; before Go it ends a load that never began.
func (s *session) Stop(now bool) {
	if now {
		s.run.stopNow(load.ReasonStopped)
	} else {
		s.run.stop(load.ReasonStopped)
	}
	s.startOnce.Do(func() { s.conduct(time.Time{}) })
}

// Finish asks for the last report.
func (s *session) Finish(context.Context) error {
	s.Stop(false)
	s.mu.Lock()
	s.finishing = true
	s.mu.Unlock()
	s.finishOnce.Do(func() {
		if !s.enter() {
			return
		}
		go func() {
			defer s.working.Done()
			s.phases.Wait() // what they counted belongs into the last report
			close(s.reporter.finish)
		}()
	})
	return nil
}

// Close ends everything now and waits for it.
func (s *session) Close() error {
	s.closeOnce.Do(func() {
		s.run.after.cutOff()
		s.run.last.cutOff()
		s.Stop(true)
		close(s.quit)
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		s.working.Wait()
		s.run.close()
	})
	<-s.reporter.done
	return nil
}

// Err is nil after the final report, ErrGone after an early Close.
func (s *session) Err() error {
	if s.reporter.finished.Load() {
		return nil
	}
	return load.ErrGone
}

// size makes the crowd as strong as the profiles can need, in one go.
func (r *run) size() {
	n := 0
	for _, sc := range r.scenes {
		n += sc.peak()
	}
	r.crowd.ensure(n)
}
