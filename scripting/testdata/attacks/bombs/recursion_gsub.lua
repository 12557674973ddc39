-- expect: lua_error lua_limit
-- takes: the stack of Go, by gsub
function before()
	local function f() return (string.gsub("a", "a", f)) end
	return f()
end
