-- expect: lua_timeout
-- Lists with nothing in them that take time, and make nothing that could be counted.
function before(req, user)
	local hole, names = {}, {}
	hole[2^20 - 1] = 1
	hole[2^20 - 1] = nil
	for i = 1, 50000 do names["n" .. i] = hole end
	http.post{url = "/", form = names}
end
