-- expect: lua_timeout
-- takes: time, caught at each level
function before()
	local function f() pcall(f) while true do pcall(f) end end
	f()
end
