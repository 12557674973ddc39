package plan

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxJSONDepth bounds the nesting of JSON that is read, so that no response can make
// the scanner's recursion deep (RFC 8259, 9 allows such a limit).
const maxJSONDepth = 1000

// The skip functions are a scanner for JSON (RFC 8259) on text: given the index of
// the first byte of something, they return the index after it, or the index at which
// it stops being JSON and false. They build nothing.

func skipSpace(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

func skipJSON(s string, i, depth int) (int, bool) {
	if i >= len(s) {
		return i, false
	}
	switch s[i] {
	case '"':
		return skipString(s, i)
	case '{':
		return skipObject(s, i, depth+1)
	case '[':
		return skipArray(s, i, depth+1)
	case 't':
		return skipWord(s, i, "true")
	case 'f':
		return skipWord(s, i, "false")
	case 'n':
		return skipWord(s, i, "null")
	}
	return skipNumber(s, i)
}

func skipWord(s string, i int, word string) (int, bool) {
	if strings.HasPrefix(s[i:], word) {
		return i + len(word), true
	}
	return i, false
}

// plainJSON has the bytes that stand for themselves in a string. It is never changed.
var plainJSON = func() (plain [256]bool) {
	for c := range 256 {
		plain[c] = c >= 0x20 && c != '"' && c != '\\'
	}
	return plain
}()

func skipString(s string, i int) (int, bool) {
	if i >= len(s) || s[i] != '"' {
		return i, false
	}
	for i++; i < len(s); {
		c := s[i]
		if plainJSON[c] {
			i++
			continue
		}
		if c == '"' {
			return i + 1, true
		}
		n := escapeLen(s[i:])
		if n == 0 {
			return i, false
		}
		i += n
	}
	return i, false
}

// escapeLen is the length of the escape at the start of s, 0 when it is none.
func escapeLen(s string) int {
	if len(s) < 2 || s[0] != '\\' {
		return 0
	}
	if strings.IndexByte(`"\/bfnrt`, s[1]) >= 0 {
		return 2
	}
	if s[1] != 'u' || hex4(s) < 0 {
		return 0
	}
	return 6
}

// hex4 is the number in \uXXXX at the start of s, or -1.
func hex4(s string) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	var r rune
	for i := 2; i < 6; i++ {
		d := strings.IndexByte("0123456789abcdef", s[i]|0x20)
		if s[i] <= '9' {
			d = int(s[i]) - '0'
		}
		if d < 0 {
			return -1
		}
		r = r<<4 | rune(d)
	}
	return r
}

