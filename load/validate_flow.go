package load

import (
	"fmt"
	"strconv"
	"strings"
)

// DefaultAs is the variable for the item of a repeat with each that names none.
const DefaultAs = "item"

// maxTimes is how often a repeat may be asked for.
const maxTimes = 1_000_000

func (v *validator) steps(path string, steps []Step) {
	for i := range steps {
		v.step(item(path, i), &steps[i])
	}
}

func (v *validator) blocks() {
	seen := map[string]bool{}
	for i := range v.plan.Blocks {
		b := &v.plan.Blocks[i]
		path := "blocks." + b.Name
		switch {
		case b.Name == "":
			v.fail(path, "a block without a name")
		case seen[b.Name]:
			v.fail(path, "there are two blocks named %q", clip(b.Name))
		case len(b.Steps) == 0:
			v.fail(path, "block %q has no steps", clip(b.Name))
		}
		seen[b.Name] = true
		v.name(path, b.Name)
		v.steps(path, b.Steps)
	}
}

// step checks one item of a list of steps: that it is one thing, and that what stands
// beside that belongs there.
func (v *validator) step(path string, s *Step) {
	v.name(path+".name", s.Name)
	kinds := count(s.Request != nil, s.Group != "", s.Repeat != nil, s.If != nil, s.Use != "")
	switch {
	case kinds == 0:
		v.failHint(path, "for example {name: home, request: {url: /}}", "a step is one of request, group, repeat, if and use: this one is none")
	case kinds > 1:
		v.fail(path, "a step is one of request, group, repeat, if and use: this one is several")
	default:
		v.beside(path, s)
	}
	v.variables(path+".set", s.Set)
	if s.Request != nil {
		v.request(path+".request", s.Request)
	}
	for i := range s.Extract {
		v.extract(item(path+".extract", i), &s.Extract[i])
	}
	for i := range s.Check {
		v.check(item(path+".check", i), &s.Check[i])
	}
	v.flow(path, s)
	v.steps(path+".steps", s.Steps)
	v.steps(path+".else", s.Else)
}

// kind is the key that says what s is.
func (s *Step) kind() string {
	switch {
	case s.Request != nil:
		return "request"
	case s.Group != "":
		return "group"
	case s.Repeat != nil:
		return "repeat"
	case s.If != nil:
		return "if"
	}
	return "use"
}

// beside checks what stands beside the kind of a step that has exactly one.
func (v *validator) beside(path string, s *Step) {
	kind := s.kind()
	if kind != "request" {
		for _, part := range []struct {
			key   string
			given bool
		}{{"set", len(s.Set) > 0}, {"extract", len(s.Extract) > 0}, {"check", len(s.Check) > 0}, {"script", s.Script != nil}} {
			if part.given {
				v.fail(path+"."+part.key, "%s goes with a request, not with %s", part.key, kind)
			}
		}
	}
	if s.Else != nil && kind != "if" {
		v.fail(path+".else", "else goes with if, not with %s", kind)
	}
	needsSteps := kind != "request" && kind != "use"
	switch {
	case s.Steps != nil && !needsSteps:
		v.fail(path+".steps", "%s has no steps of its own", map[string]string{"request": "a request", "use": "use"}[kind])
	case len(s.Steps) == 0 && needsSteps:
		v.failHint(path, "steps: [{request: {url: /}}]", "%s without steps", kind)
	case s.Name != "" && kind == "group":
		v.failHint(path+".name", "leave it out: group is the name of its row", "a group has one name")
	}
}

// flow checks the words of group, repeat, if and use.
func (v *validator) flow(path string, s *Step) {
	v.rowName(path+".group", s.Group)
	v.name(path+".use", s.Use)
	if s.Repeat != nil {
		v.repeat(path+".repeat", s.Repeat)
	}
	if s.If != nil {
		v.condition(path+".if", s.If)
	}
}

// rowName checks a name that stands beside those of the program in the statistics.
func (v *validator) rowName(path, name string) {
	v.name(path, name)
	if strings.HasPrefix(name, "(") {
		v.fail(path, "%q: names in parentheses are those of the program", clip(name))
	}
}

