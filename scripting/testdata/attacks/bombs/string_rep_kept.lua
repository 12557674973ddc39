-- expect: lua_timeout lua_limit
-- takes: memory, a MiB each
function before()
	local t = {}
	while true do t[#t + 1] = string.rep("x", 2^20) end
end
