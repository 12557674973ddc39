-- expect: lua_timeout
-- takes: time, in __concat
function before()
	return setmetatable({}, {__concat = function() while true do end end}) .. "x"
end
