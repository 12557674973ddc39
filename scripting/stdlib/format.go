package stdlib

import (
	"fmt"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// directive is one %-directive of a format: as in Lua, at most five flags and two digits
// each of width and precision.
type directive struct {
	flags     string
	width     int
	precision int // -1: none
	verb      byte
}

func stringFormat(L *lua.LState) int {
	format := L.CheckString(1)
	var out []byte
	arg := 1
	for i := 0; i < len(format); i++ {
		j := strings.IndexByte(format[i:], '%')
		if j < 0 {
			out = append(out, format[i:]...)
			break
		}
		out = append(out, format[i:i+j]...)
		i += j + 1
		if i < len(format) && format[i] == '%' {
			out = append(out, '%')
			continue
		}
		d, end := parseDirective(L, format, i)
		i = end
		arg++
		out = d.append(L, out, arg)
		if len(out) > sandbox.MaxString {
			limit(L, "string.format makes at most %d bytes", sandbox.MaxString)
		}
	}
	if len(out) > sandbox.MaxString {
		limit(L, "string.format makes at most %d bytes", sandbox.MaxString)
	}
	L.Push(lua.LString(out))
	return 1
}

// parseDirective reads the directive that begins after the % before i; end is the index of
// its verb.
func parseDirective(L *lua.LState, format string, i int) (d directive, end int) {
	d.precision = -1
	flags := i
	for i < len(format) && strings.IndexByte("-+ #0", format[i]) >= 0 {
		i++
	}
	if d.flags = format[flags:i]; len(d.flags) > 5 {
		L.RaiseError("invalid format (repeated flags)")
	}
	d.width, i = twoDigits(format, i)
	if i < len(format) && format[i] == '.' {
		d.precision, i = twoDigits(format, i+1)
	}
	if i < len(format) && isDigit(format[i]) {
		L.RaiseError("invalid format (width or precision too long)")
	}
	if i == len(format) {
		L.RaiseError("invalid option '%%' to '%s'", "format")
	}
	d.verb = format[i]
	return d, i
}

func twoDigits(s string, i int) (n, end int) {
	for end = i; end < len(s) && end < i+2 && isDigit(s[end]); end++ {
		n = n*10 + int(s[end]-'0')
	}
	return n, end
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// append appends argument arg as d says.
func (d *directive) append(L *lua.LState, out []byte, arg int) []byte {
	switch d.verb {
	case 'c':
		return d.pad(out, string([]byte{byte(L.CheckInt(arg))}))
	case 'd', 'i':
		return fmt.Appendf(out, d.spec('d'), integer(L, arg))
	case 'u':
		return fmt.Appendf(out, d.spec('d'), uint64(integer(L, arg)))
	case 'o', 'x', 'X':
		return fmt.Appendf(out, d.spec(d.verb), uint64(integer(L, arg)))
	case 'e', 'E', 'f', 'g', 'G':
		return d.float(out, float64(L.CheckNumber(arg)))
	case 'q':
		return quote(out, L.CheckString(arg))
	case 's':
		s := display(L, arg)
		if d.precision >= 0 && d.precision < len(s) {
			s = s[:d.precision]
		}
		return d.pad(out, s)
	}
	L.RaiseError("invalid option '%%%c' to 'format'", d.verb)
	return nil
}

// spec is the directive for package fmt, whose flags mean what C's mean for numbers.
func (d *directive) spec(verb byte) string {
	var b strings.Builder
	b.WriteByte('%')
	b.WriteString(d.flags)
	if d.width > 0 {
		fmt.Fprint(&b, d.width)
	}
	if d.precision >= 0 {
		fmt.Fprintf(&b, ".%d", d.precision)
	}
	b.WriteByte(verb)
	return b.String()
}

// float formats as C does, which writes infinity and not-a-number in its own way, and has
// six digits where nothing else is said.
func (d *directive) float(out []byte, n float64) []byte {
	if math.IsInf(n, 0) || math.IsNaN(n) {
		s := strings.ToLower(fmt.Sprint(n))
		if s[0] == '+' && !strings.Contains(d.flags, "+") {
			s = s[1:]
			if strings.Contains(d.flags, " ") {
				s = " " + s
			}
		}
		if d.verb == 'E' || d.verb == 'G' {
			s = strings.ToUpper(s)
		}
		return d.pad(out, s)
	}
	with := *d
	if with.precision < 0 {
		with.precision = 6
	}
	if with.precision == 0 && (d.verb == 'g' || d.verb == 'G') {
		with.precision = 1
	}
	return fmt.Appendf(out, with.spec(d.verb), n)
}

// integer is argument arg without its fraction.
func integer(L *lua.LState, arg int) int64 {
	n := math.Trunc(float64(L.CheckNumber(arg)))
	if n >= 1<<63 && n < 1<<64 {
		return int64(uint64(n))
	}
	if !(n >= -1<<63 && n < 1<<63) {
		L.ArgError(arg, "number has no integer representation")
	}
	return int64(n)
}

// pad appends s, with spaces up to the width; both count bytes.
func (d *directive) pad(out []byte, s string) []byte {
	fill := strings.Repeat(" ", max(d.width-len(s), 0))
	if strings.Contains(d.flags, "-") {
		return append(append(out, s...), fill...)
	}
	return append(append(out, fill...), s...)
}

// display is argument arg as tostring has it.
func display(L *lua.LState, arg int) string {
	switch v := L.CheckAny(arg).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return v.String()
	default:
		switch s := L.ToStringMeta(v).(type) {
		case lua.LString:
			return string(s)
		case lua.LNumber:
			return s.String()
		}
	}
	L.RaiseError("'tostring' must return a string")
	return ""
}

// quote appends s as a Lua literal.
func quote(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\', '\n':
			out = append(out, '\\', c)
		case '\r':
			out = append(out, `\r`...)
		case 0:
			out = append(out, `\000`...)
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
