package scripted

import (
	"context"
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/master/run/runtest"
)

// Workers is how many workers play a story.
const Workers = 4

// Fleet is a registry with workers behind it that play a story.
type Fleet struct {
	*runtest.Registry
	workers map[string]*runtest.Worker // by address
	lost    *runtest.Worker
}

// NewFleet is a fleet of Workers workers, all ready.
func NewFleet(s *Story, version string) *Fleet {
	f := &Fleet{Registry: runtest.NewRegistry(), workers: map[string]*runtest.Worker{}}
	var nodes []load.Node
	for i := range Workers {
		n := load.Node{
			ID: fmt.Sprint("w-", i+1), Address: fmt.Sprintf("192.0.2.%d:3000", i+1), Host: fmt.Sprint("load-", i+1),
			Version: version, Protocol: load.Protocol, OS: "linux/amd64", CPUs: 4, Started: time.Now(),
		}
		nodes = append(nodes, n)
		f.workers[n.Address] = &runtest.Worker{Play: s, StopTakes: 2 * time.Second}
	}
	f.lost = f.workers[nodes[2].Address]
	f.Set(nodes)
	return f
}

// Connect reaches a worker of the fleet.
func (f *Fleet) Connect(_ context.Context, n load.Node) (fleet.Connection, error) {
	w, ok := f.workers[n.Address]
	if !ok {
		return nil, fmt.Errorf("no worker at %s", n.Address)
	}
	return w, nil
}

// Lose has worker 3 fall silent, or come back.
func (f *Fleet) Lose(lost bool) {
	if s := f.lost.Session(); s != nil {
		s.Cut(lost)
	}
}
