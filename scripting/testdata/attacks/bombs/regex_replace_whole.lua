-- expect: lua_timeout lua_limit
-- A short replacement names a long match half a million times: 500 GiB.
function before(req, user)
	local text = ("x"):rep(2^20)
	require("regex").replace(text, ".*", ("$0"):rep(500000))
end
