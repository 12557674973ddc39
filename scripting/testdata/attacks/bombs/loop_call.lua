-- expect: lua_timeout
-- takes: time: a table that calls itself
function before()
	local t = setmetatable({}, {})
	getmetatable(t).__call = function() return t() end
	return t()
end
