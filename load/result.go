package load

import "time"

// Result is the outcome of a run as it is stored, shown and exported: the JSON of
// `--out result.json` and of GET /api/v1/runs/{id}. It is stable: fields are added,
// never renamed. Times are milliseconds as decimals, sizes bytes, ratios 0–1.
type Result struct {
	Schema      int               `json:"schema"`
	ID          string            `json:"id"`
	Plan        string            `json:"plan"`
	Revision    string            `json:"revision"` // SHA-256 of the plan's text
	Name        string            `json:"name"`
	Note        string            `json:"note,omitempty"`
	Tags        map[string]string `json:"tags"`
	Environment string            `json:"environment"`
	State       State             `json:"state"`
	Degraded    bool              `json:"degraded"`
	Reason      string            `json:"reason"` // Why in English
	Why         []Reason          `json:"why"`
	StartedAt   *time.Time        `json:"started_at"` // of the load (time zero); null before
	EndedAt     *time.Time        `json:"ended_at"`
	Result      Verdict           `json:"result"` // of the thresholds; empty while running
	Measurement Measurement       `json:"measurement"`
	Measured    Measured          `json:"measured"`
	Workers     []WorkerResult    `json:"workers"`
	Load        []LoadResult      `json:"load"`

	Attempts   int64        `json:"attempts"`
	Redirects  int64        `json:"redirects"`
	Sent       int64        `json:"sent"`
	Unsent     UnsentResult `json:"unsent"`
	Lifecycle  Finished     `json:"lifecycle"`
	Skipped    int64        `json:"skipped"`
	Reconnects int64        `json:"reconnects"`

	Total        TotalResult         `json:"total"`
	Transactions []TransactionResult `json:"transactions"`
	Groups       []GroupResult       `json:"groups"`
	Steps        []StepResult        `json:"steps"`
	Metrics      []MetricResult      `json:"metrics"` // that scripts have made, in order of name
	Stages       []StageResult       `json:"stages"`  // the named stages of the load
	Data         []DataResult        `json:"data"`    // data files whose rows are unique
	Errors       []ErrorResult       `json:"errors"`
	Thresholds   []ThresholdResult   `json:"thresholds"`
}

// NewResult is a result with no numbers. Its lists are empty, not null.
func NewResult(id string) Result {
	return Result{
		Schema: 1, ID: id, Tags: map[string]string{},
		Why:          []Reason{},
		Measurement:  Measurement{Verdict: Valid, Reasons: []string{}, Why: []Reason{}},
		Workers:      []WorkerResult{},
		Load:         []LoadResult{},
		Transactions: []TransactionResult{},
		Groups:       []GroupResult{},
		Steps:        []StepResult{},
		Metrics:      []MetricResult{},
		Stages:       []StageResult{},
		Data:         []DataResult{},
		Errors:       []ErrorResult{},
		Thresholds:   []ThresholdResult{},
	}
}

// State is where a run is.
type State string

// The states of a run. The last four are terminal.
const (
	StateQueued    State = "queued"
	StatePreparing State = "preparing"
	StateSetup     State = "setup"
	StateRunning   State = "running"
	StateStopping  State = "stopping"
	StateCompleted State = "completed"
	StateStopped   State = "stopped"
	StateAborted   State = "aborted"
	StateFailed    State = "failed"
)

// Terminal says that a run in this state will not change any more.
func (s State) Terminal() bool {
	return s == StateCompleted || s == StateStopped || s == StateAborted || s == StateFailed
}

// Verdict is passed or failed; empty while there is none.
type Verdict string

// The verdicts of thresholds.
const (
	Passed Verdict = "passed"
	Failed Verdict = "failed"
)

// Measurement says how far the numbers can be believed.
type Measurement struct {
	Verdict string   `json:"verdict"` // valid, suspect, invalid
	Reasons []string `json:"reasons"` // Why in English, one by one
	Why     []Reason `json:"why"`
}

// The verdicts on a measurement.
const (
	Valid   = "valid"
	Suspect = "suspect"
	Invalid = "invalid"
)

