-- expect: ok
-- reaches for: code made at run time
function before()
	assert(loadstring == nil)
end
