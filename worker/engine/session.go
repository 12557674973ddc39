package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
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

// Setup plays the plan's setup steps as user 0.
func (s *session) Setup(ctx context.Context) (load.Vars, error) {
	if !s.enterPhase() {
		return load.Vars{}, load.ErrGone
	}
	defer s.leavePhase()
	s.run.turnPhase(load.Preparing, load.SettingUp)
	defer s.run.turnPhase(load.SettingUp, load.Preparing) // unless stopped meanwhile
	defer context.AfterFunc(ctx, s.run.wire.client.Interrupt)()
	u := s.run.newUser(0, nil)
	u.over = [2]<-chan struct{}{ctx.Done(), s.run.stopping}
	defer u.conns.Close()
	if err := u.playPhase(ctx, "setup", s.run.life.setup); err != nil {
		return load.Vars{}, err
	}
	return u.vars(), nil
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

// enterPhase lets setup or teardown begin, unless the last report is on its way.
func (s *session) enterPhase() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.finishing {
		return false
	}
	s.phases.Add(1)
	s.working.Add(1)
	return true
}

func (s *session) leavePhase() {
	s.phases.Done()
	s.working.Done()
}

// Stop ends the load; before Go it ends a load that never began.
func (s *session) Stop(now bool) {
	if now {
		s.run.stopNow(load.ReasonStopped)
	} else {
		s.run.stop(load.ReasonStopped)
	}
	s.startOnce.Do(func() { s.conduct(time.Time{}) })
}

// Teardown plays the plan's teardown steps as user 0.
func (s *session) Teardown(ctx context.Context, vars load.Vars) error {
	if !s.enterPhase() {
		return load.ErrGone
	}
	defer s.leavePhase()
	defer context.AfterFunc(ctx, s.run.last.cutOff)()
	u := s.run.newUser(0, nil)
	u.over = [2]<-chan struct{}{ctx.Done(), s.quit}
	u.conns.Close()
	u.wire, u.conns = s.run.last, s.run.last.client.NewConns()
	defer u.conns.Close()
	if u.jar != nil {
		// Cookies of setup come out of a jar.
		_ = u.jar.Fill(vars.Cookies)
	}
	u.fill(vars)
	return u.playPhase(ctx, "teardown", s.run.life.teardown)
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

// playPhase plays lifecycle steps; an error is a step that failed.
func (u *user) playPhase(ctx context.Context, name string, ph phase) error {
	if len(ph.steps) == 0 {
		return nil
	}
	if err := u.supplyPhase(ctx, name, ph); err != nil {
		return err
	}
	u.kit = u.run.kits.Get().(*kit)
	p := u.steps(ph.steps)
	u.run.kits.Put(u.kit)
	u.kit = nil
	if p.interrupted {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return fmt.Errorf("%s: interrupted", name)
	}
	if p.failed && p.reaction != "" {
		return &load.StepError{Phase: name, Step: p.failedStep, Class: p.failure.class, Message: load.Clip(u.run.mask.text(p.failure.message), load.MaxMessage)}
	}
	return nil
}

// supplyPhase takes the rows that setup or teardown asks for. Their user has no scene to
// wait in: it looks again until the master has answered.
func (u *user) supplyPhase(ctx context.Context, name string, ph phase) error {
	lists := slices.Concat(u.run.phaseData(name), ph.data)
	u.dropRows(ph.data)
	for {
		got, s := u.takeRows(lists)
		switch got {
		case supplied:
			return nil
		case usedUp:
			return fmt.Errorf("%s: data %s has no row left", name, s.spec.Name)
		}
		if !u.wait(supplyTick) {
			err := ctx.Err()
			if err == nil {
				err = errors.New("interrupted")
			}
			return fmt.Errorf("%s: waiting for a row of data %s: %w", name, s.spec.Name, err)
		}
	}
}

// supplyTick is how often setup looks for rows that it waits for.
const supplyTick = 20 * time.Millisecond

// phaseData is the sources of which setup or teardown takes a row for its user.
func (r *run) phaseData(name string) []int {
	steps := r.program.Setup
	if name == "teardown" {
		steps = r.program.Teardown
	}
	return r.binder().uses(load.RowPerUser, steps)
}

// Yield takes rows of a source away that no user has been given.
func (s *session) Yield(_ context.Context, source string, n int64) ([]load.RowRange, error) {
	src, err := s.run.uniqueSource(source)
	if err != nil {
		return nil, fmt.Errorf("yield: %w", err)
	}
	return src.pool.Yield(n), nil
}

// Grant answers the open request for rows of a source.
func (s *session) Grant(_ context.Context, g load.Grant) error {
	src, err := s.run.uniqueSource(g.Source)
	if err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	src.pool.Grant(g)
	s.run.larder.deliver()
	return nil
}

// vars is what u has beyond the plan's constants, and its cookies.
func (u *user) vars() load.Vars {
	v := load.Vars{Values: make(map[string]load.Value)}
	for slot, value := range u.scope.Vars {
		if value.Kind != load.Unset {
			value.Text = load.Clip(value.Text, len(value.Text)) // it has to travel
			v.Values[u.run.program.Vars[slot]] = value
		}
	}
	if u.jar != nil {
		v.Cookies = u.jar.Cookies()
	}
	return v
}

// fill gives u variables by name; unknown names are another version's and are left out.
func (u *user) fill(vars load.Vars) {
	for name, value := range vars.Values {
		if slot, ok := u.run.program.Slot(name); ok {
			u.scope.Vars[slot] = value
		}
	}
}

// phases of a run, read by the reporter.
type phases struct{ p atomic.Uint32 }

func (r *run) setPhase(p load.Phase) { r.phases.p.Store(uint32(p)) }
func (r *run) turnPhase(from, to load.Phase) {
	r.phases.p.CompareAndSwap(uint32(from), uint32(to))
}
func (r *run) phase() load.Phase { return load.Phase(r.phases.p.Load()) }

// size makes the crowd as strong as the profiles can need, in one go.
func (r *run) size() {
	n := 0
	for _, sc := range r.scenes {
		n += sc.peak()
	}
	r.crowd.ensure(n)
}
