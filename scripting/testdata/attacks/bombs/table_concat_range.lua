-- expect: lua_error lua_limit
-- takes: time
function before()
	return table.concat({}, "x", 1, 2^53)
end
