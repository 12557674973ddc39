-- expect: ok
-- reaches for: a protected metatable
function before()
	local t = setmetatable({}, {__metatable = false})
	assert(getmetatable(t) == false)
	assert(not pcall(setmetatable, t, {}))
end
