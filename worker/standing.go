package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

var _ load.Daemon = (*Daemon)(nil)

// parkedPatience is how long a daemon that drains waits for masters that have not fetched
// the last reports of their runs.
const parkedPatience = 30 * time.Second

// quiet is how long a master may say nothing before one asks when it will be missed.
const quiet = 3 * time.Second

// Standing says which runs the daemon has, and whether it takes others.
func (d *Daemon) Standing() load.Standing {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := load.Standing{Draining: d.draining}
	if d.current != nil {
		if t, ok := d.current.tenancy(); ok {
			s.Tenures = append(s.Tenures, t)
		}
	}
	for _, p := range d.parked {
		if t, ok := p.tenancy(); ok {
			t.Ended, t.FreeIn = true, 0
			s.Tenures = append(s.Tenures, t)
		}
	}
	return s
}

// tenancy is the run as others see it; ok is false when it is being cleared away.
func (t *tenure) tenancy() (_ load.Tenancy, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.leaving != nil {
		return load.Tenancy{}, false
	}
	out := load.Tenancy{Run: t.job.Run, Owner: t.job.Owner, Began: t.began}
	if t.inFlight == 0 {
		out.Silent = max(time.Since(t.heard), 0)
	}
	if t.grace > 0 && out.Silent >= quiet {
		limit := t.grace
		for _, s := range t.job.Shares {
			limit = max(limit, t.grace+s.Profile.GracefulStop)
		}
		out.FreeIn = max(limit-out.Silent, 0)
	}
	return out, true
}

// Inspect implements load.Daemon.
func (d *Daemon) Inspect(_ context.Context, q load.LogQuery) (*load.Inspection, error) {
	i := &load.Inspection{Standing: d.Standing(), Setup: d.setup}
	i.Clock = time.Now()
	i.Lines, i.Last = d.journal.read(q)
	return i, nil
}

// Drain implements load.Daemon. Drained is closed when nothing is left to do; whoever runs
// the daemon then ends it.
func (d *Daemon) Drain(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return errClosed
	}
	if d.draining {
		return nil
	}
	d.draining = true
	d.log.Info("it was asked to finish: no new run is taken")
	d.wg.Go(d.drain)
	return nil
}

// Drained is closed when a daemon that drains has finished.
func (d *Daemon) Drained() <-chan struct{} { return d.drained }

// drain waits until nothing is under way.
func (d *Daemon) drain() {
	var patience <-chan time.Time
	for {
		d.mu.Lock()
		busy, waiting := d.current != nil || d.sending > 0, len(d.parked)
		d.mu.Unlock()
		switch {
		case busy:
			patience = nil
		case waiting == 0:
			close(d.drained)
			return
		case patience == nil:
			patience = time.After(d.parkedPatience)
		}
		select {
		case <-d.moved:
		case <-patience:
			d.log.Warn("the last reports of runs were not fetched", "runs", waiting)
			close(d.drained)
			return
		case <-d.ctx.Done():
			return
		}
	}
}

// stirred tells drain that something has ended. It never blocks.
func (d *Daemon) stirred() {
	select {
	case d.moved <- struct{}{}:
	default:
	}
}

// errDraining is for who wants something of a daemon that drains. It is busy: others will do.
var errDraining = fmt.Errorf("%w: it takes nothing new, and ends when it has finished", load.ErrBusy)
