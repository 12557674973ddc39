package load

import "time"

// Info is what a worker says of itself when it is asked, whether a run has it or not.
type Info struct {
	Node
	Vitals
}

// Vitals are how the process that answers for a worker does. They say nothing of the
// engine of a run, whose reports do.
type Vitals struct {
	Clock  time.Time     // the worker's wall clock when it answered; zero: not told
	CPU    float64       // share of all its cores, 0–1, in the last seconds
	Memory int64         // resident bytes
	Lag    time.Duration // the worst lateness of its clock in the last seconds
}
