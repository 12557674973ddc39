-- expect: lua_timeout
-- takes: time
function before()
	::again::
	goto again
end
