-- expect: ok lua_timeout
-- The length of a list is found from its end, through all that was removed there: not once for each item.
function before(req, user)
	local list = {}
	for i = 1, 30000 do list[i] = "x" end
	list[2^20 - 1] = 1
	list[2^20 - 1] = nil
	req.headers.X = list
end
