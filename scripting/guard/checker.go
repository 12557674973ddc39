package guard

import "fmt"

// checker follows the structure of a text: what is open, and how deep the syntax tree
// becomes. Where brackets and blocks do not match, the parser stops, and so does it.
type checker struct {
	scanner
	before    token // the one before the current
	levels    []level
	functions []function
	counted   int // functions
	gotos     int
	labels    int
	elseifs   int // of the ifs that are open: each is a block of its own
	visible   int // local variables in scope
	work      int
	folds     bool // the last arithmetic operator may have a constant on its left
}

// level is something open: a bracket ( [ {, the parameters of a function (p), or a block:
// of a function (f), a do (d), an if (i), a repeat (r), the text (t).
type level struct {
	kind byte

	// Of the expression at hand: its operators, how often the operand at hand is called or
	// indexed, how deep what it has in brackets is, how deep earlier operands are.
	operators, suffixes, inner, operands int
	// best is how deep the deepest expression was.
	best int

	elseifs int
	locals  int  // declared here
	pending int  // variables of a for whose do comes
	names   byte // l, f: names of a local, of a for are being listed
	header  bool // a function's ( comes
}

// function is what is known of a function's constants.
type function struct {
	constants map[string]bool
	folded    int // that arithmetic may make of others
}

func (l *level) operandDepth() int { return max(l.operands, l.suffixes+l.inner) }
func (l *level) depth() int        { return l.operators + l.operandDepth() }

func (l *level) beginOperand() {
	l.operands = l.operandDepth()
	l.suffixes, l.inner = 0, 0
}

func (l *level) endExpression() {
	l.best = max(l.best, l.depth())
	l.operators, l.suffixes, l.inner, l.operands = 0, 0, 0, 0
}

func (c *checker) run() *Error {
	c.levels = append(c.levels, level{kind: 't'})
	c.functions = append(c.functions, function{constants: map[string]bool{}})
	for {
		t := c.scan()
		if t.kind == end || !c.take(t) {
			return nil
		}
		if message := c.broken(); message != "" {
			return &Error{c.line, message}
		}
		c.before = t
	}
}

// broken says which bound does not hold.
func (c *checker) broken() string {
	l := c.top()
	switch {
	case len(c.levels) > MaxNesting:
		return fmt.Sprintf("more than %d brackets, blocks and functions are inside each other", MaxNesting)
	case l.operators > MaxOperators:
		return fmt.Sprintf("an expression has more than %d operators", MaxOperators)
	case max(l.depth(), l.best)+l.elseifs > MaxDepth:
		return "an expression or statement is too deep: it has too many parts inside or after each other"
	case c.counted > MaxFunctions:
		return fmt.Sprintf("the text has more than %d functions", MaxFunctions)
	case c.gotos > MaxGotos || c.labels > 2*MaxGotos:
		return fmt.Sprintf("the text has more than %d gotos or labels", MaxGotos)
	case c.work > maxWork:
		return "a function has too many different constants, or the text too many names: move data into another library"
	}
	return ""
}

func (c *checker) top() *level { return &c.levels[len(c.levels)-1] }

func (c *checker) push(kind byte) { c.levels = append(c.levels, level{kind: kind}) }

// pop closes the innermost level if it is of that kind; what it holds is part of the
// operand at hand around it.
func (c *checker) pop(kinds string) bool {
	l := c.top()
	found := false
	for i := range len(kinds) {
		found = found || kinds[i] == l.kind
	}
	if !found {
		return false
	}
	l.endExpression()
	c.visible -= l.locals
	c.elseifs -= l.elseifs
	depth := l.best + l.elseifs + 1
	if l.kind == 'f' {
		c.functions = c.functions[:len(c.functions)-1]
	}
	c.levels = c.levels[:len(c.levels)-1]
	outer := c.top()
	outer.inner = max(outer.inner, depth)
	return true
}

// take follows one token; false: the parser stops here.
func (c *checker) take(t token) bool {
	l := c.top()
	switch t.kind {
	case name:
		c.takeName(t)
		return true
	case number:
		c.fold()
		c.constant(t.text)
	case literal:
		if c.endsPrefix() {
			l.suffixes++
		} else {
			l.beginOperand()
		}
		c.constant(t.text)
	case word:
		return c.takeWord(t.text)
	case symbol:
		return c.takeSymbol(t.text)
	}
	l.names = 0
	return true
}

// endsPrefix says whether what came before can be called or indexed.
func (c *checker) endsPrefix() bool {
	switch b := c.before; b.kind {
	case name, literal:
		return true
	case word:
		return b.text == "end"
	case symbol:
		return b.text == ")" || b.text == "]" || b.text == "}"
	}
	return false
}

func (c *checker) takeName(t token) {
	l := c.top()
	switch {
	case c.before.text == "." || c.before.text == ":" && c.before.kind == symbol:
		l.suffixes++
	case c.endsPrefix() || c.before.kind == number || c.before.kind == word:
		// Two operands without an operator: a new statement begins.
		if !joins(c.before.text) {
			l.endExpression()
		} else {
			l.beginOperand()
		}
	default:
		l.beginOperand()
	}
	if listed := c.before.text; listed != "," && listed != "local" && listed != "for" {
		l.names = 0
	}
	switch {
	case l.kind == 'p':
		c.declare(&c.levels[len(c.levels)-2], 1)
	case l.names == 'l':
		c.declare(l, 1)
	case l.names == 'f':
		l.pending++
	}
	c.constant(t.text)
	c.work += (c.visible + len(c.levels) + c.elseifs) * len(c.functions)
}

// joins says whether a word stands between operands of one expression.
func joins(word string) bool { return word == "and" || word == "or" || word == "not" }

func (c *checker) declare(l *level, n int) {
	l.locals += n
	c.visible += n
}

// constant counts a constant of the function at hand, which the compiler looks up in a
// list of them, twice where it is assigned to.
func (c *checker) constant(text string) {
	f := &c.functions[len(c.functions)-1]
	f.constants[text] = true
	c.work += 2 * (len(f.constants) + f.folded)
}

// fold counts the constant that the compiler makes of two others, when an operand that may
// be one follows an operator with such a one before it.
func (c *checker) fold() {
	if c.folds && c.before.kind == symbol {
		c.functions[len(c.functions)-1].folded++
	}
	c.folds = false
}
