-- expect: lua_limit
-- takes: the stack of Lua
function before()
	return string.byte(string.rep("x", 2^20), 1, -1)
end
