-- expect: lua_timeout lua_limit
-- A long replacement that makes nothing, at each of many places.
function before(req, user)
	local text = ("x"):rep(60000)
	require("regex").replace(text, "(y*)", ("$1"):rep(500000))
end
