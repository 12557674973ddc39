-- expect: ok
-- reaches for: a library that another user has too
function before()
	pcall(function() string.upper = function() return "owned" end end)
	pcall(function() table.concat = nil end)
	pcall(function() math.floor = print end)
end
