package scripting

import (
	"errors"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// Host is the user as its scripts reach it. All methods are called by the goroutine that
// called State.Call, while that call runs; what they return is valid until then unless a
// method says otherwise. An error that is no *Failure, ErrInterrupted or *LimitError is a
// mistake of the script and is raised in it.
type Host interface {
	// Request is the request at hand: of the step whose before or after runs, or of the
	// http call whose hooks run. Response is the same for after.
	Request() Request
	Response() Response

	Who() Who
	// Var is a variable of the user; Unset: it has none. SetVar changes it, with Unset it
	// removes it. Names that templates do not know are kept too. VarNames lists all that
	// are set, in any order.
	Var(name string) load.Value
	SetVar(name string, v load.Value)
	VarNames() []string
	// Shared is a variable of the plan, or one that setup has made.
	Shared(name string) load.Value
	SharedNames() []string
	// Row is a column of the user's current row of a data source. The error says that
	// there is no such source, no row, or no such column.
	Row(source, column string) (load.Value, error)
	// Secret is a secret of the plan.
	Secret(name string) (string, error)
	// Run is the run as of now.
	Run() Run

	// Send makes a request of the script's own. One that fails is a Response, too.
	Send(c *Call) (Response, error)
	// Use plays a block of the plan; failed says that a step of it failed in a way that
	// ends the transaction.
	Use(block string) (failed bool, err error)
	// Sleep and Think wait: time of the transaction, and not.
	Sleep(d time.Duration) error
	Think(d time.Duration) error

	// Check notes a check on the request at hand (in a transaction script: on the
	// transaction). It also counts those that hold: Send once shows them.
	Check(c Check)
	Metric(name string, value float64) error
	Log(level, place, message string)
	StopRun(reason string)
	Retire()
}

// Errors of a Host that end the hook without anything being wrong with the script.
var (
	// ErrInterrupted: the run is over, and what is in flight is cut off.
	ErrInterrupted = errors.New("the run is over")
)

// LimitError is a bound that the script broke: class lua_limit.
type LimitError struct{ Message string }

func (e *LimitError) Error() string { return e.Message }

// Check is one check made in Lua.
type Check struct {
	Name   string
	OK     bool
	Detail string // what was found instead
	Place  string // file:line
}

// Who is the user.
type Who struct {
	ID        int64 // unique over the fleet, from 1; 0: setup and teardown
	Iteration int64
	Worker    string
	Scenario  string
}

// Run is the run as a script sees it.
type Run struct {
	ID          string
	Scenario    string
	Stage       string // the named stage of the load; empty: none
	Elapsed     time.Duration
	Environment string
}

// Request is a request that is about to be sent (before), or was sent. Set… and Skip work
// only before; afterwards they return an error.
type Request interface {
	Method() string
	SetMethod(string) error
	// URL is absolute. Path is its path and query, as they are sent.
	URL() string
	SetURL(string) error
	Path() string
	SetPath(string) error
	// Name is the row of the statistics.
	Name() string
	SetName(string) error
	// Header is the first header of that name; SetHeader replaces all of that name, and
	// DropHeader removes them. EachHeader visits all in order.
	Header(name string) (value string, ok bool)
	SetHeader(name, value string) error
	DropHeader(name string) error
	EachHeader(visit func(name, value string))
	// Body is the body; an error where it is read from files.
	Body() ([]byte, error)
	SetBody([]byte) error
	// Skip keeps the request from being sent.
	Skip(reason string) error
}

// Response is a response, or that there was none. That of a step is valid until its hook
// ends: Valid is false afterwards, and nothing else may be called. That of an http call
// stays.
type Response interface {
	Valid() bool
	Status() int    // 0: none
	Reason() string // "Not Found"
	OK() bool       // as the step's status checks say; of an http call: its status list, else below 400
	Size() int64    // of the decoded body
	Latency() time.Duration
	FirstByte() time.Duration
	Failure() (class load.Class, message string) // of the exchange; empty: none
	Header(name string) (value string, ok bool)
	Headers(name string) []string
	EachHeader(visit func(name, value string))
	Cookie(name string) (value string, ok bool) // that it sets
	Body() ([]byte, error)                      // decoded; must not be changed
	// View is for queries on the body; what it parses is kept for the next one.
	View() *plan.View
	// Request is what was sent; it cannot be changed.
	Request() Request
	// Check notes a check on this very request.
	Check(c Check)
}

// Call is a request of a script: http.post{…}. The Host makes it with the defaults of the
// plan, and the hooks in whose reach it is run on it.
type Call struct {
	Method  string
	URL     string // absolute, or beginning with /
	Name    string // row of the statistics; empty: method and path
	Headers []load.Header
	Body    []byte // with its Content-Type among Headers
	HasBody bool
	Parts   []Part        // multipart, instead of Body
	Timeout time.Duration // 0: as in defaults
	Status  []int         // expected ones; nil: below 400
	Follow  *int          // redirects; nil: as in defaults
	Place   string        // file:line of the call
}

// Part is one part of a multipart body that a script makes.
type Part struct {
	Name     string
	Value    string
	File     string // of the plan's files, instead of Value
	Filename string
	Type     string
}

// Console is a Host that shows every check that scripts make: Send once. Of any other one
// a check that holds has no place, since finding it takes time.
type Console interface {
	Host
	ShowsChecks() bool
}
