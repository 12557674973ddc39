-- expect: ok
-- reaches for: the table behind the globals
function before()
	local mt = getmetatable(_G)
	assert(type(mt) ~= "table")
end
