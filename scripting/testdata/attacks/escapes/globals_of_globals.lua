-- expect: ok
-- reaches for: a way up from _G
function before()
	assert(rawget(_G, "__index") == nil)
	assert(_G._G == nil or _G._G == _G or type(_G._G) == "table")
	assert(_G.os == nil and _G._G.os == nil)
end
