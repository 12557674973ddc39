// Package usage measures what this process takes of its machine, and how late its machine
// is: for the engine of a run, and for the daemon between runs.
package usage

import (
	"runtime"
	"time"
)

// Meter measures this process from one moment to the next. One goroutine uses it at a time.
type Meter struct {
	at  time.Time
	cpu time.Duration
}

// NewMeter measures from now on.
func NewMeter() Meter { return Meter{at: time.Now(), cpu: cpuTime()} }

// Take is the share of the processors that this process may use (GOMAXPROCS) since
// the last call (0–1), and the resident memory in bytes.
func (m *Meter) Take() (share float64, memory int64) {
	now, cpu := time.Now(), cpuTime()
	if wall := now.Sub(m.at); wall > 0 {
		share = float64(cpu-m.cpu) / float64(wall) / float64(runtime.GOMAXPROCS(0))
	}
	m.at, m.cpu = now, cpu
	return min(max(share, 0), 1), residentMemory()
}

// LagStep is how often a process looks at how late its own clock is.
const LagStep = 100 * time.Millisecond

// Lag keeps the worst lateness of a ticker: what a starved machine shows first. One
// goroutine uses it at a time.
type Lag struct {
	worst time.Duration
}

// Tick is told when a tick was due, at the moment it is taken.
func (l *Lag) Tick(due time.Time) { l.worst = max(l.worst, time.Since(due)) }

// Take is the worst lateness since the last call.
func (l *Lag) Take() time.Duration {
	w := l.worst
	l.worst = 0
	return w
}
