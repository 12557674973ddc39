-- expect: lua_timeout lua_limit
-- takes: time, by __concat
function before()
	local t = setmetatable({}, {})
	local s = ""
	getmetatable(t).__concat = function() s = s .. "xxxxxxxx" return t end
	while true do t = t .. t end
end
