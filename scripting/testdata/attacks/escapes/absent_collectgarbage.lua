-- expect: ok
-- reaches for: the collector of all users
function before()
	assert(collectgarbage == nil)
end
