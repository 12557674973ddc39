-- expect: ok
-- reaches for: globals of others
function before()
	assert(module == nil)
end
