-- expect: ok
-- reaches for: the environment as a variable
function before()
	assert(_ENV == nil)
end
