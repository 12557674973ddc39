package dataset

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// scanner reads JSON (RFC 8259) from a place on, without keeping anything of it.
type scanner struct {
	data []byte
	at   int
}

var isSpace = [256]bool{' ': true, '\t': true, '\n': true, '\r': true}

func (s *scanner) space() {
	for s.at < len(s.data) && isSpace[s.data[s.at]] {
		s.at++
	}
}

// here is the next byte, 0 at the end: no data has that byte.
func (s *scanner) here() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

// take consumes b if it comes next.
func (s *scanner) take(b byte) bool {
	if s.at < len(s.data) && s.data[s.at] == b {
		s.at++
		return true
	}
	return false
}

// unexpected is what stands here instead of what was expected. It names one character
// of structure at most, so no value gets into a message.
func (s *scanner) unexpected(expected string) *fault {
	if s.at >= len(s.data) {
		return &fault{at: s.at, text: expected + " was expected, not the end", ended: true}
	}
	found := "another character"
	if strings.IndexByte("{}[]:,\"", s.data[s.at]) >= 0 {
		found = fmt.Sprintf("%q", rune(s.data[s.at]))
	}
	return faultf(s.at, "%s was expected, not %s", expected, found)
}

// value reads one value; depth is how many levels it is in.
func (s *scanner) value(depth int) (span, *fault) {
	from := s.at
	v := span{from: from, kind: load.Composite}
	var f *fault
	switch b := s.here(); {
	case b == '"':
		return s.text()
	case b == '{':
		f = s.object(depth+1, nil)
	case b == '[':
		f = s.array(depth + 1)
	case b == '-' || b >= '0' && b <= '9':
		v.kind, f = load.Number, s.number()
	case b == 't':
		v.kind, f = load.Bool, s.word("true")
	case b == 'f':
		v.kind, f = load.Bool, s.word("false")
	case b == 'n':
		v.kind, f = load.Null, s.word("null")
	default:
		f = s.unexpected("a value")
	}
	v.to = s.at
	return v, f
}

// object reads an object and shows each of its keys with its value to visit, unless
// that is nil.
func (s *scanner) object(depth int, visit func(key, value span) *fault) *fault {
	if f := s.enter(depth); f != nil || s.take('}') {
		return f
	}
	for {
		if s.here() != '"' {
			return s.unexpected("a key in double quotes")
		}
		key, f := s.text()
		if f != nil {
			return f
		}
		if s.space(); !s.take(':') {
			return s.unexpected("a colon")
		}
		s.space()
		value, f := s.value(depth)
		if f != nil {
			return f
		}
		if visit != nil {
			if f := visit(key, value); f != nil {
				return f
			}
		}
		if s.space(); s.take('}') {
			return nil
		}
		if !s.take(',') {
			return s.unexpected("a comma or }")
		}
		s.space()
	}
}

func (s *scanner) array(depth int) *fault {
	if f := s.enter(depth); f != nil || s.take(']') {
		return f
	}
	for {
		if _, f := s.value(depth); f != nil {
			return f
		}
		if s.space(); s.take(']') {
			return nil
		}
		if !s.take(',') {
			return s.unexpected("a comma or ]")
		}
		s.space()
	}
}

// enter goes behind an opening bracket.
func (s *scanner) enter(depth int) *fault {
	if depth > MaxDepth {
		return faultf(s.at, "nested deeper than %d levels", MaxDepth)
	}
	s.at++
	s.space()
	return nil
}

// text reads a string; the span is without its quotes.
func (s *scanner) text() (span, *fault) {
	v := span{from: s.at + 1, kind: load.String}
	for i := s.at + 1; i < len(s.data); i++ {
		switch b := s.data[i]; {
		case b == '"':
			v.to, s.at = i, i+1
			return v, nil
		case b == '\\':
			v.coded = true
			n := escape(s.data[i:])
			if n == 0 {
				cut := len(s.data)-i < escapeLength && bytes.IndexByte(s.data[i:], '"') < 0
				return v, &fault{at: i, text: `an escape that JSON does not have: a backslash within text is written \\`, ended: cut}
			}
			i += n - 1
		case b < ' ':
			return v, &fault{at: i, text: "a line end or control character within text: a quote is not closed, or it must be escaped"}
		}
	}
	return v, &fault{at: s.at, text: "a quote that is not closed", ended: true}
}

// escapeLength is that of \u0000.
const escapeLength = 6

// escape is the length of the escape that b begins with; 0: it is none.
func escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] != 'u' {
		if strings.IndexByte(`"\/bfnrt`, b[1]) < 0 {
			return 0
		}
		return 2
	}
	if _, ok := hex(b); !ok {
		return 0
	}
	return escapeLength
}

func (s *scanner) number() *fault {
	s.take('-')
	if !s.take('0') && !s.digits() {
		return s.unexpected("a digit")
	}
	if s.take('.') && !s.digits() {
		return s.unexpected("a digit")
	}
	if s.take('e') || s.take('E') {
		if !s.take('+') {
			s.take('-')
		}
		if !s.digits() {
			return s.unexpected("a digit")
		}
	}
	return nil
}

func (s *scanner) digits() bool {
	from := s.at
	for s.at < len(s.data) && s.data[s.at] >= '0' && s.data[s.at] <= '9' {
		s.at++
	}
	return s.at > from
}

func (s *scanner) word(word string) *fault {
	for i := range len(word) {
		if !s.take(word[i]) {
			return s.unexpected("true, false, null, a number or text in double quotes")
		}
	}
	return nil
}

// hex is the code unit of the escape \uXXXX that b begins with.
func hex(b []byte) (unit rune, ok bool) {
	if len(b) < escapeLength || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, d := range b[2:escapeLength] {
		switch {
		case d >= '0' && d <= '9':
			d -= '0'
		case d >= 'a' && d <= 'f':
			d -= 'a' - 10
		case d >= 'A' && d <= 'F':
			d -= 'A' - 10
		default:
			return 0, false
		}
		unit = unit<<4 | rune(d)
	}
	return unit, true
}

// appendJSON appends what the inside of a JSON string stands for. Half of a surrogate
// pair becomes U+FFFD, as everywhere in plans.
func appendJSON(dst, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			dst = append(dst, text[i])
			continue
		}
		if at := strings.IndexByte(`bfnrt`, text[i+1]); at >= 0 {
			dst = append(dst, "\b\f\n\r\t"[at])
			i++
			continue
		}
		r, ok := hex(text[i:])
		if !ok { // a quote, a slash, a backslash
			dst = append(dst, text[i+1])
			i++
			continue
		}
		i += escapeLength - 1
		if low, ok := hex(text[i+1:]); ok && r >= 0xd800 && r < 0xdc00 && low >= 0xdc00 && low < 0xe000 {
			r = 0x10000 + (r-0xd800)<<10 + (low - 0xdc00)
			i += escapeLength
		}
		dst = utf8.AppendRune(dst, r) // writes U+FFFD for a surrogate
	}
	return dst
}
