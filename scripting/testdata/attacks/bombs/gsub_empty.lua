-- expect: lua_timeout lua_limit
-- takes: time, by what is nothing
function before()
	while true do string.gsub(string.rep("x", 2^20), "(y*)", string.rep("%1", 2^19)) end
end
