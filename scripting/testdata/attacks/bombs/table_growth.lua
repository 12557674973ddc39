-- expect: lua_timeout lua_limit
-- takes: memory, by a list
function before()
	local t = {}
	local i = 0
	while true do i = i + 1 t[i] = i end
end
