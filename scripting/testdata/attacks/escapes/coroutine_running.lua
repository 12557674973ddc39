-- expect: ok
-- reaches for: the state of the user
function before()
	assert(coroutine.running() == nil)
end
