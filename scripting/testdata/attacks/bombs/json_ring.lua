-- expect: lua_timeout lua_limit lua_error
-- takes: time, by json of a ring
function before()
	local t = {}
	t[1] = t
	return require("json").encode(t)
end
