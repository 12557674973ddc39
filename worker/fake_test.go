package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/locust-http/locust-http/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lab makes fake engines and remembers them.
type lab struct {
	mu       sync.Mutex
	engines  []*fakeEngine
	startErr error
	setup    func(*fakeEngine) // before the engine is handed out
}

func (l *lab) start(context.Context) (Engine, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.startErr != nil {
		return nil, l.startErr
	}
	e := &fakeEngine{done: make(chan struct{}), graceful: 3 * time.Second}
	if l.setup != nil {
		l.setup(e)
	}
	l.engines = append(l.engines, e)
	return e, nil
}

func (l *lab) last() *fakeEngine {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.engines[len(l.engines)-1]
}

func (l *lab) alive() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.engines {
		select {
		case <-e.done:
		default:
			n++
		}
	}
	return n
}

func (l *lab) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.engines)
}

func newLab(setup func(*fakeEngine)) (*lab, *Daemon) {
	l := &lab{setup: setup}
	return l, NewDaemon(Config{Start: l.start, Log: slog.New(slog.DiscardHandler)})
}

// fakeEngine is an engine of one session that counts 10 requests each second.
type fakeEngine struct {
	graceful time.Duration // from Stop(false) to the end of the load
	prepare  func(ctx context.Context) error
	send     func(ctx context.Context) (*load.Exchange, error)

	once sync.Once
	done chan struct{}
	err  error
	job  load.Job
	sent load.SendRequest
	s    *fakeSession
}

func (e *fakeEngine) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	if e.prepare != nil {
		if err := e.prepare(ctx); err != nil {
			return nil, err
		}
	}
	e.job = job
	e.s = newFakeSession(e)
	return e.s, nil
}

func (e *fakeEngine) SendOnce(ctx context.Context, r load.SendRequest) (*load.Exchange, error) {
	e.sent = r
	return e.send(ctx)
}

func (e *fakeEngine) Kill()                 { e.die(errors.New("signal: killed")) }
func (e *fakeEngine) Done() <-chan struct{} { return e.done }
func (e *fakeEngine) Err() error            { return e.err }

func (e *fakeEngine) die(err error) {
	e.once.Do(func() { e.err = err; close(e.done) })
}

// fakeSession reports as the engine does: once a second, one report at a time, joined
// while unacknowledged, closed after the final one is acknowledged.
type fakeSession struct {
	e     *fakeEngine
	out   chan load.Report
	stop  chan bool
	acks  chan uint64
	fin   chan struct{}
	over  chan struct{} // the load is over
	quit  chan struct{}
	hang  chan struct{} // Setup waits for it, when not nil
	close sync.Once
	finis sync.Once

	mu    sync.Mutex
	stops []time.Time
	total int64

	rows   int64 // unique ones that are left
	grants []load.Grant
}

func newFakeSession(e *fakeEngine) *fakeSession {
	s := &fakeSession{e: e, out: make(chan load.Report, 1), stop: make(chan bool, 8), acks: make(chan uint64, 8),
		fin: make(chan struct{}), over: make(chan struct{}), quit: make(chan struct{})}
	go s.loop()
	return s
}

func (s *fakeSession) loop() {
	defer close(s.out)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var end <-chan time.Time
	var seq, acked uint64
	var pending int64
	reason, final, told := "", false, false
	over := s.over
	finish := s.fin
	for {
		select {
		case <-s.quit:
			return
		case <-s.e.done:
			return
		case <-tick.C:
			if reason == "" {
				pending += 10
				s.mu.Lock()
				s.total += 10
				s.mu.Unlock()
			}
		case now := <-s.stop:
			s.mu.Lock()
			s.stops = append(s.stops, time.Now())
			s.mu.Unlock()
			if now {
				end = time.After(0)
			} else if end == nil {
				end = time.After(s.e.graceful)
			}
			continue
		case <-end:
			if reason == "" {
				reason = stopped
				close(over)
			}
		case <-finish:
			finish = nil
			if end == nil {
				end = time.After(s.e.graceful)
			}
			continue
		case acked = <-s.acks:
			if final && acked >= seq {
				return
			}
		}
		ended := reason != ""
		if acked < seq || pending == 0 && (!ended || told) && (!ended || finish != nil) {
			continue
		}
		seq++
		final = ended && finish == nil
		told = told || ended
		r := load.Report{Seq: seq, Ended: ended, Reason: reason, Final: final}
		r.Intervals = []load.Interval{{Rows: []load.RowDelta{{Requests: pending}}}}
		pending = 0
		s.out <- r
	}
}

