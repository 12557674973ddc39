package plan

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
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
	Steps     []*Step // without those that are switched off
}

// Step is a compiled step. What it is says the first that is set of Request, Group,
// Repeat and If; a step with none of them is the steps of a block, used here.
type Step struct {
	Path   string // in the plan, for messages
	Name   string // row of the statistics, of a request or a group; else what messages call it: "repeat until state equals done"
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

	each int // slot of the list
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
	// that the row does not have Unset.
	Rows [][]load.Value
}

// Compile compiles p. Issues carry the path of what is wrong; the program is nil when
// one of them is not just a warning.
//
// A path follows the file: "transactions[0].steps[2].check[1].matches". What the file
// may write as a map is addressed by name, also where it is written as a list:
// "variables.size", "transactions[0].steps[0].request.headers.Accept".
func Compile(p *load.Plan) (*Program, []load.Issue) {
	c := &compiler{plan: p, slots: map[string]int{}, env: map[string]bool{}}
	c.declare()
	c.constants()
	c.baseURL()
	prog := &Program{
		Plan:      p,
		Setup:     c.steps("setup", p.Setup, ""),
		UserStart: c.steps("user_start", p.UserStart, ""),
		UserStop:  c.steps("user_stop", p.UserStop, ""),
		Teardown:  c.steps("teardown", p.Teardown, ""),
	}
	for i := range p.Transactions {
		prog.Transactions = append(prog.Transactions, c.transaction(i, &p.Transactions[i]))
	}
	prog.Vars, prog.Consts, prog.slots = c.names, c.consts, c.slots
	prog.Env = slices.Sorted(maps.Keys(c.env))
	if slices.ContainsFunc(c.issues, func(i load.Issue) bool { return !i.Warning }) {
		return nil, c.issues
	}
	return prog, c.issues
}

