-- expect: ok
-- reaches for: other globals in a coroutine
function before()
	local co = coroutine.create(function() return os, io, debug, load, _G.os end)
	local t = {coroutine.resume(co)}
	assert(t[1] == true and #t == 1)
end
