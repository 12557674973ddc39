package value

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// maxDecoded bounds the memory of the tables that one text becomes, as estimated.
const maxDecoded = 64 << 20

// What things cost, in bytes, as gopher-lua keeps them.
const (
	costValue  = 16 + 16 // its place, and a number or the head of a string
	costTable  = 96
	costObject = 600 // two maps with room for eight names
	costName   = 90
)

// SyntaxError is why a text cannot be read as JSON.
type SyntaxError struct {
	Offset  int // bytes from the start
	Message string
	Limit   bool // it may be JSON, but a bound of the sandbox was broken
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at byte %d", e.Message, e.Offset)
}

// DecodeJSON is the Lua value of a JSON text (RFC 8259). Arrays are marked, so that an
// empty one stays one; null is Null; of a name that occurs twice the last value counts.
// What it makes shares no memory with text. Errors are *SyntaxError.
func DecodeJSON(L *lua.LState, text string) (lua.LValue, error) {
	return decode(L, text, false)
}

// DecodeJSONText is DecodeJSON with all numbers as text, as they are written.
func DecodeJSONText(L *lua.LState, text string) (lua.LValue, error) {
	return decode(L, text, true)
}

func decode(L *lua.LState, text string, numbersAsText bool) (lua.LValue, error) {
	if len(text) > MaxJSON {
		return lua.LNil, &SyntaxError{MaxJSON, fmt.Sprintf("the text is longer than %d bytes", MaxJSON), true}
	}
	d, _ := decoders.Get().(*decoder)
	if d == nil {
		d = &decoder{}
	}
	d.L, d.numbersAsText, d.owned = L, numbersAsText, len(text) <= sharedUpTo
	if d.owned {
		text = strings.Clone(text)
	}
	d.text = text
	v, err := d.document()
	if err != nil {
		v = lua.LNil
	}
	d.release()
	return v, err
}

// sharedUpTo is the length up to which all strings of a text share one copy of it.
const sharedUpTo = 1 << 10

// keptValues bounds what a decoder keeps for the next text.
const keptValues = 1 << 10

// decoders are the stacks of texts read before.
var decoders sync.Pool

// decoder reads one text. What is in the arrays and objects under way is on a stack, so
// that their tables are made in their final size.
type decoder struct {
	L             *lua.LState
	text          string
	pos           int
	depth         int
	cost          int
	owned         bool // strings may share memory with text
	numbersAsText bool
	values        []lua.LValue
	names         []string
	seen          [32]string // names of other objects
}

func (d *decoder) release() {
	values, names := d.values, d.names
	if cap(values) > keptValues || cap(names) > keptValues {
		values, names = nil, nil
	}
	clear(values[:cap(values)])
	clear(names[:cap(names)])
	*d = decoder{values: values[:0], names: names[:0]}
	decoders.Put(d)
}

func (d *decoder) document() (lua.LValue, error) {
	d.space()
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	if d.space(); d.pos < len(d.text) {
		return nil, d.unexpected("the end")
	}
	return v, nil
}

func (d *decoder) space() {
	for d.pos < len(d.text) {
		if c := d.text[d.pos]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return
		}
		d.pos++
	}
}

func (d *decoder) peek() byte {
	if d.pos < len(d.text) {
		return d.text[d.pos]
	}
	return 0
}

func (d *decoder) unexpected(wanted string) error {
	if d.pos >= len(d.text) {
		return &SyntaxError{len(d.text), "not JSON: the text ends where " + wanted + " belongs", false}
	}
	r, _ := utf8.DecodeRuneInString(d.text[d.pos:])
	return &SyntaxError{d.pos, fmt.Sprintf("not JSON: %q where %s belongs", r, wanted), false}
}

func (d *decoder) limit(format string, args ...any) error {
	return &SyntaxError{d.pos, fmt.Sprintf(format, args...), true}
}

// pay counts the memory of what is being made.
func (d *decoder) pay(cost int) error {
	if d.cost += cost; d.cost > maxDecoded {
		return d.limit("the text takes more than %d MiB as tables", maxDecoded>>20)
	}
	return nil
}

