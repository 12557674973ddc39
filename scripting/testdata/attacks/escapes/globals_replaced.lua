-- expect: ok
-- reaches for: functions that every user calls
function before()
	pcall(function() pairs = nil end)
	pcall(function() _G.check = function() return "owned" end end)
	pcall(function() tostring = function() return "owned" end end)
end
