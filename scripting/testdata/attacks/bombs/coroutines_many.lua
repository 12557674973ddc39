-- expect: lua_limit
-- takes: memory, by coroutines
function before()
	local t = {}
	while true do t[#t + 1] = coroutine.create(function() end) end
end
