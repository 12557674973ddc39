package testsite

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"
)

// latencyBlock is the length of Latency's schedule: in every block of so many
// requests, 980 take 10 ms, 17 take 100 ms and 3 take 1 s.
const latencyBlock = 1000

// Latency answers in 10 ms (98 %), 100 ms (1.7 %) or 1 s (0.3 %). Which request takes
// how long follows from its number and the seed alone; in each block of 1,000 the
// shares are exact. Serve it with KeepLog: what it really took, with whatever a sleep
// overshoots, is in the log.
type Latency struct {
	schedule [latencyBlock]time.Duration
	next     atomic.Int64
}

// NewLatency is the target with the schedule of seed.
func NewLatency(seed uint64) *Latency {
	l := new(Latency)
	for i := range l.schedule {
		switch {
		case i < 980:
			l.schedule[i] = 10 * time.Millisecond
		case i < 997:
			l.schedule[i] = 100 * time.Millisecond
		default:
			l.schedule[i] = time.Second
		}
	}
	r := rand.New(rand.NewPCG(seed, seed))
	r.Shuffle(latencyBlock, func(i, j int) {
		l.schedule[i], l.schedule[j] = l.schedule[j], l.schedule[i]
	})
	return l
}

func (l *Latency) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := l.next.Add(1) - 1
	pause(r.Context(), l.schedule[n%latencyBlock])
	writeText(w, "ok\n")
}

// Freezer answers at once, but for a window in which it is frozen: requests that
// arrive in it are all answered when it ends. The zero value never freezes.
type Freezer struct {
	// After and For put a window that long after the first request.
	After, For time.Duration

	first atomic.Int64 // wall clock, ns
	until atomic.Int64 // end of a window set by Freeze
	from  atomic.Int64
}

// Freeze sets another window, from an instant on. There is one at a time.
func (f *Freezer) Freeze(from time.Time, d time.Duration) {
	f.until.Store(0)
	f.from.Store(from.UnixNano())
	f.until.Store(from.Add(d).UnixNano())
}

func (f *Freezer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pause(r.Context(), f.frozen(time.Now()))
	writeText(w, "ok\n")
}

// frozen is how long a request that arrives now has to wait.
func (f *Freezer) frozen(now time.Time) time.Duration {
	t := now.UnixNano()
	f.first.CompareAndSwap(0, t)
	from := f.first.Load() + int64(f.After)
	if until := from + int64(f.For); t >= from && t < until {
		return time.Duration(until - t)
	}
	if until := f.until.Load(); t >= f.from.Load() && t < until {
		return time.Duration(until - t)
	}
	return 0
}

// pause waits for d; when the client or the server goes away first it gives up the
// request without an answer.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		panic(http.ErrAbortHandler)
	}
}
