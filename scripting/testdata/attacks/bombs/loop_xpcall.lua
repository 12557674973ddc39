-- expect: lua_timeout
-- takes: time, in the error handler
function before()
	while true do xpcall(function() while true do end end, function() while true do end end) end
end
