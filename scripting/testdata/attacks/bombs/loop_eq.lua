-- expect: lua_timeout
-- takes: time, in __eq
function before()
	local mt = {__eq = function() while true do end end}
	return setmetatable({}, mt) == setmetatable({}, mt)
end
