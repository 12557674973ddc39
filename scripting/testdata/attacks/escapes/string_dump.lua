-- expect: ok
-- reaches for: bytecode that can be changed and loaded
function before()
	assert(string.dump == nil)
end
