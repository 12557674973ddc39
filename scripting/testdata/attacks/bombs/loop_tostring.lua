-- expect: lua_timeout
-- takes: time, in __tostring
function before()
	local t = setmetatable({}, {__tostring = function() while true do end end})
	return tostring(t)
end