func (v *validator) repeat(path string, r *Repeat) {
	const forms = "{times: 5}, {each: ids, as: id} or {until: {var: state, equals: done}, every: 1s, within: 60s}"
	switch count(r.Times != "", r.Each != "", r.Until != nil) {
	case 0:
		v.failHint(path, "write "+forms, "a repeat has one of times, each and until: this one has none")
	case 1:
	default:
		v.failHint(path, "write "+forms, "a repeat has one of times, each and until: this one has several")
	}
	if t := string(r.Times); t != "" && !strings.Contains(t, "{{") {
		if n, err := strconv.Atoi(t); err != nil || n < 0 || n > maxTimes || strconv.Itoa(n) != t {
			v.fail(path+".times", "times must be a whole number from 0 to %d, not %q", maxTimes, clip(t))
		}
	}
	if r.Each != "" {
		v.reference(path+".each", r.Each)
	}
	switch {
	case r.As != "" && r.Each == "":
		v.fail(path+".as", "as goes with each")
	case r.As != "":
		v.variableName(path+".as", r.As)
	}
	if r.Within > 0 && r.Until == nil {
		v.fail(path+".within", "within goes with until")
	}
	if r.Until != nil {
		v.condition(path+".until", r.Until)
		if r.Within == 0 {
			v.warn(path, "without within it goes on until the condition holds, or the run ends")
		}
	}
}

// reference checks the name of a variable, or of a column of a data file, without braces.
func (v *validator) reference(path, name string) {
	if source, column, ok := strings.Cut(name, "."); ok && column != "" {
		name = source
	}
	v.variableName(path, name)
}

func (v *validator) condition(path string, c *Condition) {
	if c.Var == "" {
		v.failHint(path, "for example {var: state, equals: done}", "a condition without a variable")
	} else {
		v.reference(path+".var", c.Var)
	}
	if c.Test.empty() {
		v.failHint(path, "for example equals: done, or exists: true", "the condition has no word that says what must hold")
	}
	if c.Count != nil {
		v.fail(path+".count", "a variable is one value: count goes with json, css, xpath, regex, header and cookie")
	}
	v.test(path, &c.Test)
}

// rows warns of a plan with more rows than the statistics have. Rows of transactions
// are kept for each scenario that plays them.
func (v *validator) rows() {
	p := v.plan
	c := newRowCounter(p)
	n := c.steps(p.Setup) + c.steps(p.UserStart) + c.steps(p.UserStop) + c.steps(p.Teardown)
	played, all := map[string]int{}, count(len(p.Scenarios) == 0)
	for i := range p.Scenarios {
		all += count(p.Scenarios[i].Transactions == nil)
		for _, w := range p.Scenarios[i].Transactions {
			played[w.Transaction]++
		}
	}
	for i := range p.Transactions {
		t := &p.Transactions[i]
		n = min(n+(all+played[t.Name])*(1+c.steps(t.Steps)), manyRows)
	}
	if n > MaxRows {
		v.warn("transactions", "the plan has %s rows: the statistics keep %d, the rest is counted under %s", atMost(n), MaxRows, OtherName)
	}
}

func atMost(n int) string {
	if n >= manyRows {
		return fmt.Sprintf("over %d", manyRows)
	}
	return strconv.Itoa(n)
}

// manyRows is where a rowCounter stops counting: blocks that use blocks can have any
// number of steps.
const manyRows = 1_000_000

// rowCounter counts the rows that steps have: one for each request and group.
type rowCounter struct {
	blocks  map[string]*Block
	counted map[string]int // rows of blocks; 0 while they are being counted
}

func newRowCounter(p *Plan) *rowCounter {
	c := &rowCounter{blocks: make(map[string]*Block, len(p.Blocks)), counted: make(map[string]int, len(p.Blocks))}
	for i := range p.Blocks {
		c.blocks[p.Blocks[i].Name] = &p.Blocks[i]
	}
	return c
}

func (c *rowCounter) steps(steps []Step) int {
	n := 0
	for i := range steps {
		s := &steps[i]
		n += count(s.Request != nil, s.Group != "") + c.steps(s.Steps) + c.steps(s.Else)
		if s.Use != "" {
			n += c.block(s.Use)
		}
	}
	return min(n, manyRows)
}

func (c *rowCounter) block(name string) int {
	b := c.blocks[name]
	if n, ok := c.counted[name]; ok || b == nil {
		return n
	}
	c.counted[name] = 0
	c.counted[name] = c.steps(b.Steps)
	return c.counted[name]
}
