package plan

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
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
	Env          []string       // names that {{$env NAME}} asks for, sorted
	Secrets      []string       // names that {{secret.NAME}} asks for, sorted
	Data         []DataUse      // one per data source of the plan, in its order, also those that nothing uses
	Files        []FileUse      // files that the plan names without placeholders

	// Script is that of the whole plan; its path is "script". Nil: none.
	Script *load.Script
	// Blocks are the steps of every block by its name, for scripts that play one: with
	// those of blocks that it uses, and what they inherit from the plan. Nil in a plan
	// without scripts.
	Blocks map[string][]*Step
	// Call is the request that scripts make with http: defaults, and base_url. CallData are
	// the sources whose rows it asks for. Nil in a plan without scripts.
	Call     *Request
	CallData []int
	// Scripted are the variables that templates use and that only scripts can set, in
	// the order of their first use.
	Scripted []ScriptVariable

	slots map[string]int
}

// Slot is the slot of a variable: of the plan's variables, and of every set and
// extraction anywhere in the plan.
func (p *Program) Slot(name string) (slot int, ok bool) {
	slot, ok = p.slots[name]
	return slot, ok
}

// DataUse is a data source and what templates ask of it: {{name.column}}.
type DataUse struct {
	Source  *load.DataSource
	Columns []string // in the order of first use; the order of Scope.Rows
	Paths   []string // in the plan, of the first use of each column, for messages
}

// FileUse is a file that a plan names: a body or a part of one, or a certificate. A
// body's file must be among Plan.Files; the others are named by that alone.
type FileUse struct {
	Path string // in the plan, for messages
	Name string // relative to the workspace
	Body bool
}

// Transaction is a transaction with its defaults filled in.
type Transaction struct {
	Index     int
	Name      string
	Weight    int // 0: off
	Think     load.Range
	Pace      load.Range
	OnFailure load.Reaction
	Script    *load.Script // its path is "transactions[Index].script"; nil: none
	Steps     []*Step      // without those that are switched off; none: the script is the transaction
}

// Step is a compiled step. What it is says the first that is set of Request, Group,
// Repeat and If; a step with none of them is the steps of a block, used here.
type Step struct {
	Path   string // in the plan, for messages
	Name   string // row of the statistics, of a request or a group; else what messages call it: "repeat until state equals done", "use refresh"
	Group  bool
	Repeat *Repeat
	If     *Condition
	Steps  []*Step // of a group, a repeat, an if or a block; without those that are switched off
	Else   []*Step // of an if
	Data   []int   // sources whose rows the templates of this step ask for, not those of Steps and Else: numbers of Program.Data

	Set       []Assignment
	Request   *Request
	Status    []*Check // status checks; "status < 400" when the plan has none
	Extracts  []*Extractor
	Checks    []*Check // all others
	Think     load.Range
	OnFailure load.Reaction // resolved: step, else the steps around it, else transaction, else plan, else stop_transaction
	ReadsBody bool          // an extractor or a check needs the body
	Script    *load.Script  // of a request; its path is Path + ".script"; nil: none

	block string // of a use, until its steps are put in
}

// MayFail says whether a complete response with this status may fail the step although
// nothing reads its body: what it says then should be known.
func (s *Step) MayFail(status int) bool {
	for _, c := range s.Status {
		if !c.Warn && !c.statusHolds(status) {
			return true
		}
	}
	for _, e := range s.Extracts {
		if !e.Optional && e.Default.Kind == load.Unset {
			return true
		}
	}
	for _, c := range s.Checks {
		if !c.Warn && c.subject == sourceSubject {
			return true
		}
	}
	return false
}

// Repeat says how often the steps of a step are played: exactly one of Times, Each and
// Until is set. Compiled; immutable.
type Repeat struct {
	Times  *ValueTemplate // see Count
	Each   bool           // see Items
	Until  *Condition     // looked at after each round
	Every  load.Duration  // pause between two rounds, part of the transaction's time
	Within load.Duration  // of Until: longer is a failure of class repeat; 0: no limit
	As     int            // slot for the item of Each; -1: none

	each reference // the list
}

// MaxRounds bounds Times and the items of Each.
const MaxRounds = 1_000_000

// Condition is the words of checks on a variable. Compiled; immutable.
type Condition struct {
	Rule  string // in the words of the plan: "state equals done"
	check Check
}

// Assignment is one entry of a step's `set`.
type Assignment struct {
	Slot  int
	Value *ValueTemplate
}

// ExpandError is a template that could not be expanded for this user now.
type ExpandError struct {
	Class   load.Class // ClassUnsetVariable or ClassTemplate
	Message string
}

func (e *ExpandError) Error() string { return e.Message }

