-- expect: lua_timeout lua_limit
-- takes: time, by moving
function before()
	local t = {}
	while true do table.insert(t, 1, 1) end
end
