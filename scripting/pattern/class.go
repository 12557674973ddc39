package pattern

// classEnd is where the single character class that begins at p ends; -1: it does not.
func (m *Matcher) classEnd(p int) int {
	c := m.pattern[p]
	p++
	switch c {
	case '%':
		if p >= len(m.pattern) {
			return m.fail(SyntaxError("malformed pattern (ends with '%')"))
		}
		return p + 1
	case '[':
		first := p
		if p < len(m.pattern) && m.pattern[p] == '^' {
			p++
		}
		for { // a ] that comes first stands for itself
			if p >= len(m.pattern) {
				return m.fail(SyntaxError("malformed pattern (missing ']')"))
			}
			c := m.pattern[p]
			p++
			if c == '%' {
				p++ // what it escapes, be it a ]
			}
			if p < len(m.pattern) && m.pattern[p] == ']' {
				break
			}
		}
		if !m.spend((p - first) / 8) {
			return -1
		}
		return p + 1
	}
	return p
}

// single says whether the character at s is of the class from p to ep.
func (m *Matcher) single(s, p, ep int) bool {
	if s >= len(m.subject) || !m.spend(1) {
		return false
	}
	c := m.subject[s]
	switch m.pattern[p] {
	case '.':
		return true
	case '%':
		return inClass(c, m.pattern[p+1])
	case '[':
		return m.inSet(c, p, ep-1)
	default:
		return m.pattern[p] == c
	}
}

// inSet says whether c is in the set that begins at p with [ and ends at ec with ].
func (m *Matcher) inSet(c byte, p, ec int) bool {
	if !m.spend((ec - p) / 8) {
		return false
	}
	found := true
	p++
	if m.pattern[p] == '^' {
		found = false
		p++
	}
	for ; p < ec; p++ {
		switch {
		case m.pattern[p] == '%':
			p++
			if inClass(c, m.pattern[p]) {
				return found
			}
		case p+2 < ec && m.pattern[p+1] == '-':
			if m.pattern[p] <= c && c <= m.pattern[p+2] {
				return found
			}
			p += 2
		case m.pattern[p] == c:
			return found
		}
	}
	return !found
}

// inClass says whether c is of the class that a letter after % names; any other character
// stands for itself.
func inClass(c, class byte) bool {
	in := false
	switch class | 0x20 {
	case 'a':
		in = isLetter(c)
	case 'c':
		in = c < 0x20 || c == 0x7f
	case 'd':
		in = isDigit(c)
	case 'l':
		in = 'a' <= c && c <= 'z'
	case 'p':
		in = 0x20 < c && c < 0x7f && !isLetter(c) && !isDigit(c)
	case 's':
		in = c == ' ' || '\t' <= c && c <= '\r'
	case 'u':
		in = 'A' <= c && c <= 'Z'
	case 'w':
		in = isLetter(c) || isDigit(c)
	case 'x':
		in = isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f'
	case 'z':
		in = c == 0
	default:
		return class == c
	}
	if class < 'a' {
		return !in
	}
	return in
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
