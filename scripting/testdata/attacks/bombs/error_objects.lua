-- expect: lua_timeout
-- takes: errors without end
function before()
	while true do pcall(error, setmetatable({}, {__tostring = function() error("x") end})) end
end
