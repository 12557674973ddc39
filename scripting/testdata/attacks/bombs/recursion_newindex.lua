-- expect: lua_error lua_limit
-- takes: a chain of __newindex that is a ring
function before()
	local t = {}
	setmetatable(t, {__newindex = t})
	t.a = 1
end
