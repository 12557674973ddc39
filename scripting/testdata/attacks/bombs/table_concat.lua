-- expect: lua_limit
-- takes: memory
function before()
	local s, t = string.rep("x", 2^20), {}
	for i = 1, 1000 do t[i] = s end
	return table.concat(t)
end
