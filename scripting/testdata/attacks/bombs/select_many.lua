-- expect: lua_timeout lua_limit lua_error
-- takes: the stack of Lua, by arguments
function before()
	local function f(...) return f(1, 2, 3, ...) end
	return f()
end
