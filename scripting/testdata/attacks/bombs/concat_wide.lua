-- expect: lua_timeout lua_limit
-- takes: memory, by one long expression
function before()
	local s = string.rep("x", 2^20)
	while true do s = s .. s .. s .. s end
end
