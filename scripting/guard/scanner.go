package guard

// kind is what a token is. Single characters, and operators of two, are symbols.
type kind uint8

const (
	end     kind = iota // of the text, or of what the parser will read of it
	name                // an identifier
	word                // a reserved word
	number              //
	literal             // a string
	symbol              //
)

type token struct {
	kind kind
	text string // as it is written
}

var reserved = map[string]bool{
	"and": true, "break": true, "do": true, "else": true, "elseif": true, "end": true,
	"false": true, "for": true, "function": true, "goto": true, "if": true, "in": true,
	"local": true, "nil": true, "not": true, "or": true, "repeat": true, "return": true,
	"then": true, "true": true, "until": true, "while": true,
}

// scanner splits a text into tokens just as gopher-lua's does, its oddities included.
type scanner struct {
	text string
	i    int
	line int
}

const eof = -1

func (s *scanner) peek() int {
	if s.i >= len(s.text) {
		return eof
	}
	return int(s.text[s.i])
}

// next takes a character; an end of line is one, whatever it is written with.
func (s *scanner) next() int {
	if s.i >= len(s.text) {
		return eof
	}
	c := s.text[s.i]
	s.i++
	if c != '\n' && c != '\r' {
		return int(c)
	}
	s.line++
	if other := '\n' + '\r' - int(c); s.peek() == other {
		s.i++
	}
	return '\n'
}

// scan is the next token; of kind end where the parser stops.
func (s *scanner) scan() token {
	for {
		for s.peek() == ' ' || s.peek() == '\t' || s.peek() == '\n' || s.peek() == '\r' {
			s.next()
		}
		if s.peek() != '-' || s.i+1 >= len(s.text) || s.text[s.i+1] != '-' {
			break
		}
		s.i += 2
		if !s.comment() {
			return token{}
		}
	}
	begin := s.i
	k := s.token(s.next())
	if k == end {
		return token{}
	}
	t := token{k, s.text[begin:s.i]}
	if k == name && reserved[t.text] {
		t.kind = word
	}
	return t
}

// comment skips the rest of a comment; false: a long one has no end.
func (s *scanner) comment() bool {
	c := int('-')
	if s.peek() == '[' {
		c = s.next()
		if s.peek() == '[' || s.peek() == '=' {
			return s.long()
		}
	}
	for c != '\n' && c != eof {
		c = s.next()
	}
	return true
}

// long skips a long string or comment whose first [ is taken.
func (s *scanner) long() bool {
	level, c := s.equals(s.next())
	if c != '[' {
		return false
	}
	c = s.next()
	for {
		switch c {
		case eof:
			return false
		case ']':
			n := 0
			if n, c = s.equals(s.next()); n == level && c == ']' {
				return true
			}
		default:
			c = s.next()
		}
	}
}

// equals counts equals signs from c on, and is the character after them.
func (s *scanner) equals(c int) (n, after int) {
	for c == '=' {
		n++
		c = s.next()
	}
	return n, c
}

// token takes the rest of the token that begins with c.
func (s *scanner) token(c int) kind {
	switch {
	case c == eof:
		return end
	case isLetter(c):
		for isLetter(s.peek()) || isDigit(s.peek()) {
			s.i++
		}
		return name
	case isDigit(c):
		return s.number(c)
	}
	switch c {
	case '"', '\'':
		return s.quoted(c)
	case '[':
		if s.peek() != '[' && s.peek() != '=' {
			return symbol
		}
		if !s.long() {
			return end
		}
		return literal
	case '=', '<', '>', '~':
		if s.peek() == '=' {
			s.i++
		} else if c == '~' {
			return end
		}
		return symbol
	case '.':
		if isDigit(s.peek()) {
			return s.number(c)
		}
		for n := 1; n < 3 && s.peek() == '.'; n++ {
			s.i++
		}
		return symbol
	case ':':
		if s.peek() == ':' {
			s.i++
		}
		return symbol
	case '+', '-', '*', '/', '%', '^', '#', '(', ')', '{', '}', ']', ';', ',':
		return symbol
	}
	return end
}

func (s *scanner) number(c int) kind {
	if c == '0' && (s.peek() == 'x' || s.peek() == 'X') {
		s.i++
		begin := s.i
		for isHex(s.peek()) {
			s.i++
		}
		if s.i == begin {
			return end
		}
		return number
	}
	s.digits()
	if s.peek() == '.' {
		s.i++
		s.digits()
	}
	if s.peek() == 'e' || s.peek() == 'E' {
		s.i++
		if s.peek() == '-' || s.peek() == '+' {
			s.i++
		}
		s.next() // whatever it is
		s.digits()
	}
	return number
}

func (s *scanner) digits() {
	for isDigit(s.peek()) {
		s.i++
	}
}

func (s *scanner) quoted(quote int) kind {
	for {
		switch c := s.next(); c {
		case quote:
			return literal
		case '\n', eof:
			return end
		case '\\':
			s.next()
		}
	}
}

func isLetter(c int) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' && c > 0 }
func isDigit(c int) bool  { return '0' <= c && c <= '9' }
func isHex(c int) bool    { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' && c > 0 }
