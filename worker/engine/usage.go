package engine

import (
	"runtime"
	"time"
)

// usage measures this process from one interval to the next.
type usage struct {
	at  time.Time
	cpu time.Duration
}

func newUsage() usage { return usage{at: time.Now(), cpu: cpuTime()} }

// take is the share of the processors that this process may use (GOMAXPROCS) since
// the last call (0–1), and the resident memory in bytes.
func (u *usage) take() (share float64, memory int64) {
	now, cpu := time.Now(), cpuTime()
	if wall := now.Sub(u.at); wall > 0 {
		share = float64(cpu-u.cpu) / float64(wall) / float64(runtime.GOMAXPROCS(0))
	}
	u.at, u.cpu = now, cpu
	return min(max(share, 0), 1), residentMemory()
}

// lagStep is how often the engine looks at how late its own clock is.
const lagStep = 100 * time.Millisecond

// lagMeter keeps the worst lateness of a ticker: what a starved machine shows first.
type lagMeter struct {
	worst time.Duration
}

func (l *lagMeter) tick(due time.Time) {
	l.worst = max(l.worst, time.Since(due))
}

func (l *lagMeter) take() time.Duration {
	w := l.worst
	l.worst = 0
	return w
}
