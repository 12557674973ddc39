-- expect: ok
-- reaches for: gopher-lua's channels
function before()
	assert(channel == nil)
end
