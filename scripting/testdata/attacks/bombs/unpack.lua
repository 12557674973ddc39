-- expect: lua_limit lua_error
-- takes: the stack of Lua
function before()
	return unpack({}, 1, 1e9)
end
