-- expect: lua_timeout lua_limit
-- takes: time, by comparing long strings
function before()
	local s, t = string.rep("x", 2^20), {}
	for i = 1, 200 do t[i] = s .. i end
	while true do table.sort(t) end
end
