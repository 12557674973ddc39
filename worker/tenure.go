package worker

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// tenure is one run on this worker, from Prepare until its last report is
// acknowledged or given up. Its goroutine, run, owns the engine, the queue of reports
// and the closing of the sessions' channels; masters' calls come in beside it and
// leave notes under mu.
type tenure struct {
	d        *Daemon
	job      load.Job
	began    time.Time
	prepared chan struct{} // closed when the engine has the job, or prepErr is set
	gone     chan struct{} // closed at the very end
	wake     chan struct{} // one place: notes were left

	// Set before prepared is closed, then constant.
	proc  *process
	inner load.Session

	mu       sync.Mutex // guards what follows
	prepErr  error
	giveUp   context.CancelFunc // ends the preparing
	waiting  int                // calls of Prepare that wait for prepared
	epoch    uint64
	grace    time.Duration
	session  *session   // of the newest epoch
	retired  []*session // revoked, to be closed
	heard    time.Time
	inFlight int // calls of the master under way
	acked    uint64
	stopped  bool   // the master has asked for the end
	silent   bool   // the dead-man's switch has gone off
	final    bool   // the last report is here
	engineUp bool   // inner may be called
	death    error  // how the engine died, if it did
	leaving  error  // why nothing more is to be done; nil: not yet
	newest   uint64 // number of the last report taken from the engine; the goroutine alone changes it

	// Of the goroutine.
	queue    backlog
	passed   uint64    // number of the last report acknowledged to the engine
	err      error     // how the engine died
	drain    *drain    // after silence
	parkedAt time.Time // zero: it has the worker
	reason   string    // why the load ended, as the engine said
	release  func()    // gives up the files of the run; never nil once preparing has begun
}

func newTenure(d *Daemon, job load.Job) *tenure {
	t := &tenure{
		d: d, job: job, began: time.Now(), epoch: job.Epoch, grace: job.Grace, heard: time.Now(),
		prepared: make(chan struct{}), gone: make(chan struct{}), wake: make(chan struct{}, 1),
	}
	return t
}

// run is the tenure's life.
func (t *tenure) run() {
	defer close(t.gone)
	defer t.d.forget(t)
	defer t.d.hide(t.job.Secrets)()
	if err := t.prepare(); err != nil {
		t.d.log.Info("a run was not begun", "run", t.job.Run, "owner", t.job.Owner, "error", err)
		t.mu.Lock()
		t.prepErr, t.leaving = err, err
		t.mu.Unlock()
		close(t.prepared)
		return
	}
	began := time.Now()
	t.d.log.Info("a run begins", "run", t.job.Run, "owner", t.job.Owner, "index", t.job.Index, "of", t.job.Of)
	close(t.prepared)
	t.serve()
	t.endEngine()
	t.release()
	t.d.log.Info("a run has ended", "run", t.job.Run, "took", time.Since(began).Round(time.Millisecond), "reason", t.ending())
	t.linger()
	t.closeSessions()
}

// ending is why the run is over, in words: what the engine has said counts most.
func (t *tenure) ending() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.err != nil:
		return t.err.Error()
	case t.reason != "":
		return load.Clip(t.reason, load.MaxMessage)
	case t.leaving != nil:
		return t.leaving.Error()
	}
	return "its master asked for the end"
}

// prepare takes the files, starts the engine and gives it the job. On an error nothing
// is left.
func (t *tenure) prepare() error {
	ctx, cancel := context.WithTimeout(t.d.ctx, PrepLimit)
	defer cancel()
	t.mu.Lock()
	t.giveUp = cancel
	t.mu.Unlock()
	dir, release, err := t.d.hold(t.job.Files)
	if err != nil {
		return err
	}
	t.release = release
	if err := t.startEngine(ctx, dir); err != nil {
		release()
		return err
	}
	// The engine has it: what is large or secret need not wait for the master here.
	t.job.Plan, t.job.Files, t.job.Env, t.job.Secrets = nil, nil, nil, nil
	return nil
}

