-- expect: ok
-- reaches for: files and processes
function before()
	assert(io == nil)
end
