-- expect: lua_limit
-- takes: memory
local s, t = string.rep("x", 2^20), {}
for i = 1, 1000 do t[i] = {name = "n", filename = s, value = s} end
function before(req)
	return http.post{url = "/", multipart = t}
end
