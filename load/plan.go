package load

// Plan says what to send and how hard. It is the decoded form of one plan file;
// package plan reads and writes the text. Field order here is the order of the
// documentation and of the canonical encoding.
//
// Struct tags: `key` is the name in the file; a type that is written in several
// ways (a duration, a one-of, a map or a list) has its reader and writer in
// package plan. `doc` becomes the description in the JSON Schema. `oneof` lists the
// words that a field may be.
//
// A Plan is plain data: once decoded it is never changed in place, so it may be
// shared between goroutines.
type Plan struct {
	Version      int           `key:"version" doc:"format of this file; always 1"`
	Name         string        `key:"name" doc:"unique in the workspace; the file name by default"`
	Description  string        `key:"description" doc:"free text"`
	BaseURL      Text          `key:"base_url" doc:"a url that begins with / is resolved against it"`
	Variables    []Variable    `key:"variables" doc:"constants; {{name}} anywhere below"`
	Defaults     Defaults      `key:"defaults" doc:"of every request; a step may override each"`
	Cookies      Sharing       `key:"cookies" oneof:"user shared none" doc:"user: each user its own jar (default); shared: one jar; none"`
	Connections  Connections   `key:"connections" doc:"user | shared | per_request, or {mode, idle}"`
	UserLife     UserLife      `key:"user_life" doc:"when a user is replaced by a new one: run | iteration | 30m | 30m..40m | {iterations: 20}"`
	OnFailure    Reaction      `key:"on_failure" oneof:"continue stop_transaction stop_user abort_run" doc:"what a failed step does: continue | stop_transaction (default) | stop_user | abort_run"`
	Data         []DataSource  `key:"data" doc:"rows of files, by name"`
	Files        []string      `key:"files" doc:"globs of the files that bodies may read"`
	Script       *Script       `key:"script" doc:"Lua of the whole plan, or {file: scripts/x.lua}"`
	Blocks       []Block       `key:"blocks" doc:"named lists of steps for use"`
	Setup        []Step        `key:"setup" doc:"once per run, on one worker, before any load; extracted variables reach all users"`
	UserStart    []Step        `key:"user_start" doc:"each user once, before its first transaction"`
	UserStop     []Step        `key:"user_stop" doc:"each user once, when it leaves"`
	Teardown     []Step        `key:"teardown" doc:"once per run, after the load"`
	Transactions []Transaction `key:"transactions" doc:"weighted units of work"`
	Load         *Profile      `key:"load" doc:"how hard, over time"`
	Scenarios    []Scenario    `key:"scenarios" doc:"several loads at once, instead of load"`
	Measure      Window        `key:"measure" doc:"what totals, percentiles and thresholds are of; default: all"`
	// Thresholds is nil when the plan has none, which means DefaultThreshold; an
	// empty, non-nil list means that there is no rule at all.
	Thresholds []Threshold `key:"thresholds" doc:"rules that the statistics must keep; none given: failures < 1%"`
	Samples    Samples     `key:"samples" doc:"how many failed exchanges are kept, and what is masked in them"`
	Run        RunSettings `key:"run" doc:"seed, workers, tags and the like"`
}

// Text is a string of a plan in which {{placeholders}} are expanded for each
// request. Literal strings of the format (names, modes) are plain strings.
type Text string

// JSON is one JSON value as text, with the order of its keys and the text of its
// numbers as they were written. Strings in it may hold {{placeholders}}.
type JSON string

// Variable is a constant of the plan, or one assignment of a step's `set`.
type Variable struct {
	Name  string `key:"name"`
	Value JSON   `key:"value"`
}

// Pair is one header, query parameter or form field. Order and duplicates are kept.
type Pair struct {
	Name  string `key:"name" doc:"name of the header, parameter or field"`
	Value Text   `key:"value" doc:"may hold {{placeholders}}"`
	// Off switches the pair off without losing it (enabled: false).
	Off bool `key:"enabled" doc:"false: not sent"`
	// Drop says that the value was null: in a request's headers it removes a default.
	Drop bool   `key:"-"`
	Note string `key:"note" doc:"free text"`
}

