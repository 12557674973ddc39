-- expect: ok
-- reaches for: the globals by way of the stack
function before()
	assert(getfenv == nil and setfenv == nil)
	assert(debug == nil)
end
