package load

import "time"

// SendRequest asks for one transaction, once.
type SendRequest struct {
	Plan        []byte // canonical JSON, as in Job
	Transaction string // empty: the first
	All         bool   // every transaction, in order
	Env         map[string]string
	Seed        uint64
	Secrets     map[string]string // as in Job
	Files       []File            // as in Job
	Dir         string            // as in Job
	Scripts     []Source          // as in Job
	Environment string            // as in Job
}

// Exchange is what Send once shows: every step that was played, with everything that
// went over the wire.
type Exchange struct {
	Steps    []StepExchange
	Before   map[string]Value // variables before the first transaction: after setup and user_start
	Vars     map[string]Value // at the end; data columns as "source.column", secrets left out
	Log      []LogLine
	Duration time.Duration
	OK       bool // no step failed
}

// StepExchange is one step with its attempts.
type StepExchange struct {
	Transaction string
	Step        string
	Attempts    []Attempt
	OK          bool
	Class       Class  // of the failure
	Message     string // of the failure
	Place       string // where in a script it failed: "plan.yaml:33"; empty: not in one
	Stack       string // of a script that failed, a line per call, innermost first
	By          string // the script whose http call this step is, and its line; empty: a step of the plan
	Skipped     string // why a script skipped the step; nothing was sent then
	Latency     time.Duration
	Extracts    []ExtractResult
	Checks      []CheckResult
	Changed     map[string]Value // variables that this step has set, with their new values
}

// Attempt is one HTTP request as sent, with its answer.
type Attempt struct {
	Method, URL    string
	RequestHeader  []Header
	RequestBody    []byte // at most 5 MiB
	RequestSize    int64  // of the whole request body
	Status         int    // 0: no response
	ResponseHeader []Header
	ResponseBody   []byte // decoded; at most 5 MiB
	Truncated      bool   // there was more of the response body
	BytesIn        int64
	BytesOut       int64
	Timing         Timing
	Class          Class
	Message        string
	Fate           Fate
}

// Header is one line of an HTTP header.
type Header struct{ Name, Value string }

// Timing is where the time of one attempt went. Parts that did not happen (a kept
// connection has no DNS, Connect and TLS) are 0. Total is from the start of the
// attempt to the last byte and includes all others.
type Timing struct {
	DNS       time.Duration
	Connect   time.Duration
	TLS       time.Duration
	FirstByte time.Duration // from the request written to the first byte
	Total     time.Duration
}

// ExtractResult is what one extraction found.
type ExtractResult struct {
	Name  string
	Found bool
	Value Value
}

// CheckResult is how one check came out.
type CheckResult struct {
	Rule   string
	OK     bool
	Warn   bool
	Actual string
	Place  string // the script that made it, and its line; empty: a check of the plan
}
