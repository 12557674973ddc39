-- expect: ok
-- reaches for: nothing
function before()
	assert(python == nil)
end
