package load

import "time"

// Duration is a span of time as a plan writes it: 1h30m, 200ms, 0s.
type Duration = time.Duration

// Range is a duration, or an interval of durations from which one is drawn
// uniformly. Min = Max for a single value; the zero value is "none".
type Range struct{ Min, Max Duration }

// Size is a number of bytes as a plan writes it: 8MiB, 64KiB, 100. 0 is unset.
type Size int64

// Kind is the type of a Value.
type Kind uint8

// The kinds of a Value. The zero Value is unset.
const (
	Unset Kind = iota
	String
	Number // Text is a JSON number, as written
	Bool   // Text is true or false
	Null
	Composite // Text is a JSON array or object
)

// Value is what a variable holds at run time. Numbers keep their text (1.10 stays
// 1.10) and composites are kept as JSON, so no layer can change a value by reading it.
type Value struct {
	Kind Kind
	Text string
}

// StringValue is s as a value.
func StringValue(s string) Value { return Value{String, s} }

// Vars are named values, and the cookies that go with them: what setup hands to
// every user.
type Vars struct {
	Values  map[string]Value
	Cookies []Cookie
}

// Cookie is one cookie with the URL that set it, so that a jar of another process
// can be filled with it.
type Cookie struct {
	URL      string
	Name     string
	Value    string
	Domain   string
	Path     string
	Expires  time.Time
	Secure   bool
	HTTPOnly bool
}
