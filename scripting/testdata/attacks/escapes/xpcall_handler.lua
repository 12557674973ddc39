-- expect: ok
-- reaches for: the stack, in an error handler
function before()
	local seen
	xpcall(function() error("x") end, function(e) seen = debug return e end)
	assert(seen == nil)
end
