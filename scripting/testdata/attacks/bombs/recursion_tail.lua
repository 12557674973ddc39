-- expect: lua_timeout
-- takes: time: tail calls need no stack
function before()
	local function f() return f() end
	return f()
end
