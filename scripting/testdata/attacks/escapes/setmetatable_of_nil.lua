-- expect: lua_error
-- reaches for: a metatable for nil
function before()
	setmetatable(nil, {__index = function() return os end})
end
