-- expect: ok
-- reaches for: what nil, numbers and functions have
function before()
	assert(getmetatable(nil) == nil)
	assert(getmetatable(1) == nil)
	assert(getmetatable(print) == nil)
	assert(getmetatable(true) == nil)
end
