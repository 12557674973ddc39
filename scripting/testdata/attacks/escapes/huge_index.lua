-- expect: ok
-- reaches for: memory behind a list
function before()
	local t = {}
	t[2^31] = 1
	t[-1] = 1
	t[2^53] = 1
	assert(#t == 0)
end
