package plan

import (
	"strings"

	"github.com/locust-http/locust-http/load"
)

// inner compiles the steps that s has of its own.
func (c *compiler) inner(path string, s *load.Step, out *Step) {
	out.Steps = c.steps(path+".steps", s.Steps)
	if s.If != nil {
		out.Else = c.steps(path+".else", s.Else)
	}
	if s.Off || len(out.Steps) > 0 || len(out.Else) > 0 {
		return
	}
	if len(s.Steps) > 0 || len(s.Else) > 0 {
		c.issue(path, "switch it off as a whole: enabled: false", "every step of %q is switched off", bounded(out.Name, maxRuleWord))
		return
	}
	c.issue(path, "", "%q has no steps", bounded(out.Name, maxRuleWord))
}

func (c *compiler) repeat(path string, r *load.Repeat, out *Step) {
	out.Repeat = &Repeat{Every: r.Every, Within: r.Within, As: -1}
	kinds := 0
	if r.Times != "" {
		kinds++
		out.Repeat.Times = c.times(path+".times", string(r.Times))
		out.nameIt("repeat " + bounded(string(r.Times), maxRuleWord) + " times")
	}
	if r.Each != "" {
		kinds++
		out.Repeat.Each, out.Repeat.each = true, c.reference(path+".each", r.Each)
		out.nameIt("repeat each " + r.Each)
	}
	if r.Until != nil {
		kinds++
		out.Repeat.Until = c.condition(path+".until", r.Until)
		out.nameIt("repeat until " + out.Repeat.Until.Rule)
	}
	if name := itemName(r); name != "" {
		out.Repeat.As = c.slots[name]
	}
	if kinds != 1 {
		c.unknown(path, "write times: 5, each: ids or until: {var: state, equals: done}", "has %d of times, each and until", kinds)
	}
}

// times compiles a number of rounds; one without placeholders is checked now.
func (c *compiler) times(path, text string) *ValueTemplate {
	t := c.textTemplate(path, text)
	if t.constant.Kind == load.Unset {
		return t
	}
	if _, problem := rounds(t.constant); problem != "" {
		c.issue(path, "", "%s", problem)
	}
	return t
}

// condition compiles the words of x; one without words asks whether the variable is set.
func (c *compiler) condition(path string, x *load.Condition) *Condition {
	out := &Condition{}
	out.check.subject = varSubject
	out.check.reference = c.reference(path+".var", x.Var)
	words := testCompiler{c: c, path: path, on: varSubject, plain: true}
	words.words(&x.Test)
	if len(words.tests) == 0 {
		words.add(test{word: wordExists, exists: true}, "exists")
	}
	out.check.tests = words.tests
	out.Rule = x.Var + " " + strings.Join(words.rule, " and ")
	out.check.Rule = out.Rule
	return out
}

// reference is a variable, or a column of a data file, that is named without braces.
type reference struct {
	name   string
	slot   int // of the variable, or number of the data source
	column int // -1: it is a variable
}

func (r *reference) value(s *Scope) load.Value {
	if r.column >= 0 {
		return s.row(r.slot, r.column)
	}
	return s.lookup(r.slot)
}

func (r *reference) unset(s *Scope) error {
	if r.column >= 0 {
		return s.noColumn(r.slot, r.name)
	}
	return &ExpandError{load.ClassUnsetVariable, "variable " + r.name + " is not set"}
}

// reference resolves a name that stands at path.
func (c *compiler) reference(path, name string) reference {
	source, column, dotted := strings.Cut(name, ".")
	if number, known := c.sources[source]; dotted && known && column != "" {
		return reference{name, number, c.column(path, number, column)}
	}
	slot, ok := c.slots[name]
	if !ok {
		slot, ok = c.scriptSlot(path, name)
	}
	if !ok {
		c.unknown(path, c.closest(name, c.names), "unknown variable %s", name)
	}
	return reference{name, slot, -1}
}
