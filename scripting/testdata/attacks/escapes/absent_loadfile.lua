-- expect: ok
-- reaches for: files
function before()
	assert(loadfile == nil)
end
