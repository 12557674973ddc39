-- expect: ok
-- reaches for: the globals of other functions
function before()
	assert(setfenv == nil)
end
