-- expect: lua_timeout
function before(req, user)
	local hole, pairs_ = {}, {}
	hole[2^20 - 1] = 1
	hole[2^20 - 1] = nil
	for i = 1, 50000 do pairs_[i] = {"a", hole} end
	require("url").encode_query(pairs_)
end