// Scope is what templates see of one user. Not safe for concurrent use; Seq is
// called by many users at once. Rand, Seq and Now must be set where a template uses
// the functions that need them.
type Scope struct {
	Vars      []load.Value // by slot; Unset falls back to Consts
	Consts    []load.Value
	Rand      *rand.Rand
	User      int64
	Iteration int64
	Worker    string
	Seq       func() int64
	Env       map[string]string
	Secrets   map[string]string
	Now       func() time.Time
	// Rows are the values that this user has of each data source, by number of
	// Program.Data and then of DataUse.Columns. A source without a row is nil, a column
	// that the row does not have Unset. A variable may keep a value of a row for as long
	// as the user lives.
	Rows [][]load.Value
}

// Compile compiles p. Issues carry the path of what is wrong; the program is nil when
// one of them is not just a warning.
//
// A path follows the file: "transactions[0].steps[2].check[1].matches". What the file
// may write as a map is addressed by name, also where it is written as a list:
// "variables.size", "transactions[0].steps[0].request.headers.Accept".
func Compile(p *load.Plan) (*Program, []load.Issue) {
	c := newCompiler(p)
	if c.tooManySteps() {
		return nil, c.issues
	}
	c.declare()
	c.scripts.reads(p, c.stepLists())
	c.constants()
	c.baseURL()
	c.networkDefaults()
	c.globs()
	prog := &Program{
		Plan:      p,
		Script:    c.script("script", p.Script),
		Setup:     c.steps("setup", p.Setup),
		UserStart: c.steps("user_start", p.UserStart),
		UserStop:  c.steps("user_stop", p.UserStop),
		Teardown:  c.steps("teardown", p.Teardown),
	}
	for i := range p.Transactions {
		prog.Transactions = append(prog.Transactions, c.transaction(i, &p.Transactions[i]))
	}
	blocks := c.blocks()
	c.calls(prog)
	c.expand(prog, blocks)
	prog.Vars, prog.Consts, prog.slots, prog.Scripted = c.names, c.consts, c.slots, c.scripted
	prog.Env, prog.Secrets, prog.Data = slices.Sorted(maps.Keys(c.env)), slices.Sorted(maps.Keys(c.secrets)), c.data
	if c.failed() {
		return nil, c.issues
	}
	return prog, c.issues
}

// failed says that there is an issue that keeps the plan from running.
func (c *compiler) failed() bool {
	return slices.ContainsFunc(c.issues, func(i load.Issue) bool { return !i.Warning })
}

// compiler holds what is known of a plan while it is compiled.
type compiler struct {
	plan     *load.Plan
	names    []string // of each slot
	slots    map[string]int
	consts   []load.Value // by slot
	changes  []bool       // by slot: a step may change it during the run
	scripts  scriptWords
	scripted []ScriptVariable
	env      map[string]bool
	secrets  map[string]bool
	data     []DataUse
	sources  map[string]int // number of each data source
	columns  map[string]int // by source.column: its number
	needed   map[int]bool   // data sources of what is being compiled

	isBlock     map[string]bool
	blockNames  []string // for hints
	sourceNames []string // for hints: of data sources, and the word secret

	base    template // of base_url, without / at the end when it is static
	baseOf  []int    // data sources of base
	proxy   template // of defaults
	proxyOf []int    // data sources of proxy
	tls     load.TLS // of defaults
	issues  []load.Issue

	constant bool // what is being compiled is a constant: no row, no secret
	copied   int  // bytes that constants have of others
	regexes  regexes
	shared   map[string]*sharedHeader // headers of defaults that were compiled, by name and value
}

func newCompiler(p *load.Plan) *compiler {
	c := &compiler{
		plan: p, slots: map[string]int{},
		env: map[string]bool{}, secrets: map[string]bool{}, needed: map[int]bool{},
		sources: map[string]int{}, columns: map[string]int{}, isBlock: map[string]bool{},
		shared: map[string]*sharedHeader{},
	}
	for i := range p.Data {
		c.data = append(c.data, DataUse{Source: &p.Data[i]})
		c.sources[p.Data[i].Name] = i
		c.sourceNames = append(c.sourceNames, p.Data[i].Name)
	}
	for i := range p.Blocks {
		c.isBlock[p.Blocks[i].Name] = true
		c.blockNames = append(c.blockNames, p.Blocks[i].Name)
	}
	c.sourceNames = append(c.sourceNames, "secret")
	return c
}

// maxHints is how many mistakes get a hint of what was probably meant: looking for it
// takes time, and nobody reads hundreds.
const maxHints = 30

// closest is closest of few mistakes.
func (c *compiler) closest(name string, candidates []string) string {
	if len(c.issues) >= maxHints {
		return ""
	}
	return closest(name, candidates)
}

func (c *compiler) issue(path, hint, format string, args ...any) {
	c.issues = append(c.issues, load.Issue{Path: path, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// unknown is an issue about a name that nothing in the plan sets, or a part that is
// not there, as far as the plan could be read.
func (c *compiler) unknown(path, hint, format string, args ...any) {
	c.issue(path, hint, format, args...)
	c.issues[len(c.issues)-1].Echo = true
}

func (c *compiler) warn(path, hint, format string, args ...any) {
	c.issue(path, hint, format, args...)
	c.issues[len(c.issues)-1].Warning = true
}
