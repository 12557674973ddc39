package load

import "time"

// RowKind says what a row of the statistics counts.
type RowKind uint8

// The kinds of rows. Lifecycle steps (setup, user start, user stop, teardown) have
// rows of their own and stay out of totals and percentiles.
const (
	StepRow RowKind = iota
	TransactionRow
	LifecycleRow
	// GroupRow is a group of steps, timed as a whole; like a transaction's it stays out of
	// totals. Step is the name of the group.
	GroupRow
)

// Lifecycle transactions, as they are named in rows.
const (
	SetupName     = "(setup)"
	UserStartName = "(user start)"
	UserStopName  = "(user stop)"
	TeardownName  = "(teardown)"
	// OtherName collects the rows over MaxRows.
	OtherName = "(other)"
)

// Bounds of what a worker and a master keep.
const (
	MaxRows         = 500      // rows of the statistics; the rest is counted under OtherName
	MaxRowName      = 500      // bytes of a name that a script gives a row; longer ones are cut
	MaxErrorGroups  = 500      // groups of errors; the rest is counted under rule OtherName
	MaxSamples      = 5        // per group, by default
	MaxErrorWorkers = 100      // workers that are named per group: the first ones
	MaxUsers        = 20_000   // per worker
	MaxSetupVars    = 8 << 20  // bytes of the variables and cookies that setup makes
	MaxMessage      = 1 << 10  // bytes of one sample's message
	MaxSampleBody   = 16 << 10 // bytes of a body in a sample
	MaxSampleVars   = 16 << 10 // bytes of all variables in a sample
	MaxSampleHead   = 8 << 10  // bytes of a header, or of a URL, in a sample
)

// RowKey names a row. Step is empty for a transaction.
type RowKey struct {
	Kind        RowKind
	Scenario    string
	Transaction string
	Step        string
}

// Report is what a worker has counted since the report before, in numbered, idempotent
// portions: a lost, late or repeated one changes nothing. It is self-contained (Rows
// names what the deltas refer to), so a master that has just started can merge it.
type Report struct {
	Seq       uint64
	Phase     Phase
	Rows      []RowKey   // table for RowDelta.Row and ErrorDelta.Row
	Intervals []Interval // in order of time, without gaps: each begins where the last ended
	Errors    []ErrorDelta
	Data      []DataState // of the data files whose rows are unique
	Logs      []LogLine
	// Ended is set once the load is over on this worker: all users have left and
	// none is in flight. Reason says why: one of the Reason… constants, or the text of
	// an abort.
	Ended  bool
	Reason string
	// Abort asks the master to end the run everywhere (on_failure: abort_run, data used up
	// with at_end: fail, a Lua run.stop, …), and says why; nil: it may go on.
	Abort *Reason
	// Final: nothing follows.
	Final bool
}

// Why a load ended, as a worker says it.
const (
	ReasonCompleted     = "completed"
	ReasonStopped       = "stopped"
	ReasonSilence       = "silence"        // the master was not heard of for the grace
	ReasonUsersLeft     = "users_left"     // every user left for good (stop_user)
	ReasonDataExhausted = "data_exhausted" // unique rows are used up
)

// Phase is what a worker is doing.
type Phase uint8

// The phases of a session.
const (
	Preparing Phase = iota
	SettingUp
	Waiting // prepared, before t0
	Running
	Stopping
	Ended
)

// Interval is what happened between two instants of the run time. Intervals are
// whole seconds, cut at Job.Marks as well, unless reports could not be delivered for
// long, when adjacent ones between two marks are joined. What happened before t0 (setup) is in the first one.
type Interval struct {
	From, To time.Duration
	Rows     []RowDelta
	Loads    []LoadDelta
	Metrics  []MetricDelta // of scripts; at most MaxMetrics, each name once
	Counters Counters
	CPU      float64       // share of all cores used by the engine, 0–1
	Memory   int64         // resident bytes of the engine
	Lag      time.Duration // worst lateness of the engine's own one-per-100-ms clock
}

