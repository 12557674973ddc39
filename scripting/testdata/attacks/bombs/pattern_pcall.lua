-- expect: lua_timeout lua_limit
-- takes: time, although errors are caught
function before()
	while true do pcall(string.find, string.rep("a", 1000), ".-.-.-.-b") end
end
