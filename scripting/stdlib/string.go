package stdlib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// String is the library string, without dump.
func String() *sandbox.Library {
	return &sandbox.Library{
		Name: "string",
		Functions: map[string]lua.LGFunction{
			"byte":    stringByte,
			"char":    stringChar,
			"find":    stringFind,
			"format":  stringFormat,
			"gmatch":  stringGmatch,
			"gsub":    stringGsub,
			"len":     stringLen,
			"lower":   stringLower,
			"match":   stringMatch,
			"rep":     stringRep,
			"reverse": stringReverse,
			"sub":     stringSub,
			"upper":   stringUpper,
		},
	}
}

// place is a position as Lua counts it, where negative ones count from the end, as one
// from the front: 0 is before the text.
func place(pos, length int) int {
	if pos < 0 {
		pos += length + 1
	}
	return max(pos, 0)
}

func stringByte(L *lua.LState) int {
	s := L.CheckString(1)
	from := place(L.OptInt(2, 1), len(s))
	to := min(place(L.OptInt(3, from), len(s)), len(s))
	from = max(from, 1)
	if from > to {
		return 0
	}
	n := to - from + 1
	if n > MaxResults {
		limit(L, "string.byte returns at most %d values", MaxResults)
	}
	for _, c := range []byte(s[from-1 : to]) {
		L.Push(lua.LNumber(c))
	}
	return n
}

func stringChar(L *lua.LState) int {
	b := make([]byte, L.GetTop())
	for i := range b {
		c := L.CheckInt(i + 1)
		if c < 0 || c > 255 {
			L.ArgError(i+1, "invalid value")
		}
		b[i] = byte(c)
	}
	L.Push(lua.LString(b))
	return 1
}

func stringLen(L *lua.LState) int {
	L.Push(lua.LNumber(len(L.CheckString(1))))
	return 1
}

func stringSub(L *lua.LState) int {
	s := L.CheckString(1)
	from := max(place(L.CheckInt(2), len(s)), 1)
	to := min(place(L.OptInt(3, -1), len(s)), len(s))
	if from > to {
		L.Push(lua.LString(""))
		return 1
	}
	L.Push(lua.LString(s[from-1 : to]))
	return 1
}

func stringRep(L *lua.LState) int {
	s, n := L.CheckString(1), L.CheckInt(2)
	if n <= 0 || s == "" {
		L.Push(lua.LString(""))
		return 1
	}
	if n > sandbox.MaxString/len(s) {
		limit(L, "string.rep makes at most %d bytes", sandbox.MaxString)
	}
	L.Push(lua.LString(strings.Repeat(s, n)))
	return 1
}

// text is argument 1 of a function that makes a text of the same length.
func text(L *lua.LState, name string) string {
	s := L.CheckString(1)
	if len(s) > MaxText {
		limit(L, "string.%s takes at most %d bytes", name, MaxText)
	}
	return s
}

// The letters are those of ASCII, as in the C locale: other bytes stay as they are.
func stringUpper(L *lua.LState) int { return mapLetters(L, text(L, "upper"), 'a') }
func stringLower(L *lua.LState) int { return mapLetters(L, text(L, "lower"), 'A') }

// mapLetters swaps the case of the 26 letters from first on.
func mapLetters(L *lua.LState, s string, first byte) int {
	i := 0
	for i < len(s) && s[i]-first >= 26 {
		i++
	}
	if i == len(s) {
		L.Push(L.Get(1))
		return 1
	}
	b := []byte(s)
	for ; i < len(b); i++ {
		if b[i]-first < 26 {
			b[i] ^= 'a' - 'A'
		}
	}
	L.Push(lua.LString(b))
	return 1
}

func stringReverse(L *lua.LState) int {
	s := text(L, "reverse")
	b := make([]byte, len(s))
	for i := range len(s) {
		b[len(s)-1-i] = s[i]
	}
	L.Push(lua.LString(b))
	return 1
}