// Defaults are request settings that hold where a request does not set its own.
type Defaults struct {
	Headers         []Pair  `key:"headers" doc:"sent with every request; null in a request drops one"`
	Timeout         Timeout `key:"timeout" doc:"of a whole attempt, or {connect, first_byte, total}; 10s by default"`
	FollowRedirects *int    `key:"follow_redirects" doc:"hops to follow; 0: none; 10 by default"`
	MaxResponseBody Size    `key:"max_response_body" doc:"more is a failure of class body_too_large; 8MiB by default"`
	Proxy           Text    `key:"proxy" doc:"http://[user:pass@]host:port or socks5://…"`
	TLS             TLS     `key:"tls" doc:"verification and certificates"`
	Auth            *Auth   `key:"auth" doc:"none | {basic: {user, password}} | {bearer: token}"`
	Think           Range   `key:"think" doc:"pause after a transaction"`
}

// Timeout bounds one attempt. A zero part is unset: Connect and FirstByte are then
// bounded by Total only, and Total has the default of 10 s.
type Timeout struct {
	Connect   Duration `key:"connect" doc:"of TCP connect and TLS handshake together"`
	FirstByte Duration `key:"first_byte" doc:"from the end of the request to the first byte of the response"`
	Total     Duration `key:"total" doc:"of the whole attempt"`
}

// TLS says how to speak TLS with the target. Paths are relative to the workspace.
type TLS struct {
	Insecure   *bool  `key:"insecure" doc:"accept any certificate"`
	CA         string `key:"ca" doc:"file of the certificates to trust"`
	Cert       string `key:"cert" doc:"file of the client certificate"`
	Key        string `key:"key" doc:"file of its key"`
	ServerName string `key:"server_name" doc:"name to verify instead of the host of the URL"`
}

// Auth is an Authorization header in words. None switches a default off.
type Auth struct {
	None   bool
	Basic  *BasicAuth `key:"basic" doc:"user and password"`
	Bearer Text       `key:"bearer" doc:"a token"`
}

// BasicAuth is RFC 7617.
type BasicAuth struct {
	User     Text `key:"user" doc:"name of the user"`
	Password Text `key:"password" doc:"may be a {{secret.NAME}}"`
}

// Sharing says whose the cookies are.
type Sharing string

// Cookie jars: each user its own (default), one for all users of a worker, none.
const (
	PerUser Sharing = "user"
	Shared  Sharing = "shared"
	None    Sharing = "none"
)

// Connections says whose connections are and how long an idle one is kept.
type Connections struct {
	Mode ConnectionMode `key:"mode" oneof:"user shared per_request" doc:"user | shared | per_request"`
	Idle Duration       `key:"idle" doc:"an idle connection older than this is replaced; 90s by default"`
}

// ConnectionMode is who may use a connection again.
type ConnectionMode string

// A user keeps its own connections alive (default); one pool serves all users of a
// worker; or each attempt opens a new one.
const (
	ConnPerUser    ConnectionMode = "user"
	ConnShared     ConnectionMode = "shared"
	ConnPerRequest ConnectionMode = "per_request"
)

// UserLife says when a user ends and is replaced by a new one with new cookies,
// connections, variables and data rows. The zero value: it lives as long as the run.
type UserLife struct {
	Iterations int64 `key:"iterations" doc:"transactions until the user is replaced"`
	After      Range `key:"after" doc:"time until the user is replaced"`
}

// Reaction is what a failed step does. The zero value means: as the level above.
type Reaction string

// The reactions, mildest first.
const (
	Continue        Reaction = "continue"
	StopTransaction Reaction = "stop_transaction"
	StopUser        Reaction = "stop_user"
	AbortRun        Reaction = "abort_run"
)

// DataSource is a file of rows. Its words may be left out: see Picks, Life and End.
type DataSource struct {
	Name      string `key:"-"`
	File      string `key:"file" doc:"relative to the workspace; .csv, .json or .jsonl"`
	Pick      Pick   `key:"pick" oneof:"unique sequential random" doc:"unique | sequential (default) | random"`
	Per       string `key:"per" oneof:"user iteration" doc:"user (default) | iteration"`
	AtEnd     string `key:"at_end" oneof:"loop stop fail" doc:"of unique: loop | stop | fail (default)"`
	Delimiter string `key:"delimiter" doc:"of a .csv; a comma by default"`
}