func (s *fakeSession) Setup(ctx context.Context) (load.Vars, error) {
	if s.hang == nil {
		return load.Vars{}, nil
	}
	select {
	case <-s.hang:
		return load.Vars{}, nil
	case <-ctx.Done():
		return load.Vars{}, ctx.Err()
	}
}
func (s *fakeSession) Go(context.Context, time.Time, load.Vars) error { return nil }
func (s *fakeSession) Change(context.Context, load.Change) error      { return nil }
func (s *fakeSession) Clock(context.Context) (time.Time, error)       { return time.Now(), nil }
func (s *fakeSession) Reports() <-chan load.Report                    { return s.out }
func (s *fakeSession) Teardown(context.Context, load.Vars) error      { return nil }
func (s *fakeSession) Err() error                                     { return nil }
func (s *fakeSession) Ack(seq uint64)                                 { send(s, s.acks, seq) }
func (s *fakeSession) Stop(now bool)                                  { send(s, s.stop, now) }
func (s *fakeSession) Close() error                                   { s.close.Do(func() { close(s.quit) }); return nil }

func (s *fakeSession) Yield(_ context.Context, _ string, n int64) ([]load.RowRange, error) {
	n = min(n, s.rows)
	s.rows -= n
	return []load.RowRange{{From: s.rows, To: s.rows + n}}, nil
}

func (s *fakeSession) Grant(_ context.Context, g load.Grant) error {
	s.grants = append(s.grants, g)
	return nil
}

func send[T any](s *fakeSession, c chan T, v T) {
	select {
	case c <- v:
	case <-s.quit:
	case <-s.e.done:
	}
}

func (s *fakeSession) Finish(ctx context.Context) error {
	s.finis.Do(func() { close(s.fin) })
	select {
	case <-s.over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.quit:
		return load.ErrGone
	}
}

func (s *fakeSession) counted() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}

func (s *fakeSession) stopTimes() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stops
}

func job(run string, epoch uint64, grace time.Duration) load.Job {
	return load.Job{Run: run, Epoch: epoch, Owner: "team " + run, Grace: grace}
}

func mustPrepare(t *testing.T, d *Daemon, j load.Job) load.Session {
	t.Helper()
	s, err := d.Prepare(context.Background(), j)
	if err != nil {
		t.Fatalf("Prepare %s: %v", j.Run, err)
	}
	return s
}

// tally is what a master has merged.
type tally struct {
	requests int64
	seq      uint64
	last     load.Report
}

func (m *tally) merge(r load.Report) error {
	if r.Seq <= m.seq {
		return nil // a repetition changes nothing
	}
	if r.Seq != m.seq+1 {
		return fmt.Errorf("report %d after %d", r.Seq, m.seq)
	}
	m.seq, m.last = r.Seq, r
	m.requests += r.Intervals[0].Rows[0].Requests
	return nil
}

// follow merges and acknowledges all reports until the channel is closed or f says
// stop.
func (m *tally) follow(t *testing.T, s load.Session, f func() bool) {
	t.Helper()
	for r := range s.Reports() {
		if err := m.merge(r); err != nil {
			t.Error(err)
		}
		s.Ack(r.Seq)
		if f != nil && !f() {
			return
		}
	}
}
