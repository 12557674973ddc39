-- expect: lua_timeout
-- takes: time
function before()
	local x = 2
	while true do x = x ^ x % 1e300 end
end
