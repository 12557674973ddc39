-- expect: ok
-- reaches for: C
function before()
	assert(ffi == nil)
end
