-- expect: ok
-- reaches for: the metatable that all strings share
function before()
	assert(type(getmetatable("")) ~= "table")
end
