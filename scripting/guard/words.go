package guard

// takeWord follows a reserved word; false: the parser stops here.
func (c *checker) takeWord(text string) bool {
	l := c.top()
	l.names = 0
	switch text {
	case "and", "or", "not":
		c.operator()
		return true
	case "nil", "true", "false":
		l.beginOperand()
		return true
	case "function":
		if c.before.kind == word && c.before.text == "local" {
			c.declare(l, 1)
		}
		l.beginOperand()
		l.header = true
		return true
	case "end":
		return c.pop("dif")
	}
	l.endExpression()
	switch text {
	case "local":
		l.names = 'l'
	case "for":
		l.names = 'f'
		l.pending = 3
	case "do":
		pending := l.pending
		l.pending = 0
		c.push('d')
		c.declare(c.top(), pending)
	case "if":
		c.push('i')
	case "elseif":
		l.elseifs++
		c.elseifs++
		return c.block("i")
	case "else":
		return c.block("i")
	case "repeat":
		c.push('r')
	case "until":
		return c.pop("r")
	case "goto":
		c.gotos++
	}
	return true
}

// block begins the next block of an if: the variables of the last one are gone.
func (c *checker) block(kind string) bool {
	l := c.top()
	if l.kind != kind[0] {
		return false
	}
	c.visible -= l.locals
	l.locals = 0
	return true
}

// operator follows an operator with one or two operands.
func (c *checker) operator() {
	l := c.top()
	l.beginOperand()
	l.operators++
}

// takeSymbol follows a symbol; false: the parser stops here.
func (c *checker) takeSymbol(text string) bool {
	l := c.top()
	if text != "," {
		l.names = 0
	}
	if text == "(" || text == "-" {
		c.fold()
	}
	switch text {
	case "(", "[", "{":
		return c.open(text[0])
	case ")":
		return c.pop("(p")
	case "]":
		return c.pop("[")
	case "}":
		return c.pop("{")
	case ",", ";", "=":
		l.endExpression()
	case ".", ":":
	case "::":
		l.endExpression()
		c.labels++
	case "...":
		l.beginOperand()
	case "+", "-", "*", "/", "%", "^":
		c.folds = c.before.kind == number || c.before.text == ")" || text == "-" && !c.endsPrefix()
		c.operator()
	default:
		c.operator()
	}
	return true
}

// open follows an opening bracket, which may begin the parameters of a function.
func (c *checker) open(bracket byte) bool {
	l := c.top()
	if l.header {
		l.header = false
		c.counted++
		c.push('f')
		c.functions = append(c.functions, function{constants: map[string]bool{}})
		c.declare(c.top(), 2) // self, arg
		c.push('p')
		return bracket == '('
	}
	if c.endsPrefix() {
		l.suffixes++
	} else {
		l.beginOperand()
	}
	c.push(bracket)
	return true
}
