-- expect: ok
-- reaches for: code made at run time
function before()
	assert(load == nil)
end
