package load

import (
	"context"
	"time"
)

// Info is what a worker says of itself when it is asked, whether a run has it or not.
type Info struct {
	Node
	Vitals
	Standing
}

// Standing is what a worker has to do, for whichever master.
type Standing struct {
	Draining bool      // it takes no new runs, and ends when it has finished these
	Tenures  []Tenancy // the one that has the worker first
}

// Tenancy is a run on a worker.
type Tenancy struct {
	Run, Owner string
	Began      time.Time
	// Ended: the load is over, and reports wait for their master. The worker is free.
	Ended bool
	// Silent is how long its master has not been heard of.
	Silent time.Duration
	// FreeIn is when the worker is free at the latest if its master stays away; 0: not known.
	FreeIn time.Duration
}

// Holder is the run that has the worker; ok is false when it is free.
func (s *Standing) Holder() (t Tenancy, ok bool) {
	for _, t := range s.Tenures {
		if !t.Ended {
			return t, true
		}
	}
	return Tenancy{}, false
}

// Daemon is a worker that people look after. A Worker that is one also implements it.
type Daemon interface {
	// Inspect says how the process was set up, and what it has written to its log.
	Inspect(ctx context.Context, q LogQuery) (*Inspection, error)
	// Drain makes it take no new runs, finish those that it has, and then end. It returns
	// at once and may be called again.
	Drain(ctx context.Context) error
}

// LogQuery says which lines of a log are wanted.
type LogQuery struct {
	After int64  // only lines with a higher number; 0: all that there are
	Level string // the least one: debug, info, warn, error; empty: all
	Limit int    // the newest; 0: MaxDaemonLines
}

// MaxDaemonLines is how many lines of a daemon's log are asked for at once.
const MaxDaemonLines = 500

// Inspection is what a worker's process says of itself.
type Inspection struct {
	Standing
	Setup
	Lines []NumberedLine // of its log, the oldest first
	Last  int64          // number of the newest line that there is, wanted or not
}

// NumberedLine is a line of a log with its number, from 1.
type NumberedLine struct {
	Number int64
	LogLine
}

// Setup is how a worker's process was started and what it may use.
type Setup struct {
	Flags   []Flag
	Version string
	Go      string // that built it
	OS      string // GOOS/GOARCH
	Process int    // its id
	Cores   int    // of the machine
	// Threads is how many of them it uses at once (GOMAXPROCS).
	Threads   int
	Memory    int64 // bytes of the machine; 0: not known
	OpenFiles int64 // how many files and connections it may have; 0: not known
	Started   time.Time
	Clock     time.Time // its own, when it answered
}

// Flag is a setting as it is in force.
type Flag struct {
	Name, Value string
	Given       bool // on the command line, or by the environment
}

// Vitals are how the process that answers for a worker does. They say nothing of the
// engine of a run, whose reports do.
type Vitals struct {
	Clock  time.Time     // the worker's wall clock when it answered; zero: not told
	CPU    float64       // share of all its cores, 0–1, in the last seconds
	Memory int64         // resident bytes
	Lag    time.Duration // the worst lateness of its clock in the last seconds
}
