-- expect: lua_error
-- reaches for: a module that is no library
function before()
	require ".."
end
