-- expect: lua_error lua_limit
-- takes: the stack
function before()
	local function f() return 1 + f() end
	return f()
end
