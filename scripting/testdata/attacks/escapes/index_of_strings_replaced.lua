-- expect: lua_error
-- reaches for: a function that all strings share
function before()
	getmetatable("").__index = {}
end
