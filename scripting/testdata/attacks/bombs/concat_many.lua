-- expect: lua_timeout lua_limit
-- takes: memory, by new strings
function before()
	local s = string.rep("x", 2^20)
	local t = {}
	while true do t[#t + 1] = s .. #t end
end
