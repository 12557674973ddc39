package runtest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/locust-http/locust-http/load"
)

// Registry is a load.Registry in memory.
type Registry struct {
	mu      sync.Mutex
	nodes   []load.Node
	changed chan struct{} // closed at every change
	held    map[string]string
}

var _ load.Registry = (*Registry)(nil)

// NewRegistry is an empty registry.
func NewRegistry() *Registry {
	return &Registry{changed: make(chan struct{}), held: map[string]string{}}
}

// Set makes nodes the whole set.
func (r *Registry) Set(nodes []load.Node) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nodes = nodes
	close(r.changed)
	r.changed = make(chan struct{})
}

// Held are the workers that a run holds, in order of id.
func (r *Registry) Held(run string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []string
	for id, by := range r.held {
		if by == run {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Announce adds n until ctx ends.
func (r *Registry) Announce(ctx context.Context, n load.Node) error {
	r.mu.Lock()
	nodes := append(slices.Clone(r.nodes), n)
	r.mu.Unlock()
	r.Set(nodes)
	<-ctx.Done()
	return nil
}

// Watch sends the set at once and at every change.
func (r *Registry) Watch(ctx context.Context, nodes chan<- []load.Node) error {
	for {
		r.mu.Lock()
		set, changed := r.nodes, r.changed
		r.mu.Unlock()
		select {
		case nodes <- set:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Hold takes all workers or none.
func (r *Registry) Hold(ctx context.Context, run string, workers []string) (func(), error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range workers {
		if by := r.held[id]; by != "" {
			return nil, fmt.Errorf("%w: %s by %s", load.ErrHeld, id, by)
		}
	}
	for _, id := range workers {
		r.held[id] = run
	}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, id := range workers {
			if r.held[id] == run {
				delete(r.held, id)
			}
		}
	}, nil
}
