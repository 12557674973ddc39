-- expect: lua_error
-- reaches for: a metatable for all numbers
function before()
	setmetatable(1, {})
end
