-- expect: lua_limit lua_timeout
-- takes: time, by backtracking
function before()
	return string.find(string.rep("a", 1000), ".-.-.-.-b")
end
