-- expect: ok
-- reaches for: the user at hand as a global, changed
function before()
	pcall(function() user = nil end)
	pcall(function() req = nil end)
end
