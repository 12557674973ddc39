-- expect: lua_timeout lua_limit
-- takes: memory, by a comparison that adds
function before()
	local t = {}
	for i = 1, 1000 do t[i] = i end
	while true do table.sort(t, function(a, b) t[#t + 1] = a return a < b end) end
end
