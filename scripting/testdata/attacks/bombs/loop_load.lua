-- expect: lua_timeout problem
-- takes: time, while the script loads
while true do end
function before()
	
end
