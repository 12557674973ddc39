package modules

import (
	"fmt"
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// args are the arguments of one call. All methods that read one raise an error that names
// the function, the argument, and what was found instead.
type args struct {
	L        *lua.LState
	function string
}

// fail raises an error of the function.
func (a args) fail(format string, v ...any) {
	a.L.RaiseError("%s: %s", a.function, fmt.Sprintf(format, v...))
}

// exceeded raises an error of class lua_limit.
func (a args) exceeded(format string, v ...any) {
	sandbox.Limit(a.L, a.function+": "+fmt.Sprintf(format, v...))
}

func (a args) bad(n int, name, problem string) {
	a.fail("argument %d (%s) %s", n, name, problem)
}

func (a args) wrong(n int, name, wanted string) {
	a.bad(n, name, "is "+kindOf(a.L.Get(n))+", not "+wanted)
}

// kindOf names the type of v for messages: never its content, which may be secret.
func kindOf(v lua.LValue) string {
	switch v.Type() {
	case lua.LTNil:
		return "nil"
	case lua.LTUserData:
		return "an object"
	}
	return "a " + v.Type().String()
}

// isSet says whether the argument was given and is not nil.
func (a args) isSet(n int) bool { return a.L.Get(n) != lua.LNil }

// string reads a text; as everywhere in Lua, a number will do.
func (a args) string(n int, name string) string {
	switch v := a.L.Get(n).(type) {
	case lua.LString:
		if len(v) > MaxText {
			a.exceeded("argument %d (%s) is longer than %d bytes", n, name, MaxText)
		}
		return string(v)
	case lua.LNumber:
		return v.String()
	}
	a.wrong(n, name, "a string")
	return ""
}

func (a args) optString(n int, name, otherwise string) string {
	if !a.isSet(n) {
		return otherwise
	}
	return a.string(n, name)
}

// number reads a finite number; text that reads as one will do.
func (a args) number(n int, name string) float64 {
	v := a.L.Get(n)
	if !lua.LVCanConvToString(v) {
		a.wrong(n, name, "a number")
	}
	f := float64(lua.LVAsNumber(v))
	if s, ok := v.(lua.LString); ok && f == 0 && strings.Trim(string(s), "0. ") != "" {
		a.wrong(n, name, "a number")
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		a.bad(n, name, fmt.Sprintf("is %v", f))
	}
	return f
}

// integer reads a whole number between low and high.
func (a args) integer(n int, name string, low, high int64) int64 {
	f := a.number(n, name)
	if f != math.Trunc(f) {
		a.bad(n, name, fmt.Sprintf("is %v, not a whole number", f))
	}
	if f < float64(low) || f > float64(high) {
		a.bad(n, name, fmt.Sprintf("is %v, not between %d and %d", lua.LNumber(f), low, high))
	}
	return int64(f)
}

func (a args) optInteger(n int, name string, low, high, otherwise int64) int64 {
	if !a.isSet(n) {
		return otherwise
	}
	return a.integer(n, name, low, high)
}

// boolean reads an optional truth value.
func (a args) boolean(n int, name string) bool {
	if !a.isSet(n) {
		return false
	}
	v, ok := a.L.Get(n).(lua.LBool)
	if !ok {
		a.wrong(n, name, "true or false")
	}
	return bool(v)
}

func (a args) table(n int, name string) *lua.LTable {
	t, ok := a.L.Get(n).(*lua.LTable)
	if !ok {
		a.wrong(n, name, "a table")
	}
	return t
}

// list reads a list of at least one item, without holes.
func (a args) list(n int, name string) (*lua.LTable, int) {
	t := a.table(n, name)
	size := t.MaxN()
	if size == 0 {
		a.bad(n, name, "is an empty list")
	}
	if size > sandbox.MaxTable {
		a.exceeded("argument %d (%s) has more than %d items", n, name, sandbox.MaxTable)
	}
	return t, size
}

// options reads an optional table of options with the given names.
func (a args) options(n int, names ...string) *lua.LTable {
	if !a.isSet(n) {
		return nil
	}
	t := a.table(n, "options")
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		if word, ok := key.(lua.LString); !ok || !slices.Contains(names, string(word)) {
			a.bad(n, "options", fmt.Sprintf("has %q, and there are only: %s", shortened(key.String()), strings.Join(names, ", ")))
		}
	}
	return t
}

func shortened(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

// word reads an option that is one of some words, the first of which is the default.
func (a args) word(options *lua.LTable, name string, words ...string) string {
	if options == nil || options.RawGetString(name) == lua.LNil {
		return words[0]
	}
	v, ok := options.RawGetString(name).(lua.LString)
	if !ok || !slices.Contains(words, string(v)) {
		a.fail("%s is %s, not one of: %s", name, quoted(options.RawGetString(name)), strings.Join(words, ", "))
	}
	return string(v)
}

// flag reads an option that is true or false.
func (a args) flag(options *lua.LTable, name string) bool {
	if options == nil || options.RawGetString(name) == lua.LNil {
		return false
	}
	v, ok := options.RawGetString(name).(lua.LBool)
	if !ok {
		a.fail("%s is %s, not true or false", name, quoted(options.RawGetString(name)))
	}
	return bool(v)
}

func quoted(v lua.LValue) string {
	if s, ok := v.(lua.LString); ok {
		return fmt.Sprintf("%q", shortened(string(s)))
	}
	return kindOf(v)
}

// alive raises an error when the hook has to end. Functions that may work for long call it
// now and then.
func (a args) alive() {
	select {
	case <-a.L.Context().Done():
		a.fail("was not finished in the time of the hook")
	default:
	}
}

// names is the names of t, sorted.
func (a args) names(t *lua.LTable) []string {
	var names []string
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		name, ok := key.(lua.LString)
		if !ok {
			a.fail("the table has a key that is %s, not a name", kindOf(key))
		}
		if names = append(names, string(name)); len(names) > sandbox.MaxTable {
			a.exceeded("the table has more than %d names", sandbox.MaxTable)
		}
	}
	slices.Sort(names)
	return names
}