// compiler holds what is known of a plan while it is compiled.
type compiler struct {
	plan    *load.Plan
	names   []string // of each slot
	slots   map[string]int
	consts  []load.Value // by slot
	changes []bool       // by slot: something may change it during the run
	env     map[string]bool
	base    template // of base_url, without / at the end when it is static
	issues  []load.Issue
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

// declare gives every name of the plan its slot before anything is compiled, so that
// a step may use what a later one sets.
func (c *compiler) declare() {
	for _, v := range c.plan.Variables {
		c.slot("variables."+v.Name, v.Name)
	}
	lists := c.stepLists()
	for _, path := range slices.Sorted(maps.Keys(lists)) {
		c.declareSteps(path, lists[path])
	}
}

func (c *compiler) stepLists() map[string][]load.Step {
	lists := map[string][]load.Step{
		"setup": c.plan.Setup, "user_start": c.plan.UserStart, "user_stop": c.plan.UserStop, "teardown": c.plan.Teardown,
	}
	for i := range c.plan.Transactions {
		lists[fmt.Sprintf("transactions[%d].steps", i)] = c.plan.Transactions[i].Steps
	}
	return lists
}

func (c *compiler) declareSteps(path string, steps []load.Step) {
	for i := range steps {
		at := fmt.Sprintf("%s[%d]", path, i)
		for _, v := range steps[i].Set {
			c.changes[c.slot(at+".set."+v.Name, v.Name)] = true
		}
		for k, x := range steps[i].Extract {
			c.changes[c.slot(fmt.Sprintf("%s.extract[%d].name", at, k), x.Name)] = true
		}
	}
}

func (c *compiler) slot(path, name string) int {
	if slot, ok := c.slots[name]; ok {
		return slot
	}
	if !isVariableName(name) {
		c.issue(path, "", "%q is no name for a variable: a letter, then letters, digits, _ and -", name)
	}
	slot := len(c.names)
	c.slots[name] = slot
	c.names, c.consts, c.changes = append(c.names, name), append(c.consts, load.Value{}), append(c.changes, false)
	return slot
}

// constants evaluates the plan's variables, in order: one may use those above it.
func (c *compiler) constants() {
	for _, v := range c.plan.Variables {
		path := "variables." + v.Name
		before := len(c.issues)
		t := c.valueTemplate(path, v.Value)
		if t.constant.Kind == load.Unset && len(c.issues) == before {
			c.issue(path, "evaluate it for each user with set: in a step", "a variable of the plan is a constant, made of constants above it")
		}
		c.consts[c.slots[v.Name]] = t.constant
	}
}

func (c *compiler) transaction(i int, t *load.Transaction) *Transaction {
	out := &Transaction{Index: i, Name: t.Name, Weight: 1, Pace: t.Pace, Think: c.plan.Defaults.Think}
	if t.Weight != nil {
		out.Weight = *t.Weight
	}
	if t.Off {
		out.Weight = 0
	}
	if t.Think != nil {
		out.Think = *t.Think
	}
	path := fmt.Sprintf("transactions[%d]", i)
	c.notYet(path+".script", t.Script != nil)
	out.OnFailure = reaction(t.OnFailure, c.plan.OnFailure)
	out.Steps = c.steps(path+".steps", t.Steps, t.OnFailure)
	return out
}

// reaction is the first that is set, from the innermost level outwards.
func reaction(levels ...load.Reaction) load.Reaction {
	for _, r := range levels {
		if r != "" {
			return r
		}
	}
	return load.StopTransaction
}

func (c *compiler) notYet(path string, used bool) {
	if used {
		c.unknown(path, "", "not yet: it comes with a later version")
	}
}

func (c *compiler) steps(path string, steps []load.Step, onFailure load.Reaction) []*Step {
	var out []*Step
	for i := range steps {
		step := c.step(fmt.Sprintf("%s[%d]", path, i), &steps[i], onFailure)
		if step != nil && !steps[i].Off {
			out = append(out, step)
		}
	}
	return out
}

// step compiles s, also when it is switched off: its mistakes are shown now.
func (c *compiler) step(path string, s *load.Step, onFailure load.Reaction) *Step {
	c.notYet(path+".script", s.Script != nil)
	if s.Request == nil {
		c.notYet(path, true)
		return nil
	}
	out := &Step{Path: path, Name: s.Name, Think: s.Think, OnFailure: reaction(s.OnFailure, onFailure, c.plan.OnFailure)}
	for _, v := range s.Set {
		out.Set = append(out.Set, Assignment{c.slots[v.Name], c.valueTemplate(path+".set."+v.Name, v.Value)})
	}
	out.Request = c.request(path+".request", s.Request)
	if out.Name == "" {
		out.Name = defaultName(out.Request.Method, string(s.Request.URL))
	}
	for i := range s.Extract {
		if e := c.extractor(fmt.Sprintf("%s.extract[%d]", path, i), &s.Extract[i]); e != nil {
			out.Extracts = append(out.Extracts, e)
			out.ReadsBody = out.ReadsBody || readsBody(e.source)
		}
	}
	c.checks(path, s.Check, out)
	return out
}

// readsBody says whether a source needs the body.
func readsBody(s finder) bool {
	switch s.(type) {
	case headerSource, cookieSource, nil:
		return false
	}
	return true
}

// defaultName is the name of a step without one: its method and path, with numbers
// and UUIDs as {id} and placeholders by their names, so that one row holds all of them.
func defaultName(method, url string) string {
	parts, _ := parseTemplate(url)
	var text strings.Builder
	for _, p := range parts {
		if p.call == nil {
			text.WriteString(p.literal)
			continue
		}
		text.WriteString("{" + strings.TrimPrefix(p.call.name, "$") + "}")
	}
	path := text.String()
	if _, rest, ok := strings.Cut(path, "://"); ok {
		_, rest, _ = strings.Cut(rest, "/")
		path = "/" + rest
	}
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	if i := strings.IndexByte(path, '/'); i > 0 { // {{host}}/path
		path = path[i:]
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if isID(s) {
			segments[i] = "{id}"
		}
	}
	return method + " " + strings.Join(segments, "/")
}

// isID says whether a segment of a path is a number or a UUID.
func isID(s string) bool {
	if s != "" && strings.Trim(s, "0123456789") == "" {
		return true
	}
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(strings.ToLower(s)) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && strings.IndexByte(lowerHex, c) < 0 {
			return false
		}
	}
	return true
}
