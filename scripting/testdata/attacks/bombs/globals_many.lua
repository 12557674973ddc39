-- expect: lua_timeout lua_limit
-- takes: memory, by globals
function before()
	local i = 0
	while true do i = i + 1 _G["g" .. i] = i end
end
