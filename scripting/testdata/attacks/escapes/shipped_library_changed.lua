-- expect: ok
-- reaches for: a shipped library that others require
function before()
	local expect = require "expect"
	pcall(function() expect.owned = true end)
	pcall(setmetatable, expect, {__call = function() return "owned" end})
end
