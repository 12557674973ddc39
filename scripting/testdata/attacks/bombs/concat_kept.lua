-- expect: lua_timeout lua_limit
-- takes: memory, by the largest texts that may be, all kept
function before()
	local s = string.rep("x", 2^20)
	local t = {}
	while true do t[#t + 1] = s .. s .. s .. s .. s .. s .. s .. s end
end
