-- expect: lua_limit
-- takes: memory
function before()
	local s = string.rep("x", 2^20)
	return string.format("%s%s%s%s%s%s%s%s", s, s, s, s, s, s, s, s)
end
