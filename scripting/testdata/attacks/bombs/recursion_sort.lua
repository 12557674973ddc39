-- expect: lua_error lua_limit
-- takes: the stack of Go, by sort
function before()
	local function f() table.sort({1, 2}, f) end
	f()
end
