// Package value turns what the platform holds (load.Value, JSON text) into Lua values and
// back. JSON null is two things: alone it is nil, in a table, which cannot hold nil, it is
// Null (json.null in scripts). Whole numbers beyond 2^53, which a Lua number cannot hold,
// become text with all their digits.
package value

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/sandbox"
)

// ToLua is v as a Lua value: Unset and Null are nil, composites become tables. It raises
// an error in L for a composite that is beyond the bounds of DecodeJSON.
func ToLua(L *lua.LState, v load.Value) lua.LValue {
	switch v.Kind {
	case load.String:
		return lua.LString(v.Text)
	case load.Number:
		return number(v.Text)
	case load.Bool:
		return lua.LBool(v.Text == "true")
	case load.Composite:
		table, err := DecodeJSON(L, v.Text)
		if err != nil {
			Raise(L, "", err)
		}
		return table
	}
	return lua.LNil
}

// FromLua is v as the platform holds it: nil is Unset, Null is Null, tables are composites
// as AppendJSON writes them. Errors are *Error. L is where v lives; it may be nil.
func FromLua(L *lua.LState, v lua.LValue) (load.Value, error) {
	switch v := v.(type) {
	case *lua.LNilType:
		return load.Value{}, nil
	case lua.LString:
		return load.StringValue(string(v)), nil
	case lua.LBool:
		return load.Value{Kind: load.Bool, Text: strconv.FormatBool(bool(v))}, nil
	}
	var small [32]byte
	text, err := AppendJSON(L, small[:0], v)
	if err != nil {
		return load.Value{}, err
	}
	kind := load.Composite
	if v.Type() != lua.LTTable {
		kind = load.Number
		if v == lua.LValue(Null) {
			kind = load.Null
		}
	}
	return load.Value{Kind: kind, Text: string(text)}, nil
}

// Error is why a value cannot be turned: where in it, and what is there.
type Error struct {
	Path    string // .items[2]; empty: the value itself
	Message string // is a function
	Limit   bool   // a bound of the sandbox was broken
}

func (e *Error) Error() string { return e.Under("") }

// Under is the message with the name of the whole value before its path:
// cart.items[2] is a function.
func (e *Error) Under(root string) string {
	if root == "" {
		if name, ok := strings.CutPrefix(e.Path, "."); ok {
			return name + " " + e.Message
		}
		root = "the value"
	}
	return root + e.Path + " " + e.Message
}

// Raise raises err in L, with what was being done before it; a broken bound is one of the
// hook, too.
func Raise(L *lua.LState, doing string, err error) {
	text := err.Error()
	if doing != "" {
		text = doing + ": " + text
	}
	if IsLimit(err) {
		sandbox.Limit(L, text)
	}
	L.RaiseError("%s", text)
}

// IsLimit says whether an error of this package is that a bound of the sandbox was broken.
func IsLimit(err error) bool {
	switch e := err.(type) {
	case *Error:
		return e.Limit
	case *SyntaxError:
		return e.Limit
	}
	return false
}
