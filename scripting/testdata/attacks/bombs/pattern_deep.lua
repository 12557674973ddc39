-- expect: lua_limit
-- takes: the stack of Go, by a pattern
function before()
	return string.find(string.rep("a", 1000), string.rep("a*", 1000))
end
