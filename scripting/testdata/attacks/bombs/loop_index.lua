-- expect: lua_timeout
-- takes: time, in __index
function before()
	local t = setmetatable({}, {__index = function() while true do end end})
	return t.x
end
