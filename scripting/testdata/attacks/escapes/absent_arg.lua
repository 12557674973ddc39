-- expect: ok
-- reaches for: the command line
function before()
	assert(arg == nil)
end
