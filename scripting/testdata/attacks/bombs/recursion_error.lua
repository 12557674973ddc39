-- expect: lua_error lua_limit
-- takes: errors in the error handler
function before()
	local function f(e) error(f(e)) end
	xpcall(function() error("x") end, f)
	error("end")
end
