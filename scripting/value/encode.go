package value

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// MaxJSON bounds JSON text that is made or read, in bytes.
const MaxJSON = 8 << 20

// AppendJSON writes v as JSON without needless space. A table with the keys 1 to n is an
// array, any other one, also an empty one, an object with its names sorted; marks
// (MarkArray, MarkObject) decide otherwise. Bytes that are no UTF-8 become U+FFFD. Refused,
// with their path, are functions and the like, numbers that are not finite, lists with
// holes, and tables in themselves. Nothing of v is called. L, where v lives, ends the work
// when its hook has to end; it may be nil. Errors are *Error, with dst as it was.
func AppendJSON(L *lua.LState, dst []byte, v lua.LValue) ([]byte, error) {
	return appendJSON(L, dst, v, "")
}

// AppendPrettyJSON is AppendJSON with a line for each member and two spaces per level.
func AppendPrettyJSON(L *lua.LState, dst []byte, v lua.LValue) ([]byte, error) {
	return appendJSON(L, dst, v, "  ")
}

func appendJSON(L *lua.LState, dst []byte, v lua.LValue, indent string) ([]byte, error) {
	e := encoder{dst: dst, base: len(dst), indent: indent}
	if L != nil && L.Context() != nil {
		e.done = L.Context().Done()
	}
	if err := e.value(v); err != nil {
		return dst, err
	}
	return e.dst, nil
}

type encoder struct {
	dst    []byte
	base   int // length before
	indent string
	done   <-chan struct{}
	names  []string // of the objects under way, the innermost last
	path   []step
	around []*lua.LTable
}

// step is one step from a table to what is in it.
type step struct {
	name  string
	index int // 0: name
}

func (e *encoder) fail(limit bool, format string, args ...any) error {
	var path strings.Builder
	for _, s := range e.path {
		if s.index > 0 {
			fmt.Fprintf(&path, "[%d]", s.index)
		} else if isName(s.name) {
			path.WriteString("." + s.name)
		} else {
			path.WriteString("[" + strconv.Quote(shortened(s.name)) + "]")
		}
	}
	return &Error{Path: path.String(), Message: fmt.Sprintf(format, args...), Limit: limit}
}

// isName says whether Lua takes s behind a point.
func isName(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 40
}

func shortened(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

func (e *encoder) value(v lua.LValue) error {
	switch v := v.(type) {
	case *lua.LNilType:
		e.dst = append(e.dst, "null"...)
	case lua.LBool:
		e.dst = strconv.AppendBool(e.dst, bool(v))
	case lua.LNumber:
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return e.fail(false, "is %v, which JSON has no word for", float64(v))
		}
		e.dst = AppendNumber(e.dst, float64(v))
	case lua.LString:
		if len(v) > MaxJSON {
			return e.tooLong()
		}
		e.dst = appendString(e.dst, string(v))
	case *lua.LTable:
		return e.table(v)
	case *lua.LUserData:
		return e.userdata(v)
	default:
		return e.fail(false, "is a %s", v.Type())
	}
	return e.size()
}

func (e *encoder) userdata(v *lua.LUserData) error {
	if v == Null {
		e.dst = append(e.dst, "null"...)
		return e.size()
	}
	if text, ok := exactText(v); ok {
		e.dst = append(e.dst, text...)
		return e.size()
	}
	return e.fail(false, "is an object of the platform, which is not JSON")
}

func (e *encoder) size() error {
	if len(e.dst)-e.base > MaxJSON {
		return e.tooLong()
	}
	return nil
}

func (e *encoder) tooLong() error {
	return e.fail(true, "makes more than %d bytes of JSON", MaxJSON)
}

func (e *encoder) table(t *lua.LTable) error {
	if slices.Contains(e.around, t) {
		return e.fail(false, "is a table that is inside itself")
	}
	if len(e.around) >= sandbox.MaxDepth {
		return e.fail(true, "is nested deeper than %d tables", sandbox.MaxDepth)
	}
	select {
	case <-e.done:
		return e.fail(false, "was not finished in the time of the hook")
	default:
	}
	e.around = append(e.around, t)
	defer func() { e.around = e.around[:len(e.around)-1] }()
	n := t.MaxN()
	if t.Metatable == objectMark || n == 0 && t.Metatable != arrayMark {
		return e.object(t)
	}
	return e.array(t, n)
}