// The words of a data source.
const (
	PickUnique     Pick = "unique"     // a row goes out once, over all workers
	PickSequential Pick = "sequential" // every user walks all rows
	PickRandom     Pick = "random"     // seeded

	RowPerUser      = "user"      // kept for the user's life
	RowPerIteration = "iteration" // a new one for each transaction that asks for it

	AtEndLoop = "loop" // all rows again
	AtEndStop = "stop" // the user retires
	AtEndFail = "fail" // the run ends
)

// Picks is how rows are chosen: sequential unless the plan says otherwise.
func (d *DataSource) Picks() Pick {
	if d.Pick == "" {
		return PickSequential
	}
	return d.Pick
}

// Life is how long a row is kept: RowPerUser unless the plan says otherwise.
func (d *DataSource) Life() string {
	if d.Per == "" {
		return RowPerUser
	}
	return d.Per
}

// End is what happens when unique rows are used up: AtEndFail unless the plan says
// otherwise, because a load that ends early without a word is the worse surprise.
func (d *DataSource) End() string {
	if d.AtEnd == "" {
		return AtEndFail
	}
	return d.AtEnd
}

// Pick chooses one of several: a row of a file, or a match of an extractor
// (first, last, random, all, or a number from 1).
type Pick string

// Script is Lua: inline, or a file of the workspace.
type Script struct {
	Source string
	File   string `key:"file" doc:"relative to the workspace"`
}

// Block is a named list of steps.
type Block struct {
	Name  string `key:"name"`
	Steps []Step `key:"steps"`
}

// Transaction is a weighted unit of work, timed as a whole.
type Transaction struct {
	Name      string   `key:"name" doc:"row in the statistics; unique in the plan"`
	Weight    *int     `key:"weight" doc:"share of the choices; 1 by default, 0: off"`
	Off       bool     `key:"enabled" doc:"false: never chosen"`
	Think     *Range   `key:"think" doc:"pause after it; one value or a range"`
	Pace      Range    `key:"pace" doc:"begin one every so often per user, from this user's previous begin"`
	OnFailure Reaction `key:"on_failure" oneof:"continue stop_transaction stop_user abort_run" doc:"what a failed step of it does"`
	Script    *Script  `key:"script" doc:"Lua hooks, or the whole transaction"`
	Steps     []Step   `key:"steps" doc:"in order"`
}

// Step is one item of a transaction: exactly one of Request, Group, Repeat, If and
// Use is set. Only a request has Extract, Check and Set.
type Step struct {
	Name      string     `key:"name" doc:"row in the statistics; method and path by default"`
	Off       bool       `key:"enabled" doc:"false: skipped"`
	Set       []Variable `key:"set" doc:"evaluated before the request"`
	Request   *Request   `key:"request" doc:"an HTTP request"`
	Extract   []Extract  `key:"extract" doc:"variables from the response"`
	Check     []Check    `key:"check" doc:"assertions on the response; status < 400 applies unless there is a status check"`
	Think     Range      `key:"think" doc:"pause after this step, not part of the transaction's time"`
	OnFailure Reaction   `key:"on_failure" oneof:"continue stop_transaction stop_user abort_run" doc:"what its failure does"`
	Script    *Script    `key:"script" doc:"Lua hooks of this step"`
	Group     string     `key:"group" doc:"a name: steps with a timed row of their own"`
	Repeat    *Repeat    `key:"repeat" doc:"steps several times"`
	If        *Condition `key:"if" doc:"steps only where a variable is so"`
	Use       string     `key:"use" doc:"name of a block"`
	Steps     []Step     `key:"steps" doc:"of group, repeat and if"`
	Else      []Step     `key:"else" doc:"of if"`
}

