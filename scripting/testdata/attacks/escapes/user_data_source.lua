-- expect: ok
-- reaches for: rows by names that are none
function before()
	assert(not pcall(function() return user.data["../x"].name end))
end
