-- expect: ok
-- reaches for: a library that another user has too, past __newindex
function before()
	pcall(rawset, string, "lower", 1)
	pcall(rawset, math, "pi", 3)
	pcall(rawset, require("json"), "decode", 1)
end
