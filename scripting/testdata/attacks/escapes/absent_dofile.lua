-- expect: ok
-- reaches for: files
function before()
	assert(dofile == nil)
end
