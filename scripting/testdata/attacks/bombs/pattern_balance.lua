-- expect: lua_limit
-- takes: time, by brackets
function before()
	return string.find(string.rep("(", 2^20), "%b()")
end
