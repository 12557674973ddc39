-- expect: lua_timeout lua_limit
-- takes: memory, although errors are caught
function before()
	while true do pcall(string.rep, "x", 2e10) end
end
