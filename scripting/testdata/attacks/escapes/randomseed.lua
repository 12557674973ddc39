-- expect: ok
-- reaches for: random numbers of all users
function before()
	assert(not pcall(math.randomseed, 1))
end
