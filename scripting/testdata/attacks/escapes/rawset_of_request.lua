-- expect: ok
-- reaches for: a request without its rules
function before(req)
	assert(not pcall(rawset, req, "method", "X"))
	assert(not pcall(rawget, req, "method"))
end
