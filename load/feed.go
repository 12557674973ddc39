package load

import (
	"math"
	"time"
)

// Feed is what has become known of a run since the feed before it: what is stored of the
// run, and what those who watch it see. It has no numbers of the run as a whole; those are
// in its Result.
type Feed struct {
	// Rows are all rows that the run has had so far, in the order in which they appeared.
	// A row keeps its place in the list for the whole run.
	Rows    []RowKey
	Seconds []Second // in order of At
	Events  []Event  // in order of Seq
	Logs    []LogLine
	// LogsLost is how many lines had no room since the feed before.
	LogsLost int64
}

// Second is what all workers did in one second of run time: [At, At+1). Before a second is
// given all workers that are heard of have reported all of it.
type Second struct {
	At int
	// Again: the second has been given before. What is in Rows, and the counts of Loads and
	// Workers, was gained since and adds to it (a worker that was away has come back); the
	// gauges replace what was said before.
	Again   bool
	Rows    []RowSecond
	Loads   []LoadSecond
	Workers []WorkerSecond
	Reports int // intervals of workers that cover it so far; 0: a gap, nobody knows
}

// RowSecond is what one row counted in a second. Fields are those of RowDelta; latencies
// are of attempts that ended in this second.
type RowSecond struct {
	Row                             int // index into Feed.Rows
	Requests, Failures, Interrupted int64
	Warnings, BytesIn, BytesOut     int64
	Status                          [6]int64
	OK, Failed                      []Bucket // in order of Index
}

// Add adds the counts and histograms of o, of the same row.
func (r *RowSecond) Add(o *RowSecond) {
	r.Requests += o.Requests
	r.Failures += o.Failures
	r.Interrupted += o.Interrupted
	r.Warnings += o.Warnings
	r.BytesIn += o.BytesIn
	r.BytesOut += o.BytesOut
	for i, n := range o.Status {
		r.Status[i] += n
	}
	r.OK = MergeBuckets(r.OK, o.OK)
	r.Failed = MergeBuckets(r.Failed, o.Failed)
}

// LoadSecond is one scenario's load: users and target at the end of the second, counts
// within it.
type LoadSecond struct {
	Scenario                        string
	Users, Target                   int // gauges
	Started, Late, Dropped, Waiting int64
	// Due are the starts that the profile asks for, of the arrivals model. Of a second that
	// is given Again they have been counted.
	Due int64
}

// WorkerSecond is one worker's second.
type WorkerSecond struct {
	Worker             string
	Users              int   // gauge, at the end
	Requests, Failures int64 // of steps of transactions
	CPU                float64
	Memory             int64
	Lag                time.Duration
}

// Event is something that happened to a run and that a chart marks.
type Event struct {
	Seq    int64     `json:"seq"` // 1, 2, … of the run
	At     time.Time `json:"at"`
	Second float64   `json:"second"` // run time, in seconds; negative before time zero
	Kind   EventKind `json:"kind"`
	Worker string    `json:"worker,omitempty"`
	Name   string    `json:"name,omitempty"` // state, scenario, stage or rule: what Kind is about
	From   float64   `json:"from"`           // of a change: users, rate
	To     float64   `json:"to"`
	Text   string    `json:"text,omitempty"` // more, in words; the text of a note
	Why    *Reason   `json:"why,omitempty"`  // Text, for other languages
	By     string    `json:"by,omitempty"`   // who asked for it
}

// EventKind says what happened.
type EventKind string

// The kinds of events.
const (
	EventState              EventKind = "state" // Name is the new state; Text the reason of an end
	EventLoad               EventKind = "load"  // somebody changed the load of scenario Name: From → To users or starts per second
	EventStage              EventKind = "stage" // the stage Name of the load began, towards To
	EventWorkerSuspect      EventKind = "worker_suspect"
	EventWorkerLost         EventKind = "worker_lost" // with From users, which are missing until it is back
	EventWorkerReturned     EventKind = "worker_returned"
	EventThresholdCrossed   EventKind = "threshold_crossed" // Name is the rule, To the value
	EventThresholdRecovered EventKind = "threshold_recovered"
	EventNote               EventKind = "note"
	EventSteady             EventKind = "steady" // totals "since mark" count from here
)

// Bounds of what a run says of itself.
const (
	MaxEvents   = 10_000 // of a run; the rest is left out
	MaxLogLines = 10_000 // kept of a run: the last ones
	MaxNote     = 10_000 // bytes of a note
)

// A heat map has HeatRows rows of equal height on a logarithmic scale.
const (
	HeatRows = 60
	heatLow  = 1e3 // µs: lower latencies are in row 0
	heatHigh = 60e6
)

// HeatRow is the row of a heat map in which a latency of us microseconds is drawn.
func HeatRow(us int64) int {
	if us <= heatLow {
		return 0
	}
	row := int(math.Log(float64(us)/heatLow) / math.Log(heatHigh/heatLow) * HeatRows)
	return min(row, HeatRows-1)
}

// HeatLow is the latency, in ms, at the lower edge of a row; that of HeatRows is the upper
// edge of the map.
func HeatLow(row int) float64 {
	return heatLow / 1e3 * math.Pow(heatHigh/heatLow, float64(row)/HeatRows)
}
