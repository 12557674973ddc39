package pattern

import "strings"

// match tries the pattern from p on at s of the subject: the end of the match, or -1.
func (m *Matcher) match(s, p int) int {
	if m.depth++; m.depth > MaxDepth {
		return m.fail(ErrTooComplex)
	}
	e := m.items(s, p)
	m.depth--
	return e
}

// items is match without the count of depth: it calls match only for what it may have to
// take back.
func (m *Matcher) items(s, p int) int {
	for {
		if !m.spend(1) {
			return -1
		}
		if p == len(m.pattern) {
			return s
		}
		switch m.pattern[p] {
		case '(':
			if p+1 < len(m.pattern) && m.pattern[p+1] == ')' {
				return m.startCapture(s, p+2, position)
			}
			return m.startCapture(s, p+1, open)
		case ')':
			return m.endCapture(s, p+1)
		case '$':
			if p+1 == len(m.pattern) {
				if s == len(m.subject) {
					return s
				}
				return -1
			}
		case '%':
			next, width, special := m.escape(s, p)
			if special {
				if next < 0 {
					return -1
				}
				s, p = next, p+width
				continue
			}
		}
		ep := m.classEnd(p)
		if ep < 0 {
			return -1
		}
		var mark byte
		if ep < len(m.pattern) {
			mark = m.pattern[ep]
		}
		switch mark {
		case '?':
			if m.single(s, p, ep) {
				if e := m.match(s+1, ep+1); e >= 0 || m.err != nil {
					return e
				}
			}
			p = ep + 1
		case '*':
			return m.maxExpand(s, p, ep)
		case '+':
			if !m.single(s, p, ep) {
				return -1
			}
			return m.maxExpand(s+1, p, ep)
		case '-':
			return m.minExpand(s, p, ep)
		default:
			if !m.single(s, p, ep) {
				return -1
			}
			s, p = s+1, ep
		}
	}
}

// escape matches %b, %f and back references, which are no single characters: the place in
// the subject after it (-1: no match), how long it is in the pattern, and whether it is
// one of these.
func (m *Matcher) escape(s, p int) (next, width int, special bool) {
	if p+1 >= len(m.pattern) {
		return 0, 0, false
	}
	switch c := m.pattern[p+1]; {
	case c == 'b':
		return m.balance(s, p+2), 4, true
	case c == 'f':
		p += 2
		if p >= len(m.pattern) || m.pattern[p] != '[' {
			return m.fail(SyntaxError("missing '[' after '%f' in pattern")), 0, true
		}
		ep := m.classEnd(p)
		if ep < 0 {
			return -1, 0, true
		}
		var before, at byte
		if s > 0 {
			before = m.subject[s-1]
		}
		if s < len(m.subject) {
			at = m.subject[s]
		}
		if m.inSet(before, p, ep-1) || !m.inSet(at, p, ep-1) {
			return -1, 0, true
		}
		return s, ep - p + 2, true
	case c >= '0' && c <= '9':
		return m.backReference(s, c), 2, true
	}
	return 0, 0, false
}

func (m *Matcher) startCapture(s, p, what int) int {
	if m.level >= MaxCaptures {
		return m.fail(SyntaxError("too many captures"))
	}
	m.capture[m.level].start, m.capture[m.level].len = s, what
	m.level++
	e := m.match(s, p)
	if e < 0 {
		m.level--
	}
	return e
}

func (m *Matcher) endCapture(s, p int) int {
	for i := m.level - 1; i >= 0; i-- {
		if m.capture[i].len != open {
			continue
		}
		m.capture[i].len = s - m.capture[i].start
		e := m.match(s, p)
		if e < 0 {
			m.capture[i].len = open
		}
		return e
	}
	return m.fail(SyntaxError("invalid pattern capture"))
}

func (m *Matcher) backReference(s int, digit byte) int {
	i := int(digit) - '1'
	if i < 0 || i >= m.level || m.capture[i].len == open {
		return m.fail(SyntaxError("invalid capture index"))
	}
	c := m.capture[i]
	if c.len == position {
		return -1 // as in C, where such a length is larger than any subject
	}
	if !m.spend(c.len / 16) {
		return -1
	}
	if strings.HasPrefix(m.subject[s:], m.subject[c.start:c.start+c.len]) {
		return s + c.len
	}
	return -1
}

func (m *Matcher) balance(s, p int) int {
	if p+1 >= len(m.pattern) {
		return m.fail(SyntaxError("unbalanced pattern"))
	}
	begin, end := m.pattern[p], m.pattern[p+1]
	if s >= len(m.subject) || m.subject[s] != begin {
		return -1
	}
	depth := 1
	for i := s + 1; i < len(m.subject); i++ {
		if !m.spend(1) {
			return -1
		}
		switch m.subject[i] {
		case end:
			if depth--; depth == 0 {
				return i + 1
			}
		case begin:
			depth++
		}
	}
	return -1
}

func (m *Matcher) maxExpand(s, p, ep int) int {
	n := 0
	for m.single(s+n, p, ep) {
		n++
	}
	for ; n >= 0 && m.err == nil; n-- {
		if e := m.match(s+n, ep+1); e >= 0 {
			return e
		}
	}
	return -1
}

func (m *Matcher) minExpand(s, p, ep int) int {
	for m.err == nil {
		if e := m.match(s, ep+1); e >= 0 {
			return e
		}
		if !m.single(s, p, ep) {
			return -1
		}
		s++
	}
	return -1
}
