// Package runtest has a load.Worker that generates no load but reports one, exactly and
// predictably: for tests of the control side, by whatever clock they run on (it is made
// for testing/synctest), and for demonstrations.
package runtest

import (
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Worker pretends to run jobs. Set its fields before the first Prepare.
type Worker struct {
	// PerSecond and Failing are finished requests in each second of load, and how
	// many of them fail.
	PerSecond, Failing int64
	// Latency is that of every request; 10 ms if not set.
	Latency time.Duration
	// Ahead is how far its wall clock is ahead; Trip the time a Clock call takes.
	Ahead, Trip time.Duration
	// StopTakes is how long users need to leave after a graceful stop.
	StopTakes time.Duration
	// Never ends its load, whatever it is told.
	Deaf bool

	// Each may delay or fail a call; nil: it succeeds at once.
	OnPrepare, OnSetup, OnGo, OnTeardown, OnFinish, OnChange, OnInfo func(context.Context) error
	OnMissing, OnYield, OnGrant                                      func(context.Context) error
	// OnStore may stand in the way of the content of a file.
	OnStore func(context.Context, io.Reader) io.Reader
	// OnReport may spoil a report before it is sent.
	OnReport func(*load.Report)

	// Play says what is reported instead of PerSecond, Failing and Latency.
	Play Play

	// Rows are data files whose unique rows it deals out.
	Rows []Rows

	// Vitals are what Info tells.
	Vitals load.Vitals

	mu       sync.Mutex
	sessions []*Session
	calls    []string
	stored   []string
}

// Play is what a Worker reports. Its methods are called by one goroutine per session.
type Play interface {
	// Rows are those of every report.
	Rows() []load.RowKey
	// Count adds what happened in an interval, with one scenario's users, to iv and r.
	Count(iv *load.Interval, r *load.Report, job *load.Job, users int) (started int64)
}

var (
	_ load.Worker  = (*Worker)(nil)
	_ load.Depot   = (*Worker)(nil)
	_ load.Session = (*Session)(nil)
	_ load.Dealer  = (*Session)(nil)
)

// Session is one pretended run.
type Session struct {
	w       *Worker
	job     load.Job
	reports chan load.Report
	poke    chan struct{} // something has changed; holds one
	closed  chan struct{}
	once    sync.Once

	mu      sync.Mutex
	t0      time.Time // own clock; zero: no Go yet
	upTo    time.Duration
	end     time.Duration // run time at which the load ends; -1: not known
	ended   bool
	reason  string
	finish  bool
	cut     bool // nothing gets through
	seq     uint64
	pending *load.Report // sent, not acknowledged
	done    bool         // final report acknowledged
	sent    Counts
	changes []load.Change
	decks   []*deck
	loads   []load.Share // as they now are
}

// Counts is what a session has reported, acknowledged or not.
type Counts struct{ Requests, Failures int64 }

func (w *Worker) called(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, name)
}

// Calls are the calls so far, in order, without Clock and Ack.
func (w *Worker) Calls() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.calls...)
}

// Session is the newest session; nil before the first.
func (w *Worker) Session() *Session {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.sessions) == 0 {
		return nil
	}
	return w.sessions[len(w.sessions)-1]
}

func (w *Worker) do(ctx context.Context, name string, f func(context.Context) error) error {
	w.called(name)
	if f == nil {
		return ctx.Err()
	}
	return f(ctx)
}

// Prepare begins a session that reports every second.
func (w *Worker) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	if err := w.do(ctx, "prepare", w.OnPrepare); err != nil {
		return nil, err
	}
	s := &Session{
		w: w, job: job, end: -1, decks: w.decks(&job),
		reports: make(chan load.Report), poke: make(chan struct{}, 1), closed: make(chan struct{}),
	}
	w.mu.Lock()
	w.sessions = append(w.sessions, s)
	w.mu.Unlock()
	go s.loop()
	return s, nil
}

// SendOnce answers with an empty exchange.
func (w *Worker) SendOnce(ctx context.Context, req load.SendRequest) (*load.Exchange, error) {
	w.called("send")
	return &load.Exchange{OK: true}, ctx.Err()
}

// Info is a node without an address.
func (w *Worker) Info(ctx context.Context) (load.Info, error) {
	if w.OnInfo != nil {
		return load.Info{Vitals: w.Vitals}, w.OnInfo(ctx)
	}
	return load.Info{Node: load.Node{Protocol: load.Protocol}, Vitals: w.Vitals}, ctx.Err()
}

// Close counts as a call, so that a Worker can stand for a connection.
func (w *Worker) Close() error {
	w.called("close connection")
	return nil
}

// Job is what the session was prepared with.
func (s *Session) Job() load.Job { return s.job }

// Counts is what the session has put into reports.
func (s *Session) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// Changes are the changes so far.
func (s *Session) Changes() []load.Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]load.Change(nil), s.changes...)
}

// Cut breaks the connection, or mends it: while it is broken no report gets out and
// no acknowledgement in.
func (s *Session) Cut(cut bool) {
	s.mu.Lock()
	s.cut = cut
	s.mu.Unlock()
	s.wake()
}

