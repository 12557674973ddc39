-- expect: ok
-- reaches for: addresses by format
function before()
	assert(not pcall(string.format, "%p", {}))
	assert(not pcall(string.format, "%v", {}))
	assert(not pcall(string.format, "%#v", {}))
	assert(not pcall(string.format, "%n", 1))
end
