-- expect: lua_error
-- reaches for: a metatable for all functions
function before()
	setmetatable(print, {__index = {}})
end
