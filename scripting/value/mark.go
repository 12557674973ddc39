package value

import (
	lua "github.com/yuin/gopher-lua"
)

// Null is JSON's null in a table: json.null. It is true in a condition, equals only
// itself, and is shared by all states, which cannot change it: its metatable is locked.
var Null = &lua.LUserData{Metatable: locked("null", map[string]lua.LGFunction{
	"__tostring": func(L *lua.LState) int {
		L.Push(lua.LString("null"))
		return 1
	},
})}

// The metatables of tables that say what JSON they are, whatever is in them. Scripts
// cannot reach them.
var (
	arrayMark  = locked("array", nil)
	objectMark = locked("object", nil)
)

// locked is a metatable that scripts cannot get at: getmetatable gives name instead.
func locked(name string, functions map[string]lua.LGFunction) *lua.LTable {
	t := &lua.LTable{Metatable: lua.LNil}
	t.RawSetString("__metatable", lua.LString(name))
	for key, f := range functions {
		t.RawSetString(key, &lua.LFunction{IsG: true, GFunction: f})
	}
	return t
}

// MarkArray makes t a JSON array, also when it is empty. It is false when t has a
// metatable of its own, and then changes nothing.
func MarkArray(t *lua.LTable) bool { return mark(t, arrayMark) }

// MarkObject makes t a JSON object, whatever its keys; otherwise as MarkArray.
func MarkObject(t *lua.LTable) bool { return mark(t, objectMark) }

func mark(t, with *lua.LTable) bool {
	if t.Metatable != lua.LNil && t.Metatable != arrayMark && t.Metatable != objectMark {
		return false
	}
	t.Metatable = with
	return true
}

// NewNumber is a number by its text, for one that a Lua number cannot hold: it is written
// into JSON as it is. ok is false when text is no JSON number.
func NewNumber(text string) (v lua.LValue, ok bool) {
	if end, ok := skipNumber(text, 0); !ok || end != len(text) {
		return lua.LNil, false
	}
	return &lua.LUserData{Value: exact(text), Metatable: exactMark}, true
}

// exact is the text of a number.
type exact string

var exactMark = locked("number", map[string]lua.LGFunction{
	"__tostring": func(L *lua.LState) int {
		text, _ := exactText(L.Get(1))
		L.Push(lua.LString(text))
		return 1
	},
	"__concat": func(L *lua.LState) int {
		L.Push(concatPart(L, 1) + concatPart(L, 2))
		return 1
	},
	"__eq": func(L *lua.LState) int {
		a, ok := exactText(L.Get(1))
		b, _ := exactText(L.Get(2))
		L.Push(lua.LBool(ok && a == b))
		return 1
	},
})

func exactText(v lua.LValue) (string, bool) {
	if ud, ok := v.(*lua.LUserData); ok {
		text, ok := ud.Value.(exact)
		return string(text), ok
	}
	return "", false
}

func concatPart(L *lua.LState, n int) lua.LString {
	if text, ok := exactText(L.Get(n)); ok {
		return lua.LString(text)
	}
	return lua.LString(L.CheckString(n))
}
