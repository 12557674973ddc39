-- expect: ok
-- reaches for: all of a library that others have
function before()
	for _, lib in ipairs({string, table, math, coroutine}) do
		local names = {}
		pcall(function() for k in pairs(lib) do names[#names + 1] = k end end)
		for _, k in ipairs(names) do pcall(function() lib[k] = nil end) end
	end
end
