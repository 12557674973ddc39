-- expect: lua_limit
-- takes: memory
local s, t = string.rep("x", 2^20), {}
for i = 1, 60000 do t[i] = s end
function before(req)
	return http.post{url = "/", form = {a = t}}
end
