-- expect: lua_limit lua_timeout
-- takes: time, by brackets
function before()
	return string.find(string.rep("(", 2^20), "%b()")
end
