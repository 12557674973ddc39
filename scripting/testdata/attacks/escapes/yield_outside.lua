-- expect: lua_error
-- reaches for: the hook itself suspended
function before()
	coroutine.yield()
end
