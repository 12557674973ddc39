-- expect: lua_error
-- reaches for: a name that is none
function before()
	require({})
end
