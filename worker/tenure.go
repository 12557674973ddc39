package worker

import (
	"context"
	"errors"
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
	queue    []load.Report // not acknowledged by the master, in order
	passed   uint64        // number of the last report acknowledged to the engine
	err      error         // how the engine died
	drain    *drain        // after silence
	parkedAt time.Time     // zero: it has the worker
}

func newTenure(d *Daemon, job load.Job) *tenure {
	t := &tenure{
		d: d, job: job, epoch: job.Epoch, grace: job.Grace, heard: time.Now(),
		prepared: make(chan struct{}), gone: make(chan struct{}), wake: make(chan struct{}, 1),
	}
	return t
}

// run is the tenure's life.
func (t *tenure) run() {
	defer close(t.gone)
	defer t.d.forget(t)
	if err := t.prepare(); err != nil {
		t.mu.Lock()
		t.prepErr, t.leaving = err, err
		t.mu.Unlock()
		close(t.prepared)
		return
	}
	close(t.prepared)
	t.serve()
	t.endEngine()
	t.linger()
	t.closeSessions()
}

// prepare starts the engine and gives it the job. On an error nothing is left.
func (t *tenure) prepare() error {
	ctx, cancel := context.WithTimeout(t.d.ctx, PrepLimit)
	defer cancel()
	t.mu.Lock()
	t.giveUp = cancel
	t.mu.Unlock()
	p, err := t.d.startProcess(ctx)
	if err != nil {
		return err
	}
	job := t.job
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

// notes is what the goroutine needs to know of what calls have left behind.
type notes struct {
	session *session
	acked   uint64
	leaving error
	silence time.Time // when the master will have been silent for too long; zero: never
}

// read takes the notes, closes what was revoked and drops what was acknowledged.
func (t *tenure) read() notes {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.retired {
		t.shut(s, fmt.Errorf("%w: a newer master has taken run %s over", load.ErrGone, t.job.Run))
	}
	t.retired = nil
	for len(t.queue) > 0 && t.queue[0].Seq <= t.acked {
		t.queue[0] = load.Report{}
		t.queue = t.queue[1:]
	}
	n := notes{session: t.session, acked: t.acked, leaving: t.leaving}
	if n.leaving == nil && t.d.ctx.Err() != nil {
		n.leaving = errClosed
		t.leaving = errClosed
	}
	if t.grace > 0 && !t.silent {
		n.silence = t.heard.Add(t.grace)
		if t.inFlight > 0 {
			n.silence = time.Now().Add(t.grace)
		}
	}
	return n
}

// shut closes a session's reports. mu is held; the goroutine alone calls it.
func (t *tenure) shut(s *session, why error) {
	if !s.closed {
		s.closed, s.err = true, why
		close(s.reports)
	}
}

// next is the report that the session's master is to get now, and where; out is nil
// when there is none. Like the engine, it offers one at a time.
func (t *tenure) next(s *session) (out chan<- load.Report, r load.Report) {
	if s == nil || s.closed || len(t.queue) == 0 || t.queue[0].Seq <= s.sent {
		return nil, load.Report{}
	}
	return s.reports, t.queue[0]
}

// serve is the tenure while its engine lives. It returns when the last report is
// here, the engine is gone (then err says how), or the tenure is to end.
func (t *tenure) serve() {
	in := t.inner.Reports()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		n := t.read()
		if n.leaving != nil || t.hasFinal() {
			return
		}
		t.pass(n.acked)
		if !n.silence.IsZero() && !time.Now().Before(n.silence) {
			t.silence()
			continue
		}
		if t.drain != nil && t.drain.overdue(t) {
			return
		}
		timer.Reset(t.nextLook(n))
		from := in
		if len(t.queue) >= MaxBacklog {
			from = nil
		}
		out, r := t.next(n.session)
		select {
		case r, ok := <-from:
			if !ok {
				t.bury()
				return
			}
			t.take(r)
		case out <- r:
			n.session.sent = r.Seq
		case <-t.proc.life.Done():
			t.takeRest(in)
			t.bury()
			return
		case <-t.drain.finishedC():
			t.drain.finished = nil
			t.drain.ackAt = time.Now()
		case <-t.wake:
		case <-timer.C:
		case <-t.d.ctx.Done():
		}
	}
}

// nextLook is how long the goroutine may sleep without a message.
func (t *tenure) nextLook(n notes) time.Duration {
	wait := time.Hour
	if !n.silence.IsZero() {
		wait = min(wait, time.Until(n.silence))
	}
	if t.drain != nil {
		wait = min(wait, time.Until(t.drain.nextStep()))
	}
	return max(wait, 0)
}