// array writes the n items of t.
func (e *encoder) array(t *lua.LTable, n int) error {
	if key, _ := t.Next(listEnd(n)); key != lua.LNil {
		return e.stranger(key, n)
	}
	e.dst = append(e.dst, '[')
	for i := 1; i <= n; i++ {
		e.path = append(e.path, step{index: i})
		v := t.RawGetInt(i)
		if v == lua.LNil {
			return e.fail(false, "is nil, a hole in a list: json.null stands for nothing in a list, json.object makes its numbers names")
		}
		e.separate(i > 1)
		if err := e.value(v); err != nil {
			return err
		}
		e.path = e.path[:len(e.path)-1]
	}
	e.close(']', n > 0)
	return e.size()
}

// listEnd is the key from which Next goes on behind the list of a table.
func listEnd(n int) lua.LValue {
	if n == 0 {
		return lua.LNil
	}
	return lua.LNumber(n)
}

// stranger refuses a key of a list.
func (e *encoder) stranger(key lua.LValue, n int) error {
	switch key := key.(type) {
	case lua.LString:
		if n == 0 {
			return e.fail(false, "is a json.array with the name %q", shortened(string(key)))
		}
		return e.fail(false, "has %d list items and also the name %q: JSON has either", n, shortened(string(key)))
	case lua.LNumber:
		return e.fail(false, "has the number %s, which is not the next in its list of %d: json.object makes numbers names", key, n)
	}
	return e.fail(false, "has a key that is a %s", key.Type())
}

// object writes all of t by name.
func (e *encoder) object(t *lua.LTable) error {
	first := len(e.names)
	if err := e.collect(t); err != nil {
		return err
	}
	last := len(e.names)
	slices.Sort(e.names[first:last])
	e.dst = append(e.dst, '{')
	for i := first; i < last; i++ {
		name := e.names[i]
		e.separate(i > first)
		e.dst = append(appendString(e.dst, name), ':')
		if e.indent != "" {
			e.dst = append(e.dst, ' ')
		}
		e.path = append(e.path, step{name: name})
		v := t.RawGetString(name)
		if v == lua.LNil {
			v = e.numbered(t, name)
		}
		if err := e.value(v); err != nil {
			return err
		}
		e.path = e.path[:len(e.path)-1]
	}
	e.names = e.names[:first]
	e.close('}', last > first)
	return e.size()
}

// collect appends the names of t, numbers among them if t is marked.
func (e *encoder) collect(t *lua.LTable) error {
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		switch k := key.(type) {
		case lua.LString:
			e.names = append(e.names, string(k))
		case lua.LNumber:
			name := string(AppendNumber(nil, float64(k)))
			if t.Metatable != objectMark {
				return e.stranger(key, 0)
			}
			if t.RawGetString(name) != lua.LNil {
				return e.fail(false, "has %q both as a number and as a name", name)
			}
			e.names = append(e.names, name)
		default:
			return e.fail(false, "has a key that is a %s", key.Type())
		}
		if len(e.names) > MaxJSON/4 {
			return e.tooLong() // a name takes at least "":1 and a comma
		}
	}
	return nil
}

// numbered is the member whose number is written as name.
func (e *encoder) numbered(t *lua.LTable, name string) lua.LValue {
	n, _ := strconv.ParseFloat(name, 64)
	return t.RawGet(lua.LNumber(n))
}

func (e *encoder) separate(comma bool) {
	if comma {
		e.dst = append(e.dst, ',')
	}
	e.line(len(e.around))
}

func (e *encoder) close(bracket byte, full bool) {
	if full {
		e.line(len(e.around) - 1)
	}
	e.dst = append(e.dst, bracket)
}

func (e *encoder) line(depth int) {
	if e.indent == "" {
		return
	}
	e.dst = append(e.dst, '\n')
	for range depth {
		e.dst = append(e.dst, e.indent...)
	}
}

// appendString writes s as a JSON string, with no more escapes than RFC 8259 asks for.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		n := 1
		if c >= utf8.RuneSelf {
			var r rune
			if r, n = utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
		}
		dst = append(dst, s[done:i]...)
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, "\uFFFD"...)
		}
		i += n
		done = i
	}
	return append(append(dst, s[done:]...), '"')
}