func (d *decoder) value() (lua.LValue, error) {
	switch c := d.peek(); c {
	case '{':
		return d.object()
	case '[':
		return d.array()
	case '"':
		s, err := d.string()
		if err != nil {
			return nil, err
		}
		return lua.LString(s), d.pay(costValue + len(s))
	case 't':
		return d.word("true", lua.LTrue)
	case 'f':
		return d.word("false", lua.LFalse)
	case 'n':
		return d.word("null", Null)
	default:
		if c != '-' && c-'0' > 9 {
			return nil, d.unexpected("a value")
		}
		return d.number()
	}
}

func (d *decoder) word(word string, v lua.LValue) (lua.LValue, error) {
	if !strings.HasPrefix(d.text[d.pos:], word) {
		return nil, d.unexpected("a value")
	}
	d.pos += len(word)
	return v, d.pay(costValue)
}

func (d *decoder) number() (lua.LValue, error) {
	end, ok := skipNumber(d.text, d.pos)
	if !ok {
		d.pos = end
		return nil, d.unexpected("a digit")
	}
	text := d.text[d.pos:end]
	d.pos = end
	if err := d.pay(costValue + len(text)); err != nil {
		return nil, err
	}
	if d.numbersAsText {
		return lua.LString(d.kept(text)), nil
	}
	v := number(text)
	if s, ok := v.(lua.LString); ok {
		return lua.LString(d.kept(string(s))), nil
	}
	return v, nil
}

// kept is s, a part of the text, in memory of its own.
func (d *decoder) kept(s string) string {
	if d.owned {
		return s
	}
	return strings.Clone(s)
}

func (d *decoder) enter() error {
	d.pos++
	if d.depth++; d.depth > sandbox.MaxDepth {
		return d.limit("nested deeper than %d", sandbox.MaxDepth)
	}
	d.space()
	return nil
}

// more steps over a comma, or over the closing bracket.
func (d *decoder) more(closing byte, wanted string) (bool, error) {
	d.space()
	switch d.peek() {
	case ',':
		d.pos++
		d.space()
		return true, nil
	case closing:
		d.pos++
		return false, nil
	}
	return false, d.unexpected(wanted)
}

func (d *decoder) array() (lua.LValue, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	first := len(d.values)
	more := d.peek() != ']'
	if !more {
		d.pos++
	}
	for more {
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		if d.values = append(d.values, v); len(d.values)-first >= sandbox.MaxTable {
			return nil, d.limit("an array of more than %d values", sandbox.MaxTable-1)
		}
		if more, err = d.more(']', `a comma or "]"`); err != nil {
			return nil, err
		}
	}
	d.depth--
	items := d.values[first:]
	t := d.L.CreateTable(len(items), 0)
	t.Metatable = arrayMark
	for i, v := range items {
		t.RawSetInt(i+1, v)
	}
	d.values = d.values[:first]
	return t, d.pay(costTable)
}

func (d *decoder) object() (lua.LValue, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	firstName, first := len(d.names), len(d.values)
	more := d.peek() != '}'
	if !more {
		d.pos++
	}
	for more {
		if err := d.member(); err != nil {
			return nil, err
		}
		var err error
		if more, err = d.more('}', `a comma or "}"`); err != nil {
			return nil, err
		}
	}
	d.depth--
	names, values := d.names[firstName:], d.values[first:]
	if err := d.pay(costTable + costName*len(names)); err != nil {
		return nil, err
	}
	t := d.L.CreateTable(0, len(names))
	for i, name := range names {
		t.RawSetString(name, values[i])
	}
	d.names, d.values = d.names[:firstName], d.values[:first]
	if len(names) == 0 {
		return t, nil
	}
	return t, d.pay(costObject)
}

func (d *decoder) member() error {
	if d.peek() != '"' {
		return d.unexpected("a name in quotes")
	}
	name, err := d.name()
	if err != nil {
		return err
	}
	if d.space(); d.peek() != ':' {
		return d.unexpected("a colon")
	}
	d.pos++
	d.space()
	v, err := d.value()
	if err != nil {
		return err
	}
	d.names, d.values = append(d.names, name), append(d.values, v)
	return nil
}
