-- expect: ok
-- reaches for: the library of strings by way of a string
function before()
	assert(("").dump == nil)
end
