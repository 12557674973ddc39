package fleet

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
)

const (
	// vacantWait is how long a worker is asked, right before a run takes it, who has it.
	vacantWait = 2 * time.Second
	// settling is how long a worker may take to clear away a run of ours that has ended.
	settling   = 2 * time.Second
	settlePoll = 100 * time.Millisecond
	maxOwner   = 200 // bytes of what a worker says of a run's owner
	maxTold    = 3   // tenants that are named in words
)

// tenant is a run that has a worker, and is none of this master's: another one conducts it,
// or it has lost its master and goes on for a while.
type tenant struct {
	run, owner string
	silent     time.Duration
	until      time.Time // when the worker is expected to be free; zero: not known
}

func (t *tenant) view() *Holder {
	if t == nil {
		return nil
	}
	h := &Holder{Run: t.run, Owner: t.owner, Silent: milliseconds(t.silent)}
	if !t.until.IsZero() {
		until := t.until
		h.Until = &until
	}
	return h
}

// stands takes what the worker says of its runs, to a question that was sent at one moment
// and answered at another; eased: it had a tenant, and has none now. Called with the fleet's
// mutex held.
func (n *node) stands(s load.Standing, sent, answered time.Time) (eased bool) {
	n.draining = n.draining || s.Draining
	if !sent.After(n.freed) {
		return false // it is of the time before
	}
	had := n.tenant != nil
	n.tenant = nil
	if t, ok := s.Holder(); ok && t.Run != n.run && !n.settles(t.Run, answered) {
		n.tenant = tenantOf(t, answered)
	}
	return had && n.tenant == nil
}

// settles says whether run is one of ours that has just ended.
func (n *node) settles(run string, now time.Time) bool {
	return run == n.lastRun && now.Sub(n.freed) < settling
}

func tenantOf(t load.Tenancy, at time.Time) *tenant {
	out := &tenant{run: load.Clip(t.Run, maxOwner), owner: load.Clip(t.Owner, maxOwner), silent: max(t.Silent, 0)}
	if t.FreeIn > 0 {
		out.until = at.Add(t.FreeIn)
	}
	return out
}

// vacant asks workers that were just taken whether they are free: of a run that this master
// does not know, or that they drain, it may not have heard yet. One that does not answer counts as free: the run
// will see.
func (f *Fleet) vacant(ctx context.Context, nodes []*node) bool {
	f.mu.Lock()
	conns := make([]Connection, len(nodes))
	for i, n := range nodes {
		conns[i] = n.conn
	}
	f.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, vacantWait+settling)
	defer cancel()
	var taken atomic.Bool
	var asked sync.WaitGroup
	for i, n := range nodes {
		if conns[i] != nil {
			asked.Go(func() {
				if !f.isVacant(ctx, n, conns[i]) {
					taken.Store(true)
				}
			})
		}
	}
	asked.Wait()
	return !taken.Load()
}

func (f *Fleet) isVacant(ctx context.Context, n *node, conn Connection) bool {
	for {
		asked, cancel := context.WithTimeout(ctx, vacantWait)
		sent := time.Now()
		info, err := conn.Info(asked)
		cancel()
		if err != nil {
			return true
		}
		f.mu.Lock()
		n.stands(info.Standing, sent, time.Now())
		taken := n.tenant != nil || n.draining
		t, held := info.Holder()
		settles := held && n.settles(t.Run, time.Now())
		f.mu.Unlock()
		if taken || !settles {
			return !taken
		}
		select {
		case <-time.After(settlePoll):
		case <-ctx.Done():
			return true
		}
	}
}

// vacate notes that a run of ours has left nodes.
func (f *Fleet) vacate(nodes []*node) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range nodes {
		n.lastRun, n.freed, n.tenant = n.run, time.Now(), nil
	}
}

// told says who has the nodes that nobody of ours has. Called with mu held.
func told(nodes []*node) (out []load.Reason) {
	more := 0
	for _, n := range nodes {
		switch {
		case n.state != Ready || n.tenant == nil && !n.draining:
		case len(out) == maxTold:
			more++
		case n.draining:
			out = append(out, load.Reason{Code: load.WhyDraining, Params: load.Params{"worker": n.ID}, Text: n.ID + " is draining, and takes no new run"})
		default:
			out = append(out, n.tenant.holds(n.ID, time.Now()))
		}
	}
	if more > 0 {
		out = append(out, load.MoreWorkers(more))
	}
	return out
}

// holds says that t has a worker, and for how long if that is known.
func (t *tenant) holds(worker string, now time.Time) load.Reason {
	owner := t.owner
	if owner == "" {
		owner = "an unnamed owner"
	}
	why := load.Reason{
		Code: load.WhyHeld, Params: load.Params{"worker": worker, "run": t.run, "owner": t.owner},
		Text: fmt.Sprintf("%s is held by run %s of %s", worker, t.run, owner),
	}
	if left := t.until.Sub(now).Round(time.Second); !t.until.IsZero() && left > 0 {
		why.Code, why.Params["seconds"] = load.WhyOrphaned, left.Seconds()
		why.Text += fmt.Sprintf(", whose master is silent, for about %v", left)
	}
	return why
}

// Inspect asks a worker about its process, and how far its clock is ahead.
func (f *Fleet) Inspect(ctx context.Context, id string, q load.LogQuery) (*load.Inspection, time.Duration, error) {
	d, offset, err := f.daemon(id)
	if err != nil {
		return nil, 0, err
	}
	i, err := d.Inspect(ctx, q)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrAway, err)
	}
	return i, offset, nil
}

// Drain tells a worker to take no new runs, finish what it has, and end.
func (f *Fleet) Drain(ctx context.Context, id string) error {
	d, _, err := f.daemon(id)
	if err != nil {
		return err
	}
	if err := d.Drain(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := f.nodes[id]; n != nil {
		n.draining = true
		f.changed()
	}
	return nil
}

// daemon is how to reach the process of a worker, and how far its clock is ahead.
func (f *Fleet) daemon(id string) (load.Daemon, time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.nodes[id]
	if n == nil {
		if g, left := f.gone[id]; left {
			return nil, 0, fmt.Errorf("%w: %s", ErrAway, g.Error)
		}
		return nil, 0, ErrUnknown
	}
	d, ok := n.conn.(load.Daemon)
	switch {
	case ok:
		return d, n.pulse.offset, nil
	case n.err != nil:
		return nil, 0, fmt.Errorf("%w: %w", ErrAway, n.err)
	}
	return nil, 0, ErrAway
}

// Trouble is what keeps the registry from being heard; nil: nothing that is known.
func (f *Fleet) Trouble() error {
	if r, ok := f.registry.(interface{ Err() error }); ok {
		return r.Err()
	}
	return nil
}
