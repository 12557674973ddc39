-- expect: lua_timeout lua_limit lua_error
-- takes: the stack of Go, by json
function before()
	return require("json").decode(string.rep("[", 2^20))
end
