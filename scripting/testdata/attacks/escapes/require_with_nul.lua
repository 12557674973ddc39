-- expect: lua_error
-- reaches for: a name that is cut somewhere
function before()
	require "json\0../x"
end
