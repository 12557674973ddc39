-- expect: lua_timeout lua_limit
-- takes: memory, by lists with one element
function before()
	local t = {}
	while true do t[#t + 1] = {} t[#t][1e6] = 1 end
end
