-- expect: lua_timeout lua_error
-- An error object that takes time to say.
function before(req, user)
	local hole, list = {}, {}
	hole[2^20 - 1] = 1
	hole[2^20 - 1] = nil
	for i = 1, 900 do list[i] = hole end
	error(list)
end
