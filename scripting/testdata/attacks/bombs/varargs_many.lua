-- expect: lua_timeout lua_limit lua_error
-- takes: the stack of Lua
function before()
	local function f(...) local t = {...} return f(...,  unpack(t)) end
	return f(1, 2, 3)
end
