-- expect: lua_error lua_limit
-- takes: memory, by a position
function before()
	table.insert({}, 1e8, 1)
end
