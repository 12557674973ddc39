package plan

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// Bounds of what compiling a plan may make of it. A plan is small, but what it says once
// can stand in every request: defaults, constants, blocks. Each alone is far beyond what
// a real plan has.
const (
	maxHeaders     = 100       // of one list
	maxBaseURL     = 4 << 10   // bytes of base_url and of a proxy
	maxConstants   = 4 << 20   // bytes that constants make of one another
	maxFolded      = 512       // bytes of a constant that becomes part of a text where it is used
	maxFilters     = 6         // of a placeholder: several may double it
	maxExpressions = 1_000_000 // instructions of all regular expressions: 40 bytes each
	maxChunk       = 4 << 10   // bytes of a literal that grows; see template.add
)

// maxExpanded bounds what one template makes of variables, in bytes.
const maxExpanded = 100 << 20

var errExpanded = &ExpandError{load.ClassTemplate, "the text has become longer than 100 MiB"}

// written is how many steps there are, with those that they have in them.
func written(steps []load.Step) int {
	n := len(steps)
	for i := range steps {
		n += written(steps[i].Steps) + written(steps[i].Else)
	}
	return n
}

// tooManySteps refuses a plan of more steps than one may have before they are compiled.
func (c *compiler) tooManySteps() bool {
	p := c.plan
	n := written(p.Setup) + written(p.UserStart) + written(p.UserStop) + written(p.Teardown)
	for i := range p.Blocks {
		n += written(p.Blocks[i].Steps)
	}
	for i := range p.Transactions {
		n += written(p.Transactions[i].Steps)
	}
	if n > maxSteps {
		c.issue("transactions", "use blocks, or repeat", "the plan has %d steps: at most %d go into one", n, maxSteps)
	}
	return n > maxSteps
}

// regexes compiles the regular expressions of a plan, each once.
type regexes struct {
	known map[string]*regexp.Regexp
	size  int // instructions of all
}

func (r *regexes) compile(text string) (*regexp.Regexp, error) {
	if re := r.known[text]; re != nil {
		return re, nil
	}
	if len(text) > maxExpression {
		return nil, errLongExpression
	}
	if r.size > maxExpressions {
		return nil, fmt.Errorf("the regular expressions of the plan are too large: at most %d instructions go into one", maxExpressions)
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("%q is not a regular expression (RE2): %s", bounded(text, maxRuleWord), bounded(strings.TrimPrefix(err.Error(), "error parsing regexp: "), 2*maxRuleWord))
	}
	r.size += instructions(text)
	if r.known == nil {
		r.known = map[string]*regexp.Regexp{}
	}
	r.known[text] = re
	return re, nil
}

// instructions is the size of a regular expression.
func instructions(text string) int {
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return 0
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return 0
	}
	return len(prog.Inst)
}