// take keeps a report until the master has acknowledged it.
func (t *tenure) take(r load.Report) {
	if r.Seq <= t.newest {
		return // a repetition
	}
	t.mu.Lock()
	t.newest = r.Seq
	t.mu.Unlock()
	if t.drain != nil {
		t.drain.took(t, &r)
	}
	t.queue = append(t.queue, r)
	if r.Final {
		t.mu.Lock()
		t.final = true
		t.mu.Unlock()
	}
}

// takeRest takes what a dead engine had still sent.
func (t *tenure) takeRest(in <-chan load.Report) {
	limit := time.NewTimer(time.Second)
	defer limit.Stop()
	for {
		select {
		case r, ok := <-in:
			if !ok {
				return
			}
			t.take(r)
		case <-limit.C:
			return
		}
	}
}

// pass acknowledges to the engine what the master has acknowledged; after silence,
// what the daemon has kept.
func (t *tenure) pass(acked uint64) {
	if d := t.drain; d != nil && len(t.queue) < MaxBacklog && !time.Now().Before(d.ackAt) {
		acked = max(acked, t.newest)
		d.ackAt = time.Now().Add(drainPace)
	}
	acked = min(acked, t.newest)
	if acked > t.passed {
		t.passed = acked
		t.inner.Ack(acked)
	}
}

// bury notes how a session broke before its final report.
func (t *tenure) bury() {
	if t.hasFinal() {
		return
	}
	select {
	case <-t.proc.life.Done(): // the process's own end says more
		t.err = context.Cause(t.proc.life)
	case <-time.After(2 * time.Second):
		t.err = t.inner.Err()
		if !errors.Is(t.err, load.ErrEngine) {
			t.err = fmt.Errorf("%w: its session broke: %v", load.ErrEngine, t.err)
		}
	}
	t.d.log.Error("the engine of a run has died", "run", t.job.Run, "error", t.err)
}

// endEngine ends the process: all that it had to say is here, or nobody wants it.
func (t *tenure) endEngine() {
	t.mu.Lock()
	t.engineUp, t.death = false, t.err
	t.mu.Unlock()
	t.inner.Ack(t.newest)
	t.inner.Close()
	t.proc.end()
}

// linger delivers what is left to the master, without an engine. The worker is free
// meanwhile if the master is silent or the engine died; otherwise when all is
// acknowledged.
func (t *tenure) linger() {
	if t.err != nil || t.isSilent() {
		t.park()
	}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		n := t.read()
		if n.leaving != nil || len(t.queue) == 0 && t.err == nil {
			return
		}
		t.tellDeath(n.session)
		wait := time.Hour
		if t.parkedAt.IsZero() {
			if !n.silence.IsZero() {
				wait = time.Until(n.silence)
			}
			if wait <= 0 {
				t.park()
				continue
			}
		} else if wait = time.Until(t.parkedAt.Add(ParkLimit)); wait <= 0 {
			t.leave(fmt.Errorf("%w: its last reports were not fetched within %v", load.ErrGone, ParkLimit))
			continue
		}
		timer.Reset(wait)
		out, r := t.next(n.session)
		select {
		case out <- r:
			n.session.sent = r.Seq
		case <-t.wake:
		case <-timer.C:
		case <-t.d.ctx.Done():
		}
	}
}

// tellDeath closes the reports of a session whose engine died, once its master has
// got what there was.
func (t *tenure) tellDeath(s *session) {
	if t.err == nil || s == nil {
		return
	}
	if len(t.queue) == 0 || len(t.queue) == 1 && t.queue[0].Seq <= s.sent {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.shut(s, t.err)
	}
}

func (t *tenure) park() {
	t.parkedAt = time.Now()
	t.d.park(t)
}

// closeSessions is the end of all masters' channels.
func (t *tenure) closeSessions() {
	t.mu.Lock()
	defer t.mu.Unlock()
	var why error
	switch {
	case t.err != nil:
		why = t.err
	case len(t.queue) > 0 || !t.final:
		why = t.leaving
	}
	if t.leaving == nil {
		t.leaving = load.ErrGone // from now on Prepare waits for gone
	}
	if t.session != nil {
		t.shut(t.session, why)
	}
	for _, s := range t.retired {
		t.shut(s, load.ErrGone)
	}
}
