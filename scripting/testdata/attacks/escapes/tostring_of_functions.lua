-- expect: ok
-- reaches for: addresses by name
function before()
	assert(type(tostring(print)) == "string")
	assert(type(tostring({})) == "string")
end
