-- expect: lua_limit
-- takes: time, by backtracking
function before()
	return string.find(string.rep("a", 1000), ".-.-.-.-b")
end
