-- expect: lua_timeout lua_limit
-- takes: memory, by many operands, again and again
function before()
	local s = string.rep("x", 2^20)
	while true do pcall(function() return s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s end) end
end
