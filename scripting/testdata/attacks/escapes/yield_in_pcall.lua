-- expect: ok
-- reaches for: the stack of a Go function
function before()
	local co = coroutine.create(function() return pcall(coroutine.yield) end)
	local _, fine = coroutine.resume(co)
	assert(fine == false)
end
