-- expect: lua_limit
-- takes: the stack of Go, by coroutines
function before()
	local function f() return coroutine.wrap(f)() end
	return f()
end
