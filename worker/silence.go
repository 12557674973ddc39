package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

// The dead-man's switch: a worker whose master is silent for longer than the job's
// grace stops its load (Locust's issues 868 and 1136 tell of workers that went on
// attacking). Then the daemon collects the engine's remaining reports itself, ends
// the engine and is free; the reports wait for the master to return.

const (
	silence = load.ReasonSilence
	stopped = load.ReasonStopped

	// drainPace spaces the daemon's own acknowledgements: meanwhile the engine joins
	// what it counts, so a long graceful stop gives few reports.
	drainPace = 5 * time.Second
	// drainSlack is for what comes after the graceful stop: user_stop above all.
	drainSlack = 90 * time.Second
	// drainKill is between "stop now" and the end of patience.
	drainKill = 10 * time.Second
)

// drain is the collecting of an engine's last reports. Owned by the tenure's goroutine.
type drain struct {
	blame    bool          // it is silence that ended the load
	finished chan struct{} // closed when the engine has answered Finish; nil: seen
	ackAt    time.Time
	hurryAt  time.Time // "stop now"
	killAt   time.Time
	hurried  bool
}

// silence is what happens when the switch goes off.
func (t *tenure) silence() {
	t.mu.Lock()
	t.silent = true
	byMaster := t.stopped
	quiet := time.Since(t.heard)
	t.mu.Unlock()
	t.d.log.Warn("the master is silent: stopping its load", "run", t.job.Run, "owner", t.job.Owner, "silent_for", quiet.Round(time.Second))
	limit := drainSlack
	for _, s := range t.job.Shares {
		limit = max(limit, s.Profile.GracefulStop+drainSlack)
	}
	now := time.Now()
	d := &drain{blame: !byMaster, finished: make(chan struct{}), ackAt: now.Add(drainPace), hurryAt: now.Add(limit), killAt: now.Add(limit + drainKill)}
	t.drain = d
	t.inner.Stop(false)
	finished := d.finished
	t.d.wg.Go(func() {
		defer close(finished)
		ctx, cancel := context.WithTimeout(t.d.ctx, limit+drainKill)
		defer cancel()
		ctx, stop := t.proc.bind(ctx)
		defer stop()
		if err := t.inner.Finish(ctx); err != nil && ctx.Err() == nil {
			t.d.log.Warn("the engine could not be asked for its last report", "run", t.job.Run, "error", err)
		}
	})
}

// took looks at a report on its way into the queue.
func (d *drain) took(t *tenure, r *load.Report) {
	if d.blame && r.Ended && r.Reason == stopped {
		r.Reason = silence
	}
	if r.Ended {
		d.ackAt = time.Now() // nothing is counted any more: no reason to wait
	}
}

// finishedC is nil while there is nothing to wait for; d may be nil.
func (d *drain) finishedC() <-chan struct{} {
	if d == nil {
		return nil
	}
	return d.finished
}

// nextStep is when the drain needs attention again.
func (d *drain) nextStep() time.Time {
	next := d.killAt
	if !d.hurried && d.hurryAt.Before(next) {
		next = d.hurryAt
	}
	if d.ackAt.Before(next) {
		next = d.ackAt
	}
	return next
}

// overdue hastens an engine that takes too long, and is true when it has used up all
// patience, or the place for reports.
func (d *drain) overdue(t *tenure) bool {
	now := time.Now()
	if !d.hurried && !now.Before(d.hurryAt) {
		d.hurried = true
		t.inner.Stop(true)
	}
	if now.Before(d.killAt) && !t.queue.full() {
		return false
	}
	t.err = fmt.Errorf("%w: it was ended because it did not end its load in time", load.ErrEngine)
	return true
}
