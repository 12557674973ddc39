-- expect: ok
-- reaches for: metatables of new kinds
function before()
	assert(newproxy == nil)
end
