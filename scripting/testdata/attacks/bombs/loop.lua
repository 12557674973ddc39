-- expect: lua_timeout
-- takes: time
function before()
	while true do end
end
