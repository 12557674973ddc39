package worker

import (
	"context"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/usage"
)

// vitalsEvery is how often Vitals take a new measure: as often as masters ask.
const vitalsEvery = 5 * time.Second

// Vitals measure the process of a daemon while Run runs. Now may be called from any
// goroutine.
type Vitals struct {
	mu   sync.Mutex
	last load.Vitals
}

// Run measures until ctx ends.
func (v *Vitals) Run(ctx context.Context) {
	meter, lag := usage.NewMeter(), usage.Lag{}
	v.set(&meter, &lag)
	tick := time.NewTicker(usage.LagStep)
	defer tick.Stop()
	next := time.Now().Add(vitalsEvery)
	for {
		select {
		case due := <-tick.C:
			lag.Tick(due)
			if time.Now().After(next) {
				v.set(&meter, &lag)
				next = time.Now().Add(vitalsEvery)
			}
		case <-ctx.Done():
			return
		}
	}
}

func (v *Vitals) set(meter *usage.Meter, lag *usage.Lag) {
	share, memory := meter.Take()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = load.Vitals{CPU: share, Memory: memory, Lag: lag.Take()}
}

// Now is the newest measure, with the time.
func (v *Vitals) Now() load.Vitals {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.last
	now.Clock = time.Now()
	return now
}
