-- expect: lua_error
-- reaches for: a metatable for all strings
function before()
	setmetatable("", {__index = {}})
end
