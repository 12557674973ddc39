-- expect: lua_timeout
-- takes: time, although errors are caught
function before()
	while true do pcall(function() while true do end end) end
end
