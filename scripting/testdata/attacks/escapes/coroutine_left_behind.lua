-- expect: ok
-- reaches for: a coroutine of one hook in another
function before()
	kept = coroutine.create(function() while true do coroutine.yield() end end)
	coroutine.resume(kept)
end
