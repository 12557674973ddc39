-- expect: lua_error
-- takes: captures
function before()
	return string.find("a", string.rep("()", 100))
end