// Measured is the stretch of run time, in ms, that rates and percentiles are of.
type Measured struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// WorkerResult is one worker's part.
type WorkerResult struct {
	ID       string  `json:"id"`
	Host     string  `json:"host"`
	Requests int64   `json:"requests"`
	CPUMax   float64 `json:"cpu_max"` // share of all its cores, 0–1
	MemMax   int64   `json:"memory_max"`
	Users    int     `json:"users"` // now
	Lost     bool    `json:"lost"`
	Reason   string  `json:"reason,omitempty"`
	Why      *Reason `json:"why,omitempty"` // Reason, for other languages
}

// LoadResult is what one scenario was asked for and did.
type LoadResult struct {
	Scenario  string `json:"scenario"`
	Model     Model  `json:"model"`
	PeakUsers int    `json:"peak_users"`
	Started   int64  `json:"started"`
	Late      int64  `json:"late"`
	Dropped   int64  `json:"dropped"`
	Waiting   int64  `json:"waiting"`
}

// UnsentResult counts attempts that never, or only partly, reached the wire.
type UnsentResult struct {
	DNS         int64 `json:"dns"`
	Connect     int64 `json:"connect"`
	TLS         int64 `json:"tls"`
	Local       int64 `json:"local"`
	Script      int64 `json:"script"`
	Variable    int64 `json:"variable"`
	Partly      int64 `json:"partly"`
	Interrupted int64 `json:"interrupted"`
}

// Finished counts steps of the lifecycle.
type Finished struct {
	Requests    int64 `json:"requests"`
	Failures    int64 `json:"failures"`
	Interrupted int64 `json:"interrupted"`
}

