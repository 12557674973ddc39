-- expect: lua_timeout
function before(req, user)
	local part, parts = {name = "a", value = ""}, {}
	part[2^20 - 1] = 1
	part[2^20 - 1] = nil
	for i = 1, 50000 do parts[i] = part end
	http.post{url = "/", multipart = parts}
end
