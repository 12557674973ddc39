-- expect: ok
-- reaches for: the clock, files and environment of the process
function before()
	assert(os == nil)
end
