-- expect: lua_error
-- takes: memory
function before()
	return string.format("%999999999d", 1)
end
