-- expect: ok
-- reaches for: loaders by way of strings
function before()
	assert(("x").load == nil and ("x").loadstring == nil and ("x").format ~= nil)
end
