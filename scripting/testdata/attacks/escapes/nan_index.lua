-- expect: ok
-- reaches for: a key that is none
function before()
	local t = {}
	pcall(function() t[0/0] = 1 end)
	assert(t[0/0] == nil)
end
