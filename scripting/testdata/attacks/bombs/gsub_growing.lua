-- expect: lua_limit
-- takes: memory, by gsub
function before()
	local s = string.rep("x", 2^16)
	return (string.gsub(s, "x", s))
end