// Latency summarises one histogram, in ms. All are 0 when nothing was recorded.
type Latency struct {
	Min  float64 `json:"min"`
	Mean float64 `json:"mean"`
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P95  float64 `json:"p95"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
}

// TotalResult is over all steps of transactions. LatencyScheduled is of whole
// transactions, from their intended start (arrivals); null when there is none.
type TotalResult struct {
	Requests         int64    `json:"requests"`
	Failures         int64    `json:"failures"`
	Interrupted      int64    `json:"interrupted"`
	RPS              float64  `json:"rps"`
	BytesIn          int64    `json:"bytes_in"`
	BytesOut         int64    `json:"bytes_out"`
	Latency          Latency  `json:"latency"`
	LatencyOK        Latency  `json:"latency_ok"`
	LatencyScheduled *Latency `json:"latency_scheduled"`
}

// TransactionResult is one transaction row.
type TransactionResult struct {
	Scenario         string   `json:"scenario"`
	Name             string   `json:"name"`
	Count            int64    `json:"count"`
	Failures         int64    `json:"failures"`
	Interrupted      int64    `json:"interrupted"`
	RPS              float64  `json:"rps"`
	Latency          Latency  `json:"latency"`
	LatencyOK        Latency  `json:"latency_ok"`
	LatencyScheduled *Latency `json:"latency_scheduled"`
}

// GroupResult is one group of steps, timed as a whole.
type GroupResult struct {
	Scenario    string  `json:"scenario"`
	Transaction string  `json:"transaction"`
	Name        string  `json:"name"`
	Count       int64   `json:"count"`
	Failures    int64   `json:"failures"`
	Interrupted int64   `json:"interrupted"`
	RPS         float64 `json:"rps"`
	Latency     Latency `json:"latency"`
	LatencyOK   Latency `json:"latency_ok"`
}

// MetricResult is one metric of scripts, in the unit that they gave it. Count is of the
// whole run, all else of the measured window; p50 and p95 are right to 1 %.
type MetricResult struct {
	Name  string  `json:"name"`
	Count int64   `json:"count"`
	Min   float64 `json:"min"`
	Mean  float64 `json:"mean"`
	P50   float64 `json:"p50"`
	P95   float64 `json:"p95"`
	Max   float64 `json:"max"`
}

// StageResult is one named stage: what happened between its begin and its end.
type StageResult struct {
	Scenario     string              `json:"scenario"`
	Name         string              `json:"name"`
	From         float64             `json:"from"` // run time, ms
	To           float64             `json:"to"`
	Requests     int64               `json:"requests"` // of the scenario's transactions
	Failures     int64               `json:"failures"`
	RPS          float64             `json:"rps"`
	Latency      Latency             `json:"latency"`
	LatencyOK    Latency             `json:"latency_ok"`
	Transactions []TransactionResult `json:"transactions"`
}

// DataResult is what became of the rows of one unique data file.
type DataResult struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	Given  int64  `json:"given"`  // to users, in all rounds
	Left   int64  `json:"left"`   // not given to anybody in the last round, by workers that are there
	Lost   int64  `json:"lost"`   // with workers that were lost: given or not, nobody knows
	Rounds int    `json:"rounds"` // begun; 1 without at_end: loop
}

// StepResult is one step row; also those of the lifecycle, under transactions
// (setup), (user start), (user stop), (teardown).
type StepResult struct {
	Scenario    string           `json:"scenario"`
	Transaction string           `json:"transaction"`
	Name        string           `json:"name"`
	Requests    int64            `json:"requests"`
	Failures    int64            `json:"failures"`
	Interrupted int64            `json:"interrupted"`
	Warnings    int64            `json:"warnings"`
	RPS         float64          `json:"rps"`
	BytesIn     int64            `json:"bytes_in"`
	BytesOut    int64            `json:"bytes_out"`
	Status      map[string]int64 `json:"status"` // by class: 2xx, 4xx, … and none
	Latency     Latency          `json:"latency"`
	LatencyOK   Latency          `json:"latency_ok"`
}

// ErrorResult is one group of failures.
type ErrorResult struct {
	Scenario    string         `json:"scenario"`
	Transaction string         `json:"transaction"`
	Step        string         `json:"step"`
	Class       Class          `json:"class"`
	Rule        string         `json:"rule"`
	Message     string         `json:"message"` // of the first sample
	Count       int64          `json:"count"`
	FirstSeen   float64        `json:"first_seen"` // run time, ms
	LastSeen    float64        `json:"last_seen"`
	Workers     []string       `json:"workers"` // that had such failures, as they were first heard of; at most MaxErrorWorkers
	Samples     []SampleResult `json:"samples"`
}

// SampleResult is one failure as it happened.
type SampleResult struct {
	At      float64 `json:"at"` // run time, ms
	User    int64   `json:"user"`
	Worker  string  `json:"worker"`
	Status  int     `json:"status"`
	Message string  `json:"message"`
	Place   string  `json:"place,omitempty"` // in a script that failed: "plan.yaml:33"
	Stack   string  `json:"stack,omitempty"` // of a script that failed, a line per call

	Iteration int64             `json:"iteration"`
	Request   *RequestResult    `json:"request"`
	Response  *ResponseResult   `json:"response"`
	Vars      map[string]string `json:"vars,omitempty"` // as text
	Curl      string            `json:"curl,omitempty"` // the request as a command line for a POSIX shell
}

// RequestResult is a request as it was sent, secrets masked. A body that is no text is
// in BodyBase64 instead.
type RequestResult struct {
	Method     string       `json:"method"`
	URL        string       `json:"url"`
	Headers    []HeaderLine `json:"headers"`
	Body       string       `json:"body,omitempty"`
	BodyBase64 string       `json:"body_base64,omitempty"`
	BodySize   int64        `json:"body_size"` // of the whole, of which Body may be the beginning
}

// ResponseResult is a response as it came.
type ResponseResult struct {
	Status     int          `json:"status"`
	Headers    []HeaderLine `json:"headers"`
	Body       string       `json:"body,omitempty"`
	BodyBase64 string       `json:"body_base64,omitempty"`
	BodySize   int64        `json:"body_size"`
}

// HeaderLine is one line of an HTTP header.
type HeaderLine struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ThresholdResult is one rule and how it came out.
type ThresholdResult struct {
	Rule    string  `json:"rule"`
	Value   float64 `json:"value"` // ms, share, or plain number, as the rule says
	Samples int64   `json:"samples"`
	Passed  bool    `json:"passed"`
	Default bool    `json:"default"`
	Message string  `json:"message,omitempty"` // "no data" when there were no samples
	Why     *Reason `json:"why,omitempty"`     // Message, for other languages
}
