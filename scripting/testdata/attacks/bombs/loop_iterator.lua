-- expect: lua_timeout
-- takes: time, in an iterator
function before()
	for _ in function() return 1 end do end
end
