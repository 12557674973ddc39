-- expect: lua_error lua_limit
-- takes: the stack, by __index
function before()
	local t = {}
	setmetatable(t, {__index = function(t, k) return t[k .. "x"] end})
	return t.a
end
