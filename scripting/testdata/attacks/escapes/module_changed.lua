-- expect: ok
-- reaches for: a host module that others require
function before()
	local json = require "json"
	pcall(function() json.decode = function() return "owned" end end)
	pcall(function() json.owned = true end)
end
