package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

// What the tenure's goroutine does: it takes reports from the engine, keeps them, and
// delivers them to whoever is the master.

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
	t.queue.dropTo(t.acked)
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
	if s == nil || s.closed || t.queue.len() == 0 || t.queue.reports[0].Seq <= s.sent {
		return nil, load.Report{}
	}
	return s.reports, t.queue.reports[0]
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
		if t.queue.full() {
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
	t.queue.add(r)
	if r.Ended {
		t.reason = r.Reason
	}
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
	if d := t.drain; d != nil && !t.queue.full() && !time.Now().Before(d.ackAt) {
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
		if n.leaving != nil || t.queue.len() == 0 && t.err == nil {
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
	if t.queue.len() == 0 || t.queue.len() == 1 && t.queue.reports[0].Seq <= s.sent {
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
	case t.queue.len() > 0 || !t.final:
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
