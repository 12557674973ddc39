-- expect: ok
-- reaches for: a metatable of a shared library
function before()
	for _, lib in ipairs({string, table, math, coroutine}) do
		pcall(setmetatable, lib, {__index = function() return "owned" end})
	end
end
