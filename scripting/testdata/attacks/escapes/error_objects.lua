-- expect: ok
-- reaches for: what an error carries
function before()
	local _, e = pcall(function() local x = nil; x.y = 1 end)
	assert(type(e) == "string" and not e:find(".go:", 1, true), e)
end
