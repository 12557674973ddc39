-- expect: lua_limit
-- takes: memory, by a callback of gsub
function before()
	local s = string.rep("x", 2^16)
	return (string.gsub(s, "x", function() return s end))
end
