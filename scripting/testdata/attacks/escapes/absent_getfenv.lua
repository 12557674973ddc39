-- expect: ok
-- reaches for: the globals of other functions
function before()
	assert(getfenv == nil)
end
