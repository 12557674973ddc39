package scripting

import (
	lua "github.com/yuin/gopher-lua"
)

func globalNext(L *lua.LState) int {
	key, v := L.CheckTable(1).Next(L.Get(2))
	if key == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(key)
	L.Push(v)
	return 2
}

var (
	nextFunction   = function(globalNext)
	ipairsFunction = function(ipairsStep)
)

// globalPairs visits a table, or one of the objects that list what they have: headers,
// variables. Those are read when the loop begins.
func globalPairs(L *lua.LState) int {
	if u, ok := L.Get(1).(*lua.LUserData); ok {
		if list, ok := u.Value.(lister); ok {
			all := list.list(L)
			L.Push(function(func(L *lua.LState) int {
				if len(all) == 0 {
					return 0
				}
				L.Push(all[0])
				L.Push(all[1])
				all = all[2:]
				return 2
			}))
			return 1
		}
	}
	t := L.CheckTable(1)
	L.Push(nextFunction)
	L.Push(t)
	L.Push(lua.LNil)
	return 3
}

func ipairsStep(L *lua.LState) int {
	i := L.CheckInt(2) + 1
	v := L.CheckTable(1).RawGet(lua.LNumber(i))
	if v == lua.LNil {
		return 0
	}
	L.Push(lua.LNumber(i))
	L.Push(v)
	return 2
}

func globalIpairs(L *lua.LState) int {
	t := L.CheckTable(1)
	L.Push(ipairsFunction)
	L.Push(t)
	L.Push(lua.LNumber(0))
	return 3
}

func globalRawGet(L *lua.LState) int {
	L.Push(L.CheckTable(1).RawGet(L.CheckAny(2)))
	return 1
}

func globalRawSet(L *lua.LState) int {
	t := L.CheckTable(1)
	L.RawSet(t, L.CheckAny(2), L.CheckAny(3))
	L.Push(t)
	return 1
}

func globalRawEqual(L *lua.LState) int {
	L.Push(lua.LBool(L.CheckAny(1) == L.CheckAny(2)))
	return 1
}

func globalGetMetatable(L *lua.LState) int {
	L.Push(L.GetMetatable(L.CheckAny(1)))
	return 1
}

// globalSetMetatable is for tables only: the metatables of all else belong to the platform.
func globalSetMetatable(L *lua.LState) int {
	t := L.CheckTable(1)
	meta := L.Get(2)
	if meta != lua.LNil {
		meta = L.CheckTable(2)
	}
	if old, ok := t.Metatable.(*lua.LTable); ok && old.RawGetString("__metatable") != lua.LNil {
		L.RaiseError("cannot change a protected metatable")
	}
	t.Metatable = meta
	L.SetTop(1)
	return 1
}
