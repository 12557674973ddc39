-- expect: lua_timeout lua_limit lua_error
-- takes: the stack of Go, by pcall
function before()
	local function f() return pcall(f) end
	while true do f() end
end
