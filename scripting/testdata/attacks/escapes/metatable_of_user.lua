-- expect: ok
-- reaches for: what is behind user and req
function before(req, user)
	assert(type(getmetatable(user)) ~= "table")
	assert(type(getmetatable(req)) ~= "table")
	assert(type(getmetatable(req.headers)) ~= "table")
	assert(not pcall(setmetatable, req, {}))
end