// End ends the load now, with a reason.
func (s *Session) End(reason string) {
	s.mu.Lock()
	s.end, s.reason = s.now(), reason
	s.mu.Unlock()
	s.wake()
}

// Ended is the run time at which the load has ended, or will; negative: it has no end.
func (s *Session) Ended() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.end
}

// Break ends the session for good without a last report.
func (s *Session) Break() { s.Close() }

func (s *Session) wake() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// Setup returns one variable.
func (s *Session) Setup(ctx context.Context) (load.Vars, error) {
	err := s.w.do(ctx, "setup", s.w.OnSetup)
	return load.Vars{Values: map[string]load.Value{"token": load.StringValue("t")}}, err
}

// Go begins the load.
func (s *Session) Go(ctx context.Context, t0 time.Time, vars load.Vars) error {
	if err := s.w.do(ctx, "go", s.w.OnGo); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.t0.IsZero() {
		s.t0 = t0
		s.loads = slices.Clone(s.job.Shares)
		s.end = ends(s.loads)
		s.reason = "completed"
	}
	return nil
}

// Began is time zero in the worker's own clock.
func (s *Session) Began() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.t0
}

// Change notes c, and ends the load when the new profile does.
func (s *Session) Change(ctx context.Context, c load.Change) error {
	if err := s.w.do(ctx, "change", s.w.OnChange); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes = append(s.changes, c)
	for i := range s.loads {
		if s.loads[i].Scenario == c.Scenario {
			s.loads[i].StartAt, s.loads[i].Profile = c.At, c.Profile
		}
	}
	s.end = ends(s.loads)
	return nil
}

// ends is the run time at which the last of the loads ends; -1 when one has no end.
func ends(loads []load.Share) time.Duration {
	end := time.Duration(-1)
	for _, sh := range loads {
		l := sh.Profile.Length()
		if l == 0 {
			return -1
		}
		end = max(end, sh.StartAt+l)
	}
	return end
}

// Clock is the wall clock, half way through the call.
func (s *Session) Clock(ctx context.Context) (time.Time, error) {
	time.Sleep(s.w.Trip / 2)
	now := time.Now().Round(0).Add(s.w.Ahead)
	time.Sleep(s.w.Trip / 2)
	return now, ctx.Err()
}

// Reports is closed after the final report was acknowledged, or by Close.
func (s *Session) Reports() <-chan load.Report { return s.reports }

// Ack lets the next report be made.
func (s *Session) Ack(seq uint64) {
	s.mu.Lock()
	if s.pending != nil && seq >= s.pending.Seq && !s.cut {
		s.done = s.pending.Final
		s.pending = nil
		if s.finish { // nothing else is worth a report before its second
			s.wake()
		}
	}
	s.mu.Unlock()
}

// Stop ends the load.
func (s *Session) Stop(now bool) {
	s.w.called("stop")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.w.Deaf || s.ended {
		return
	}
	at := s.now()
	if !now {
		at += s.w.StopTakes
	}
	if s.end < 0 || at < s.end {
		s.end, s.reason = at, "stopped"
	}
	s.wake()
}

// Teardown succeeds unless OnTeardown does not.
func (s *Session) Teardown(ctx context.Context, vars load.Vars) error {
	return s.w.do(ctx, "teardown", s.w.OnTeardown)
}

// Finish makes the next report the last.
func (s *Session) Finish(ctx context.Context) error {
	if err := s.w.do(ctx, "finish", s.w.OnFinish); err != nil {
		return err
	}
	s.mu.Lock()
	s.finish = true
	s.mu.Unlock()
	s.wake()
	return nil
}

// Close ends the session at once.
func (s *Session) Close() error {
	s.once.Do(func() {
		s.w.called("close")
		close(s.closed)
	})
	return nil
}

// Err is load.ErrGone unless the session has come to its end.
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return nil
	}
	return load.ErrGone
}

// now is the run time.
func (s *Session) now() time.Duration {
	if s.t0.IsZero() {
		return 0
	}
	return max(time.Now().Round(0).Add(s.w.Ahead).Sub(s.t0), 0)
}

func (s *Session) loop() {
	defer close(s.reports)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		r, done := s.next()
		if done {
			return
		}
		if r != nil {
			select {
			case s.reports <- *r:
			case <-s.closed:
				return
			}
		}
		select {
		case <-s.closed:
			return
		case <-s.poke:
			s.mu.Lock()
			again := s.pending != nil // already sent: repeated by the second, not by every nudge
			s.mu.Unlock()
			if again {
				select {
				case <-tick.C:
				case <-s.closed:
					return
				}
			}
		case <-tick.C:
		}
	}
}

// next is the report to send now.
func (s *Session) next() (r *load.Report, done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return nil, true
	}
	if s.cut {
		return nil, false
	}
	if s.pending == nil {
		s.pending = s.make()
		if s.w.OnReport != nil {
			s.w.OnReport(s.pending)
		}
	}
	return s.pending, false
}
