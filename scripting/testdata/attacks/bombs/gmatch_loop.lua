-- expect: lua_timeout
-- takes: time
function before()
	while true do for _ in string.gmatch(string.rep("a", 1000), ".-") do end end
end
