-- expect: lua_timeout lua_limit
-- takes: memory, by closures
function before()
	local t = {}
	while true do local a, b, c = t, t, t t[#t + 1] = function() return a, b, c end end
end