func (t *tenure) startEngine(ctx context.Context, dir string) error {
	p, err := t.d.startProcess(ctx)
	if err != nil {
		return err
	}
	job := t.job
	job.Dir = dir
	job.Grace = 0 // the daemon listens to the master, and the engine to the daemon
	bound, stop := p.bind(ctx)
	inner, err := p.engine.Prepare(bound, job)
	stop()
	if err != nil {
		err = p.explain(err)
		p.end()
		return err
	}
	t.mu.Lock()
	t.proc, t.inner = p, inner
	abandoned := t.leaving
	t.engineUp = abandoned == nil
	t.heard = time.Now()
	t.mu.Unlock()
	if abandoned != nil {
		inner.Close()
		p.end()
	}
	return abandoned
}

// join waits for the preparation and gives a session for job's epoch.
func (t *tenure) join(ctx context.Context, job load.Job) (load.Session, error) {
	t.mu.Lock()
	t.waiting++
	t.mu.Unlock()
	select {
	case <-t.prepared:
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting--
	select {
	case <-t.prepared:
	default:
		if t.waiting == 0 { // nobody wants it any more
			t.leaving = fmt.Errorf("prepare: %w", ctx.Err())
			t.giveUpPreparing()
		}
		return nil, ctx.Err()
	}
	if t.prepErr != nil {
		return nil, t.prepErr
	}
	return t.admit(job)
}

// giveUpPreparing is called with mu held.
func (t *tenure) giveUpPreparing() {
	if t.giveUp != nil {
		t.giveUp()
	}
}

// admit is called with mu held.
func (t *tenure) admit(job load.Job) (load.Session, error) {
	if t.leaving != nil {
		return nil, fmt.Errorf("%w: run %s is being ended", load.ErrGone, t.job.Run)
	}
	if job.Epoch < t.epoch {
		return nil, fmt.Errorf("%w: run %s is led by a newer master (epoch %d, this one has %d)", load.ErrBusy, t.job.Run, t.epoch, job.Epoch)
	}
	old := t.session
	// A closed channel cannot deliver again: the same master then gets a new session.
	if old == nil || job.Epoch > t.epoch || old.closed {
		t.session = &session{t: t, reports: make(chan load.Report)}
		if old != nil {
			old.revoked = true
			t.retired = append(t.retired, old)
		}
	}
	t.epoch, t.grace, t.heard = job.Epoch, job.Grace, time.Now()
	t.rouse()
	return t.session, nil
}

// rouse tells the goroutine that there are notes.
func (t *tenure) rouse() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// leave makes the tenure end without waiting for anything; the first reason counts.
func (t *tenure) leave(why error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.leaving == nil {
		t.leaving = why
	}
	t.giveUpPreparing()
	t.rouse()
}

// ifLeaving is nil unless the tenure is about to end; it is then closed at the end.
func (t *tenure) ifLeaving() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.leaving == nil {
		return nil
	}
	return t.gone
}

// begin is the start of a call of s's master to the engine; done is its end.
func (t *tenure) begin(s *session) (inner load.Session, done func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.hearLocked(s); err != nil {
		return nil, nil, err
	}
	if !t.engineUp {
		if t.death != nil {
			return nil, nil, t.death
		}
		return nil, nil, fmt.Errorf("%w: run %s has ended", load.ErrGone, t.job.Run)
	}
	t.inFlight++
	return t.inner, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.inFlight--
		t.heard = time.Now()
		t.rouse()
	}, nil
}

// hear notes that the master lives.
func (t *tenure) hear(s *session) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.hearLocked(s)
}

func (t *tenure) hearLocked(s *session) error {
	if s.revoked {
		return fmt.Errorf("%w: a newer master has taken run %s over", load.ErrGone, t.job.Run)
	}
	t.heard = time.Now()
	return nil
}

func (t *tenure) ack(s *session, seq uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	// A number from the future acknowledges nothing: its report is not made yet.
	if t.hearLocked(s) == nil && seq > t.acked && seq <= t.newest {
		t.acked = seq
		t.rouse()
	}
}

func (t *tenure) noteStop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
}

func (t *tenure) isSilent() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.silent
}

func (t *tenure) hasFinal() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.final
}
