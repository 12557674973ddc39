-- expect: lua_timeout
-- What is written down is short, but takes time to find.
function before(req, user)
	local hole, list = {}, {}
	hole[2^20 - 1] = 1
	hole[2^20 - 1] = nil
	for i = 1, 900 do list[i] = hole end
	for i = 1, 1000 do log.info(list) end
end