// Repeat says how often: exactly one of Times, Each and Until.
type Repeat struct {
	Times  Text       `key:"times" doc:"a number"`
	Each   string     `key:"each" doc:"name of a list variable"`
	As     string     `key:"as" doc:"variable for the item of each"`
	Until  *Condition `key:"until" doc:"ends when it holds"`
	Every  Duration   `key:"every" doc:"pause between two rounds"`
	Within Duration   `key:"within" doc:"longer is a failure"`
}

// Condition is the words of checks on a variable.
type Condition struct {
	Var string `key:"var" doc:"name of the variable"`
	Test
}

// Request is one HTTP request as described; at most one body is set.
type Request struct {
	Method          string  `key:"method" doc:"GET by default"`
	URL             Text    `key:"url" doc:"absolute, or beginning with / and resolved against base_url"`
	Query           []Pair  `key:"query" doc:"appended to the url"`
	Headers         []Pair  `key:"headers" doc:"over those of defaults; null drops a default"`
	Auth            *Auth   `key:"auth" doc:"none | {basic: {user, password}} | {bearer: token}"`
	JSON            JSON    `key:"json" doc:"body; sets Content-Type"`
	Form            []Pair  `key:"form" doc:"body, urlencoded"`
	Multipart       []Part  `key:"multipart" doc:"body of several parts"`
	Text            *Text   `key:"text" doc:"body as it is"`
	Type            Text    `key:"type" doc:"Content-Type of text or file"`
	File            Text    `key:"file" doc:"body from a file of files"`
	Timeout         Timeout `key:"timeout" doc:"as in defaults"`
	FollowRedirects *int    `key:"follow_redirects" doc:"as in defaults"`
	MaxResponseBody Size    `key:"max_response_body" doc:"as in defaults"`
	Proxy           *Text   `key:"proxy" doc:"as in defaults"`
	TLS             *TLS    `key:"tls" doc:"as in defaults"`
}

// Part is one part of a multipart body: a value or a file.
type Part struct {
	Name     string `key:"name" doc:"of the part"`
	Value    Text   `key:"value" doc:"text of the part; or file"`
	File     Text   `key:"file" doc:"the part is this file of files, streamed from disk"`
	Filename Text   `key:"filename" doc:"as the part names its file; the last part of its path by default"`
	Type     Text   `key:"type" doc:"Content-Type of the part"`
}

// Extract takes a variable out of a response: exactly one source is set.
type Extract struct {
	Name     string `key:"name" doc:"of the variable"`
	JSON     string `key:"json" doc:"JSONPath (RFC 9535)"`
	CSS      string `key:"css" doc:"CSS selector"`
	Attr     string `key:"attr" doc:"attribute of the element that css found; its text by default"`
	XPath    string `key:"xpath" doc:"XPath 1.0 over HTML"`
	Regex    string `key:"regex" doc:"RE2"`
	Group    *int   `key:"group" doc:"of regex; 1 if it has one, else the whole match"`
	Header   string `key:"header" doc:"name of a response header"`
	Cookie   string `key:"cookie" doc:"name of a cookie that the response sets"`
	Pick     Pick   `key:"pick" doc:"first (default) | last | random | all | a number from 1"`
	Optional bool   `key:"optional" doc:"a miss unsets the variable instead of failing the step"`
	Default  JSON   `key:"default" doc:"value after a miss"`
}

// Check is one assertion on a response: exactly one subject is set.
type Check struct {
	Status  []Status `key:"status" doc:"a status, a class such as 2xx, or a list of these"`
	Size    *Test    `key:"size" doc:"bytes of the decoded body"`
	Body    *Test    `key:"body" doc:"text of the decoded body"`
	Latency *Test    `key:"latency" doc:"of the step"`
	JSON    string   `key:"json" doc:"JSONPath; the words stand beside it"`
	XPath   string   `key:"xpath" doc:"XPath; the words stand beside it"`
	CSS     string   `key:"css" doc:"selector; the words stand beside it"`
	Header  string   `key:"header" doc:"name; the words stand beside it"`
	Cookie  string   `key:"cookie" doc:"name; the words stand beside it"`
	Var     string   `key:"var" doc:"name of a variable; the words stand beside it"`
	Regex   string   `key:"regex" doc:"must match the body, unless exists: false"`
	Warn    bool     `key:"warn" doc:"counted, does not fail the request"`
	Test
}

