-- expect: lua_timeout
-- takes: time
function before()
	repeat until false
end
