-- expect: ok
-- reaches for: all of the library of strings
function before()
	pcall(function() for k in pairs(string) do assert(k ~= "dump", k) end end)
end
