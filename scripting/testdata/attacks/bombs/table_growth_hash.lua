-- expect: lua_timeout lua_limit
-- takes: memory, by a hash
function before()
	local t = {}
	local i = 0
	while true do i = i + 1 t["k" .. i] = {} end
end