// RowDelta is what one row gained. For a step row Requests are finished steps; for a
// transaction row they are finished transactions.
type RowDelta struct {
	Row         int // index into Report.Rows
	Requests    int64
	Failures    int64 // of Requests
	Interrupted int64 // cut off in flight by the end of the run; not in Requests
	Warnings    int64 // failed checks that only warn
	BytesIn     int64 // on the wire
	BytesOut    int64
	OK          SparseHist // latency of successes
	Failed      SparseHist // latency of failures
	// Scheduled is the latency from the intended start; transaction rows of the
	// arrivals model only.
	Scheduled SparseHist
	// Status counts responses by class of status: 1xx … 5xx, and [0] for none.
	Status [6]int64
}

// LoadDelta is one scenario's load.
type LoadDelta struct {
	Scenario string
	Users    int   // active at the end of the interval
	Peak     int   // the most that were active at once during it
	Target   int   // users the profile asks for then (arrivals: those that exist)
	Started  int64 // transactions begun
	Late     int64 // of Started: began over LateAfter after their instant
	Dropped  int64 // starts that would have waited longer than max_wait
	Waiting  int64 // tries of user_start that failed and are repeated after a pause
	Left     int64 // users that left
}

// LateAfter is when a start counts as late.
const LateAfter = 10 * time.Millisecond

// Counters are about attempts. In every report and sum of reports,
//
//	Attempts = total and lifecycle requests and interrupted + Redirects
//	sent     = Attempts − Σ Unsent
type Counters struct {
	Attempts   int64
	Redirects  int64
	Unsent     [NumFates]int64 // by Fate; [Sent] stays 0
	Skipped    int64
	Reconnects int64
}

// Add adds d to c.
func (c *Counters) Add(d *Counters) {
	c.Attempts += d.Attempts
	c.Redirects += d.Redirects
	for i := range c.Unsent {
		c.Unsent[i] += d.Unsent[i]
	}
	c.Skipped += d.Skipped
	c.Reconnects += d.Reconnects
}

// Sent is how many attempts were written in full.
func (c *Counters) Sent() int64 {
	n := c.Attempts
	for _, u := range c.Unsent {
		n -= u
	}
	return n
}

// ErrorDelta is what one group of failures gained. A group is a row, a class, and
// the rule that was broken: the text of the check, the name of the extraction, the
// status, or nothing. Rules come from the plan, so their number is bounded; raw
// texts go into samples.
type ErrorDelta struct {
	Row         int
	Class       Class
	Rule        string
	Count       int64
	First, Last time.Duration // run time of the first and the last of Count
	// Seconds is when they were, in order of At: of the last TrendSeconds up to Last. What
	// was before is in Count alone.
	Seconds []SecondCount
	Samples []Sample // new ones
}

// SecondCount is how often something was in one second of run time: [At, At+1).
type SecondCount struct {
	At    int
	Count int64
}

// TrendSeconds is how long the small lines are that stand beside numbers.
const TrendSeconds = 120

// Sample is one failure as it happened. The engine has masked everything in it already:
// values of secrets wherever they stand, and the headers that the plan masks. Request
// and Response are of the last attempt and are nil where there was none.
type Sample struct {
	At        time.Duration // run time
	User      int64
	Iteration int64
	Worker    string
	Status    int
	Message   string // at most MaxMessage bytes
	Place     string // where in a script it failed: "plan.yaml:33"; empty: not in one
	Stack     string // of a script that failed; at most 4 × MaxMessage bytes
	Request   *SampleRequest
	Response  *SampleResponse
	Vars      map[string]Value // at most MaxSampleVars bytes together; longer ones are cut
}

// SampleRequest is a request as it was sent.
type SampleRequest struct {
	Method   string
	URL      string
	Header   []Header // at most MaxSampleHead bytes
	Body     []byte   // at most MaxSampleBody bytes
	BodySize int64    // of all of it
}

// SampleResponse is a response as it came, or as much of it as came.
type SampleResponse struct {
	Status   int
	Header   []Header // at most MaxSampleHead bytes
	Body     []byte   // decoded; at most MaxSampleBody bytes
	BodySize int64    // of all of it, decoded; 0 where it was not read
}

// Masked stands where something secret stood.
const Masked = "***"

// LogLine is a line of the run's log.
type LogLine struct {
	At      time.Time
	Level   string // info, warn, error
	Worker  string
	Message string
	Place   string // the script that said it, and its line: "scripts/sign.lua:12"; empty: locust-http itself
}
