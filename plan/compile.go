package plan

import (
	"math/rand/v2"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Program is a plan compiled once for all users of a run: templates, extractors and
// checks parsed, variable names turned into slots, defaults filled in. It is
// immutable and safe for concurrent use; what changes per user is in Scope and View.
type Program struct {
	Plan         *load.Plan
	Vars         []string     // name of each slot
	Consts       []load.Value // by slot: value of the plan's variable, Unset for others
	Setup        []*Step
	UserStart    []*Step
	UserStop     []*Step
	Teardown     []*Step
	Transactions []*Transaction // all of the plan, in order, also those switched off (Weight 0)
	Env          []string       // names that {{$env NAME}} asks for
}

// Slot is the slot of a variable.
func (p *Program) Slot(name string) (slot int, ok bool) { return 0, false }

// Compile compiles p. Issues carry the path of what is wrong.
func Compile(p *load.Plan) (*Program, []load.Issue) { return nil, nil }

// Transaction is a transaction with its defaults filled in.
type Transaction struct {
	Index     int
	Name      string
	Weight    int // 0: off
	Think     load.Range
	Pace      load.Range
	OnFailure load.Reaction
	Steps     []*Step // without those that are switched off
}

// Step is a compiled step. Until the other kinds come, Request is always set.
type Step struct {
	Path      string // in the plan, for messages
	Name      string // row of the statistics
	Set       []Assignment
	Request   *Request
	Status    []*Check // status checks; "status < 400" when the plan has none
	Extracts  []*Extractor
	Checks    []*Check // all others
	Think     load.Range
	OnFailure load.Reaction // resolved: step, else transaction, else plan, else stop_transaction
	ReadsBody bool          // an extractor or a check needs the body
}

// Assignment is one entry of a step's `set`.
type Assignment struct {
	Slot  int
	Value *ValueTemplate
}

// Request builds the parts of an HTTP request. Each Append… adds to dst and
// allocates nothing but for dst itself. A placeholder without a value, or a text
// that is no valid URL, header or number when expanded, is an *ExpandError.
type Request struct {
	Method  string
	Headers []Header // defaults merged, dropped ones left out; with Content-Type and Authorization
	HasBody bool
	// Static: no placeholder anywhere, so that every attempt is the same bytes.
	Static bool

	Timeout         load.Timeout // Total is always set
	FollowRedirects int
	MaxResponseBody int64
	TLS             load.TLS // defaults merged
}

// AppendURL appends the absolute URL, with base_url and the encoded query.
func (r *Request) AppendURL(dst []byte, s *Scope) ([]byte, error) { return dst, nil }

// AppendBody appends the body.
func (r *Request) AppendBody(dst []byte, s *Scope) ([]byte, error) { return dst, nil }

// Header is one header line of a request.
type Header struct {
	Name string
}

// Append appends the header's value.
func (h *Header) Append(dst []byte, s *Scope) ([]byte, error) { return dst, nil }

// ExpandError is a template that could not be expanded for this user now.
type ExpandError struct {
	Class   load.Class // ClassUnsetVariable or ClassTemplate
	Message string
}

func (e *ExpandError) Error() string { return e.Message }

// Scope is what templates see of one user. Not safe for concurrent use; Seq is
// called by many users at once.
type Scope struct {
	Vars      []load.Value // by slot; Unset falls back to Consts
	Consts    []load.Value
	Rand      *rand.Rand
	User      int64
	Iteration int64
	Worker    string
	Seq       func() int64
	Env       map[string]string
	Now       func() time.Time
}

// ValueTemplate is a template whose result is a value: one whole placeholder keeps
// the type of what it names, anything longer is text.
type ValueTemplate struct{}

// Eval is the value for s.
func (t *ValueTemplate) Eval(s *Scope) (load.Value, error) { return load.Value{}, nil }

// Response is what extractors and checks read. Body is the decoded body; it may be
// called several times, and fails when the body cannot be decompressed.
type Response interface {
	Status() int
	Header(name string) (value []byte, ok bool)
	Cookie(name string) (value []byte, ok bool)
	Body() ([]byte, error)
	Latency() time.Duration
}

// View holds one response with what several extractors and checks share of it: the
// parsed JSON, the parsed HTML. A user has one and resets it for each response; it
// keeps nothing of the response before.
type View struct{}

// Reset points v at a new response.
func (v *View) Reset(r Response) {}

// Extractor takes one variable out of a response.
type Extractor struct {
	Name     string
	Slot     int
	Optional bool       // a miss unsets the variable, or sets Default
	Default  load.Value // Unset when there is none
}

// Extract is what e finds; a miss is an error whose text says what was looked for
// and why it is not there.
func (e *Extractor) Extract(v *View, s *Scope) (load.Value, error) { return load.Value{}, nil }

// Check is one assertion on a response.
type Check struct {
	Rule string // the check in the words of the plan, for groups of errors: "json $.ok equals true"
	Warn bool
}

// Holds says whether the check holds. It allocates nothing on simple checks.
func (c *Check) Holds(v *View, s *Scope) bool { return false }

// Explain is what was found instead, for a sample: "got 500".
func (c *Check) Explain(v *View, s *Scope) string { return "" }
