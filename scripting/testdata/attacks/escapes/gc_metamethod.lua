-- expect: ok
-- reaches for: code when nobody looks
function before()
	setmetatable({}, {__gc = function() owned = true end})
	assert(owned == nil)
end
