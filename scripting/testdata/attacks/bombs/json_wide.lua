-- expect: lua_timeout lua_limit lua_error
-- takes: memory, by json
function before()
	local s = string.rep("x", 2^20)
	local t = {}
	for i = 1, 1000 do t[i] = s end
	return require("json").encode(t)
end
