-- expect: ok
-- reaches for: weak tables, to watch the collector
function before()
	local t = setmetatable({}, {__mode = "k"})
	t[{}] = 1
end
