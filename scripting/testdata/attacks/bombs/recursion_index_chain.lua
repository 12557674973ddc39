-- expect: lua_error lua_limit
-- takes: a chain of __index that is a ring
function before()
	local t = {}
	setmetatable(t, {__index = t})
	return t.a
end
