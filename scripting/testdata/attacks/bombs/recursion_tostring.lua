-- expect: lua_error lua_limit
-- takes: the stack, by __tostring
function before()
	local t = {}
	setmetatable(t, {__tostring = function() return tostring(t) end})
	return tostring(t)
end