// Status is one expected status: 404, or 200–299 for the class 2xx.
type Status struct{ From, To int }

// Test is the words of checks; all that are set must hold. Values are compared as
// numbers when both sides are numbers, as text otherwise. A duration or size word
// of latency or size is written with its unit.
type Test struct {
	Equals      JSON   `key:"equals" doc:"same value"`
	Not         JSON   `key:"not" doc:"another value"`
	GT          JSON   `key:"gt" doc:"greater"`
	GE          JSON   `key:"ge" doc:"greater or equal"`
	LT          JSON   `key:"lt" doc:"less"`
	LE          JSON   `key:"le" doc:"less or equal"`
	In          []JSON `key:"in" doc:"one of these"`
	Between     []JSON `key:"between" doc:"from, to; both included"`
	Contains    *Text  `key:"contains" doc:"has this text"`
	NotContains *Text  `key:"not_contains" doc:"does not have this text"`
	Matches     string `key:"matches" doc:"RE2"`
	Exists      *bool  `key:"exists" doc:"is there, or is not"`
	Count       *Test  `key:"count" doc:"how many were found"`
}

// Scenario is a load of its own over some of a plan's transactions.
type Scenario struct {
	Name         string   `key:"name" doc:"unique in the plan"`
	StartAt      Duration `key:"start_at" doc:"run time at which its load begins"`
	Transactions []Weight `key:"transactions" doc:"{name: weight}, or a list of names"`
	Load         *Profile `key:"load" doc:"how hard, over time"`
}

// Weight is a transaction of a scenario with its weight there.
type Weight struct {
	Transaction string `key:"transaction"`
	Weight      int    `key:"weight"`
}

// Window is a part of the run time; the zero value is all of it.
type Window struct {
	From Duration `key:"from" doc:"begin"`
	To   Duration `key:"to" doc:"end; 0: the end of the run"`
}

// Samples says what is kept of failures.
type Samples struct {
	Failures *int     `key:"failures" doc:"kept per class and step; 5 by default"`
	Mask     []string `key:"mask" doc:"headers never shown; Authorization, Cookie, Set-Cookie by default"`
}

// RunSettings are about the run rather than about the traffic.
type RunSettings struct {
	Seed         *uint64      `key:"seed" doc:"of every random choice"`
	LuaTimeout   Duration     `key:"lua_timeout" doc:"of one hook; 100ms by default, 1s at most"`
	Workers      WorkerChoice `key:"workers" doc:"how many, and with which labels"`
	OnWorkerLoss string       `key:"on_worker_loss" oneof:"continue redistribute abort" doc:"continue (default) | redistribute | abort"`
	TagRequests  bool         `key:"tag_requests" doc:"adds the header X-LT-Id: run.worker.incarnation.seq to every attempt"`
	Tags         []Label      `key:"tags" doc:"of the run, for finding it again"`
}

// WorkerChoice picks workers from the fleet. The zero value: all that are free.
type WorkerChoice struct {
	Count  int     `key:"count" doc:"how many"`
	Labels []Label `key:"labels" doc:"that each must have"`
}

// Label is a name and a value.
type Label struct {
	Name  string `key:"name"`
	Value string `key:"value"`
}

// Threshold is a pass/fail rule on the statistics of a run, for example
// "p95(buy) < 1s". Rule is its text as written; package plan fills the rest.
type Threshold struct {
	Rule      string
	Metric    string   // failures, rps, dropped, mean, max, p; of a trend mean, min, max or p
	Trend     string   // name of the metric of scripts that Metric is of; empty: none
	Quantile  float64  // of metric p: 0.95
	Scheduled bool     // latency from the intended start
	Target    string   // transaction, or transaction / step; empty: the total
	Step      string   // step of Target, when there is one
	Op        string   // < <= > >=
	Value     float64  // ms for latency, 0–1 for a share, else (also of a trend) a plain number
	Share     bool     // of metric failures: Value is a share, not a count
	Over      Duration // window; 0: the whole run
	After     Duration // not judged before this run time
	Abort     bool     // breaking it ends the run
	Default   bool     // not written in the plan
}
