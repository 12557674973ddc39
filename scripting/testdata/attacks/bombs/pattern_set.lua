-- expect: lua_timeout lua_limit
-- takes: time, by a set
function before()
	return string.find(string.rep("a", 2^20), "[" .. string.rep("x", 2^19) .. "]")
end
