package scripting

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/guard"
	"github.com/locust-http/locust-http/scripting/sandbox"
	"github.com/locust-http/locust-http/scripting/stdlib"
)

// globalFunctions are all functions that are globals.
func globalFunctions() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"assert": globalAssert, "error": globalError, "pcall": globalPCall, "xpcall": globalXPCall,
		"pairs": globalPairs, "ipairs": globalIpairs, "next": globalNext,
		"select": globalSelect, "unpack": globalUnpack,
		"type": globalType, "tostring": globalToString, "tonumber": globalToNumber,
		"rawget": globalRawGet, "rawset": globalRawSet, "rawequal": globalRawEqual,
		"getmetatable": globalGetMetatable, "setmetatable": globalSetMetatable,
		"require": require, "print": logInfo,
		"check": check, "fail": fail, "metric": metric,
		"use": use, "sleep": sleep, "think": think,
	}
}

// globalAssert raises its message as it is, without a place, as Lua does.
func globalAssert(L *lua.LState) int {
	if L.CheckAny(1); L.ToBool(1) {
		return L.GetTop()
	}
	message := L.Get(2)
	if message == lua.LNil {
		message = lua.LString("assertion failed!")
	}
	L.Error(message, 0)
	return 0
}

// globalError is error(value [, level]): a text gets the place of the caller before it, or
// with level 2 that of the caller's caller, and with 0 none.
func globalError(L *lua.LState) int {
	object, level := L.Get(1), L.OptInt(2, 1)
	if text, ok := object.(lua.LString); ok && level > 0 {
		object = lua.LString(placeAt(L, level) + string(text))
	}
	L.Error(object, 0)
	return 0
}

// placeAt is "file:line: " of the call that is level above the Go function that runs;
// empty when that is no Lua function.
func placeAt(L *lua.LState, level int) string {
	if at := L.Where(level); inScript(at) {
		return at + " "
	}
	return ""
}

// inScript says whether a place is in a text of the program, not in Go.
func inScript(at string) bool {
	return at != "" && !strings.HasPrefix(at, "[G]") && !strings.HasPrefix(at, stdlib.RootSource)
}

// callerPlace is "file:line" of the innermost Lua function that runs.
func callerPlace(L *lua.LState) string {
	for level := 1; ; level++ {
		at := L.Where(level)
		if at == "" {
			return ""
		}
		if inScript(at) {
			return strings.TrimSuffix(at, ":")
		}
	}
}

// globalPCall catches errors, but not the end of the hook, nor a fault of a Go function.
func globalPCall(L *lua.LState) int {
	L.CheckAny(1)
	if err := L.PCall(L.GetTop()-1, lua.MultRet, nil); err != nil {
		L.Push(lua.LFalse)
		L.Push(caught(L, err))
		return 2
	}
	L.Insert(lua.LTrue, 1)
	return L.GetTop()
}

// globalXPCall calls the handler after the error, not in the middle of it: there is no debug
// library that could look at the stack.
func globalXPCall(L *lua.LState) int {
	L.CheckAny(1)
	handler := L.CheckFunction(2)
	fn := L.Get(1)
	L.Remove(2)
	if L.GetTop() == 0 {
		L.Push(fn)
	}
	if err := L.PCall(L.GetTop()-1, lua.MultRet, nil); err != nil {
		object := caught(L, err)
		L.Push(handler)
		L.Push(object)
		L.Call(1, 1)
		result := L.Get(-1)
		L.Pop(1)
		L.Push(lua.LFalse)
		L.Push(result)
		return 2
	}
	L.Insert(lua.LTrue, 1)
	return L.GetTop()
}

// caught is the error object of err, unless err is none that a script may catch.
func caught(L *lua.LState, err error) lua.LValue {
	raised, ok := err.(*lua.ApiError)
	if !ok {
		return lua.LString(err.Error())
	}
	f := frameOf(L)
	if raised.Type == lua.ApiErrorPanic {
		f.end(causeFailure, panicked(f, raised))
	}
	if f.over() {
		L.Error(raised.Object, 0)
	}
	return raised.Object
}

func globalSelect(L *lua.LState) int {
	if text, ok := L.Get(1).(lua.LString); ok && text == "#" {
		L.Push(lua.LNumber(L.GetTop() - 1))
		return 1
	}
	n, count := L.CheckInt(1), L.GetTop()-1
	if n < 0 {
		n = count + n + 1
	}
	if n < 1 {
		L.ArgError(1, "index out of range")
	}
	return max(count-n+1, 0)
}

// maxUnpack is how many values unpack can make, as in Lua 5.1.
const maxUnpack = 8000

func globalUnpack(L *lua.LState) int {
	t := L.CheckTable(1)
	from, to := L.OptInt(2, 1), 0
	if L.Get(3) == lua.LNil {
		to = t.Len()
	} else {
		to = L.CheckInt(3)
	}
	if from > to {
		return 0
	}
	if uint(to-from) >= maxUnpack {
		sandbox.Limit(L, "unpack: more than "+strconv.Itoa(maxUnpack)+" values")
	}
	n := to - from + 1
	L.SetTop(3)
	L.SetTop(3 + n) // makes room at once
	for i := range n {
		L.Replace(4+i, t.RawGet(lua.LNumber(from+i)))
	}
	return n
}

func globalType(L *lua.LState) int {
	L.Push(typeNames[L.CheckAny(1).Type()])
	return 1
}

// typeNames are the names of types as values, so that type makes none.
var typeNames = func() (names [lua.LTChannel + 1]lua.LValue) {
	for t := range names {
		names[t] = lua.LString(lua.LValueType(t).String())
	}
	return names
}()

func globalToString(L *lua.LState) int {
	v := L.CheckAny(1)
	if _, ok := v.(lua.LString); ok {
		L.Push(v)
		return 1
	}
	L.Push(L.ToStringMeta(v))
	return 1
}

func globalToNumber(L *lua.LState) int {
	v := L.CheckAny(1)
	if _, ok := v.(lua.LNumber); ok && L.GetTop() == 1 {
		L.Push(v)
		return 1
	}
	base := L.OptInt(2, 10)
	if base < 2 || base > 36 {
		L.ArgError(2, "base out of range")
	}
	text, ok := v.(lua.LString)
	if n, isNumber := v.(lua.LNumber); isNumber {
		text, ok = lua.LString(n.String()), true
	}
	if n, valid := parseNumber(string(text), base); ok && valid {
		L.Push(lua.LNumber(n))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func parseNumber(text string, base int) (float64, bool) {
	text = strings.Trim(text, " \t\n\r\v\f")
	if len(text) > 400 {
		return 0, false
	}
	unsigned := strings.TrimLeft(text, "+-")
	if len(text)-len(unsigned) > 1 || unsigned == "" || !guard.IsWord(unsigned[0]) && unsigned[0] != '.' || strings.Contains(text, "_") {
		return 0, false
	}
	hex := len(unsigned) > 2 && unsigned[0] == '0' && unsigned[1]|0x20 == 'x'
	if base == 16 && hex {
		text, hex = strings.Replace(text, unsigned, unsigned[2:], 1), false
	}
	if base != 10 || hex {
		if hex {
			base, text = 16, strings.Replace(text, unsigned, unsigned[2:], 1)
		}
		n, err := strconv.ParseInt(text, base, 64)
		return float64(n), err == nil
	}
	if c := unsigned[0]; c != '.' && (c < '0' || c > '9') {
		return 0, false // Inf and NaN are no numbers in Lua
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil || strings.Contains(err.Error(), "range")
}
