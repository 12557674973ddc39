-- expect: lua_timeout lua_limit
-- takes: memory, by doubling
function before()
	local s = "x"
	while true do s = s .. s end
end