func skipNumber(s string, i int) (int, bool) {
	if i < len(s) && s[i] == '-' {
		i++
	}
	switch {
	case i < len(s) && s[i] == '0':
		i++
	case i < len(s) && s[i] >= '1' && s[i] <= '9':
		i = skipDigits(s, i)
	default:
		return i, false
	}
	if i < len(s) && s[i] == '.' {
		start := i + 1
		if i = skipDigits(s, start); i == start {
			return i, false
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		start := i
		if i = skipDigits(s, start); i == start {
			return i, false
		}
	}
	return i, true
}

func skipDigits(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

func skipArray(s string, i, depth int) (int, bool) {
	if depth > maxJSONDepth {
		return i, false
	}
	i, more := enter(s, i, ']')
	for ok := true; more; {
		if i, ok = skipJSON(s, i, depth); !ok {
			return i, false
		}
		if i, more, ok = next(s, i, ']'); !ok {
			return i, false
		}
	}
	return i, true
}

func skipObject(s string, i, depth int) (int, bool) {
	if depth > maxJSONDepth {
		return i, false
	}
	i, more := enter(s, i, '}')
	for ok := true; more; {
		if _, i, ok = memberName(s, i); !ok {
			return i, false
		}
		if i, ok = skipJSON(s, i, depth); !ok {
			return i, false
		}
		if i, more, ok = next(s, i, '}'); !ok {
			return i, false
		}
	}
	return i, true
}

// enter steps over the bracket at s[i]; more is false, and i behind the closing
// bracket, when nothing is inside.
func enter(s string, i int, closing byte) (_ int, more bool) {
	i = skipSpace(s, i+1)
	if i < len(s) && s[i] == closing {
		return i + 1, false
	}
	return i, true
}

// next steps from the end of a member to the begin of the next one, or, when there
// is no more, behind the closing bracket.
func next(s string, i int, closing byte) (_ int, more, ok bool) {
	i = skipSpace(s, i)
	switch {
	case i < len(s) && s[i] == ',':
		return skipSpace(s, i+1), true, true
	case i < len(s) && s[i] == closing:
		return i + 1, false, true
	}
	return i, false, false
}

// memberName reads the name of a member of an object, still quoted, and steps to its
// value.
func memberName(s string, i int) (name string, _ int, ok bool) {
	end, ok := skipString(s, i)
	if !ok {
		return "", end, false
	}
	name = s[i:end]
	if i = skipSpace(s, end); i >= len(s) || s[i] != ':' {
		return "", i, false
	}
	return name, skipSpace(s, i+1), true
}

// unquote is the text of a valid JSON string, without its quotes. It shares memory
// with s when there is nothing to decode. Like encoding/json it turns bytes that are
// no UTF-8, and halves of surrogate pairs, into U+FFFD.
func unquote(s string) string {
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 && utf8.ValidString(s) {
		return s
	}
	return string(appendUnquoted(make([]byte, 0, len(s)+8), s))
}

func appendUnquoted(dst []byte, s string) []byte {
	for s != "" {
		if s[0] == '\\' {
			dst, s = appendEscape(dst, s)
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		dst, s = utf8.AppendRune(dst, r), s[n:]
	}
	return dst
}

func appendEscape(dst []byte, s string) ([]byte, string) {
	if s[1] != 'u' {
		i := strings.IndexByte(`"\/bfnrt`, s[1])
		return append(dst, "\"\\/\b\f\n\r\t"[i]), s[2:]
	}
	r, n := hex4(s), 6
	if utf16.IsSurrogate(r) {
		r = utf16.DecodeRune(r, hex4(s[6:])) // U+FFFD when the second half is missing
		if r != utf8.RuneError {
			n = 12
		}
	}
	return utf8.AppendRune(dst, r), s[n:]
}

// pathStep is one step of a simple JSONPath.
type pathStep struct {
	name  string
	index int // -1: every element; -2: name
}

const (
	everyElement = -1
	memberStep   = -2
)

// pathScan follows a simple path through a document in one pass, which validates
// the whole document on its way: what a service sends is JSON or it is not, and an
// answer cut off behind the wanted value should not pass. Members are compared by
// their decoded names; of a name that occurs twice the last one counts, as in
// encoding/json.
type pathScan struct {
	doc     string
	found   []string // as JSON text
	general bool     // a wildcard met an object: its members need the general way
}

// find appends the text of what path selects to f.found.
func (f *pathScan) find(path []pathStep) error {
	end, ok := f.value(skipSpace(f.doc, 0), 0, path)
	if end = skipSpace(f.doc, end); !ok || end != len(f.doc) {
		return notJSON(f.doc, end)
	}
	return nil
}

func notJSON(doc string, at int) error {
	if doc == "" {
		return fmt.Errorf("the body is empty, not JSON")
	}
	if at >= len(doc) {
		return fmt.Errorf("the body is not JSON: it ends too early, after %d bytes", len(doc))
	}
	return fmt.Errorf("the body is not JSON (or nested deeper than %d): at byte %d, %q", maxJSONDepth, at, bounded(doc[at:], 20))
}

func (f *pathScan) value(i, depth int, path []pathStep) (int, bool) {
	if i >= len(f.doc) || len(path) == 0 {
		end, ok := skipJSON(f.doc, i, depth)
		if ok {
			f.found = append(f.found, f.doc[i:end])
		}
		return end, ok
	}
	switch f.doc[i] {
	case '{':
		f.general = f.general || path[0].index == everyElement
		if path[0].index == memberStep {
			return f.object(i, depth+1, path)
		}
	case '[':
		if path[0].index != memberStep {
			return f.array(i, depth+1, path)
		}
	}
	return skipJSON(f.doc, i, depth)
}

func (f *pathScan) object(i, depth int, path []pathStep) (int, bool) {
	if depth > maxJSONDepth {
		return i, false
	}
	before := len(f.found)
	i, more := enter(f.doc, i, '}')
	for ok := true; more; {
		var name string
		if name, i, ok = memberName(f.doc, i); !ok {
			return i, false
		}
		if sameName(name, path[0].name) {
			f.found = f.found[:before]
			i, ok = f.value(i, depth, path[1:])
		} else {
			i, ok = skipJSON(f.doc, i, depth)
		}
		if !ok {
			return i, false
		}
		if i, more, ok = next(f.doc, i, '}'); !ok {
			return i, false
		}
	}
	return i, true
}

func (f *pathScan) array(i, depth int, path []pathStep) (int, bool) {
	if depth > maxJSONDepth {
		return i, false
	}
	i, more := enter(f.doc, i, ']')
	for n, ok := 0, true; more; n++ {
		if path[0].index == n || path[0].index == everyElement {
			i, ok = f.value(i, depth, path[1:])
		} else {
			i, ok = skipJSON(f.doc, i, depth)
		}
		if !ok {
			return i, false
		}
		if i, more, ok = next(f.doc, i, ']'); !ok {
			return i, false
		}
	}
	return i, true
}

// sameName compares a quoted member name with a plain one.
func sameName(quoted, name string) bool {
	inner := quoted[1 : len(quoted)-1]
	if strings.IndexByte(inner, '\\') < 0 && utf8.ValidString(inner) {
		return inner == name
	}
	return unquote(quoted) == name
}
