-- expect: ok
-- reaches for: paths and types of the program in an error
function before()
	local _, e = pcall(string.rep)
	assert(type(e) == "string" and not e:find("/", 1, true), e)
end
