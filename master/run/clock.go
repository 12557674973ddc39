package run

import (
	"context"
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

// clock is what is known of a worker's wall clock.
type clock struct {
	used    time.Duration // how far it was ahead of ours when time zero was given
	bound   time.Duration // how wrong used can be: the best bound over all measurements
	trip    time.Duration // slowest round trip of the first measurement
	drifted time.Duration // by how much it has moved against ours since, at least
	busy    bool          // a measurement is under way
	next    time.Time     // of the next measurement
}

// trips are how many round trips one measurement takes; the best counts, because only
// delay can spoil one (Cristian, "Probabilistic clock synchronization", 1989).
const (
	trips      = 8
	clockEvery = 10 * time.Second
)

// reading is one measurement of a worker's clock.
type reading struct {
	ahead time.Duration // of the worker's clock over ours
	bound time.Duration // half the best round trip: the error cannot be larger
	trip  time.Duration // the slowest round trip
}

func readClock(ctx context.Context, s load.Session) (reading, error) {
	var best time.Duration
	var r reading
	for i := range trips {
		sent := time.Now()
		theirs, err := s.Clock(ctx)
		if err != nil {
			return reading{}, fmt.Errorf("read clock: %w", err)
		}
		trip := time.Since(sent)
		r.trip = max(r.trip, trip)
		if i == 0 || trip < best {
			best = trip
			// Wall clocks on both sides: a monotonic reading means nothing elsewhere.
			r.ahead = theirs.Round(0).Sub(sent.Round(0)) - trip/2
		}
	}
	r.bound = best / 2
	return r, nil
}

// compareClocks measures all workers' clocks before time zero. It is false when the
// run ends here.
func (c *conductor) compareClocks() bool {
	ctx, cancel := context.WithTimeout(c.ctx, PhaseLimit)
	defer cancel()
	left := len(c.members)
	for _, m := range c.members {
		c.spawn(func() func() {
			r, err := readClock(ctx, m.session)
			return func() {
				left--
				if err != nil {
					c.fail(doingWith(m, load.WhyWorker, "worker "), err)
					return
				}
				m.clock = clock{used: r.ahead, bound: r.bound, trip: r.trip, next: time.Now().Add(clockEvery)}
			}
		})
	}
	if !c.wait(PhaseLimit+slack, func() bool { return left == 0 || c.cause != nil }) {
		c.fail(doing(load.WhyClocks, "compare clocks"), c.unanswered(left))
	}
	return c.cause == nil
}

// lead is how far ahead time zero is set, so that every worker has the order in time:
// 200 ms beyond four of the slowest round trips, 5 s at most.
func (c *conductor) lead() time.Duration {
	var slowest time.Duration
	for _, m := range c.members {
		slowest = max(slowest, m.clock.trip)
	}
	return min(250*time.Millisecond+4*slowest, 5*time.Second)
}

// watchClocks measures again those clocks that are due.
func (c *conductor) watchClocks() {
	for _, m := range c.members {
		if m.gone() || m.ended || m.clock.busy || time.Now().Before(m.clock.next) {
			continue
		}
		m.clock.busy = true
		c.spawn(func() func() {
			ctx, cancel := context.WithTimeout(c.ctx, clockEvery)
			defer cancel()
			r, err := readClock(ctx, m.session)
			return func() {
				m.clock.busy, m.clock.next = false, time.Now().Add(clockEvery)
				if err == nil {
					m.clock.compare(r)
				}
			}
		})
	}
}

// compare takes a later measurement into account: a better one narrows what the first
// may have been wrong by, and one that contradicts it shows that a clock has moved.
func (k *clock) compare(r reading) {
	away := (k.used - r.ahead).Abs()
	k.bound = min(k.bound, away+r.bound)
	k.drifted = max(k.drifted, away-r.bound-k.bound)
}
