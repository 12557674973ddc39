-- expect: ok
-- reaches for: what to look up exploits for
function before()
	assert(_GOPHER_LUA_VERSION == nil)
end
