-- expect: ok
-- reaches for: where require looks
function before()
	assert(package == nil)
end
