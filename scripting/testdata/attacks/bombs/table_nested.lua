-- expect: lua_timeout lua_limit
-- takes: memory, by depth
function before()
	local t = {}
	while true do t = {t, {}, {}, {}} end
end
