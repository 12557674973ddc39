-- expect: lua_timeout
-- takes: time
function before()
	for i = 1, 1e300 do end
end
