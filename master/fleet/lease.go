package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run"
)

// Want says which workers a run needs.
type Want struct {
	Run    string
	Count  int               // 0: all that are free and fit, at least one
	Labels map[string]string // that each must have
	IDs    []string          // exactly these, in this order; Count and Labels are then not read
}

// Lease is workers that a run has alone, until Release.
type Lease struct {
	Members []run.Member
	once    sync.Once
	release func()
}

// Release gives the workers back. It may be called twice.
func (l *Lease) Release() { l.once.Do(l.release) }

// waiter is a run in the queue.
type waiter struct {
	want  Want
	nodes []*node
	ready chan struct{} // closed when nodes are set
}

// Acquire waits until the workers of w are free and takes them: first come, first
// served, but no run waits for workers that no earlier one could use. It returns
// ErrQueueFull at once, and ctx's error when ctx ends first.
func (f *Fleet) Acquire(ctx context.Context, w Want) (*Lease, error) {
	x := &waiter{want: w}
	for first := true; ; first = false {
		if err := f.enqueue(x, first); err != nil {
			return nil, err
		}
		f.dispatch()
		select {
		case <-x.ready:
		case <-ctx.Done():
			f.abandon(x)
			return nil, fmt.Errorf("wait for workers: %w", ctx.Err())
		}
		release, err := f.registry.Hold(ctx, w.Run, ids(x.nodes))
		if err == nil {
			if f.vacant(ctx, x.nodes) {
				return f.lease(x.nodes, release), nil
			}
			release()
			f.giveBack(x.nodes, false)
			f.log.Info("workers are draining, or busy with runs that this master does not know", "run", w.Run)
			continue
		}
		f.giveBack(x.nodes, errors.Is(err, load.ErrHeld))
		if !errors.Is(err, load.ErrHeld) {
			return nil, fmt.Errorf("hold workers: %w", err)
		}
		f.log.Info("workers are held by another master", "run", w.Run, "error", err)
	}
}

// enqueue puts x at the end, or back to the front when it had its turn already.
func (f *Fleet) enqueue(x *waiter, first bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	x.nodes, x.ready = nil, make(chan struct{})
	if !first {
		f.queue = slices.Insert(f.queue, 0, x)
		return nil
	}
	if len(f.queue) >= MaxQueue {
		return ErrQueueFull
	}
	f.queue = append(f.queue, x)
	return nil
}

// abandon takes x out of the queue, or gives back what it was just given.
func (f *Fleet) abandon(x *waiter) {
	f.mu.Lock()
	f.queue = slices.DeleteFunc(f.queue, func(y *waiter) bool { return y == x })
	nodes := x.nodes
	f.mu.Unlock()
	f.giveBack(nodes, false)
}

// dispatch gives free workers to those that wait. A worker that an earlier one could
// use is not given to a later one.
func (f *Fleet) dispatch() {
	f.mu.Lock()
	defer f.mu.Unlock()
	claimed := map[*node]bool{}
	f.queue = slices.DeleteFunc(f.queue, func(x *waiter) bool {
		fit := f.fitting(x.want)
		var free []*node
		for _, n := range fit {
			if n.free() && !claimed[n] {
				free = append(free, n)
			}
		}
		need := x.want.need()
		if len(free) < need {
			for _, n := range fit {
				claimed[n] = true
			}
			return false
		}
		if x.want.Count > 0 || len(x.want.IDs) > 0 {
			free = free[:need]
		}
		for _, n := range free {
			n.run = x.want.Run
		}
		f.changed()
		x.nodes = free
		close(x.ready)
		return true
	})
}

func (w *Want) need() int {
	if len(w.IDs) > 0 {
		return len(w.IDs)
	}
	return max(w.Count, 1)
}

func (n *node) free() bool {
	return n.state == Ready && n.listed && n.run == "" && n.tenant == nil && !n.draining && !time.Now().Before(n.heldTo)
}

// fitting are the workers that w could use, free or not, in order of id: none that drains,
// and none that is excluded, unless w names it.
func (f *Fleet) fitting(w Want) []*node {
	var fit []*node
	for _, id := range w.IDs {
		if n := f.nodes[id]; n != nil {
			fit = append(fit, n)
		}
	}
	if len(w.IDs) > 0 {
		return fit
	}
	for _, n := range f.nodes {
		if n.has(w.Labels) && !f.excluded[n.ID] && !n.draining {
			fit = append(fit, n)
		}
	}
	slices.SortFunc(fit, func(a, b *node) int { return cmp.Compare(a.ID, b.ID) })
	return fit
}

func (n *node) has(labels map[string]string) bool {
	for name, value := range labels {
		if !slices.Contains(n.Labels, load.Label{Name: name, Value: value}) {
			return false
		}
	}
	return true
}

func (f *Fleet) lease(nodes []*node, release func()) *Lease {
	l := &Lease{release: func() {
		release()
		f.vacate(nodes)
		f.giveBack(nodes, false)
	}}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range nodes {
		l.Members = append(l.Members, run.Member{ID: n.ID, Host: n.Host, Worker: n.conn})
	}
	return l
}

// giveBack makes nodes free again; held: another master has some of them, so they are
// left alone for a while.
func (f *Fleet) giveBack(nodes []*node, held bool) {
	if len(nodes) == 0 {
		return
	}
	f.mu.Lock()
	f.changed()
	for _, n := range nodes {
		n.run = ""
		n.pulse.rest()
		if held {
			n.heldTo = time.Now().Add(heldPause)
		}
		f.forget(n)
		if n.listed {
			f.renew(n)
		}
	}
	f.mu.Unlock()
	f.dispatch()
}

// Waiting says what a run waits for, or would wait for where w names none; empty when
// nothing keeps it.
func (f *Fleet) Waiting(w Want) []load.Reason {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w.Run != "" && !slices.ContainsFunc(f.queue, func(x *waiter) bool { return x.want.Run == w.Run }) {
		return []load.Reason{} // it has been given its workers, and only now begins
	}
	fit, free := f.fitting(w), 0
	for _, n := range fit {
		if n.free() {
			free++
		}
	}
	if free >= w.need() {
		return []load.Reason{}
	}
	workers := "workers"
	if w.need() == 1 {
		workers = "worker"
	}
	out := []load.Reason{{
		Code: load.WhyWaits, Params: load.Params{"need": float64(w.need()), "fit": float64(len(fit)), "free": float64(free)},
		Text: fmt.Sprintf("waits for %d %s; %d fit, %d of them are free", w.need(), workers, len(fit), free),
	}}
	if n := f.leftOut(w); n > 0 {
		out = append(out, load.Reason{Code: load.WhyExcluded, Params: load.Params{"count": float64(n)}, Text: fmt.Sprintf("excluded: %d", n)})
	}
	return append(out, told(fit)...)
}

// leftOut is how many workers would fit if they were not excluded. Called with mu held.
func (f *Fleet) leftOut(w Want) (n int) {
	for id := range f.excluded {
		if x := f.nodes[id]; len(w.IDs) == 0 && x != nil && x.has(w.Labels) {
			n++
		}
	}
	return n
}

// Unknown are those of ids that the fleet does not have.
func (f *Fleet) Unknown(ids []string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var unknown []string
	for _, id := range ids {
		if f.nodes[id] == nil {
			unknown = append(unknown, id)
		}
	}
	return unknown
}

func ids(nodes []*node) []string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = n.ID
	}
	return out
}
