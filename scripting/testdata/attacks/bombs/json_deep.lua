-- expect: lua_timeout lua_limit lua_error
-- takes: the stack of Go, by json
function before()
	local t = {}
	for i = 1, 100000 do t = {t} end
	return require("json").encode(t)
end
