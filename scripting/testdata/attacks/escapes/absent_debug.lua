-- expect: ok
-- reaches for: all of the interpreter
function before()
	assert(debug == nil)
end
