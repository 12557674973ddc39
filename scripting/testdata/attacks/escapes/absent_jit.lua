-- expect: ok
-- reaches for: LuaJIT
function before()
	assert(jit == nil)
end
