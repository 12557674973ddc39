-- expect: lua_timeout
-- takes: time, in coroutines
function before()
	while true do coroutine.wrap(function() while true do end end)() end
end
