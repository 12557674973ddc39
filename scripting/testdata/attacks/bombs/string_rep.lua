-- expect: lua_limit
-- takes: memory
function before()
	return string.rep("x", 2e10)
end
