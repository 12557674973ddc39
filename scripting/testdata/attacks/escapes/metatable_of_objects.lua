-- expect: ok
-- reaches for: what is behind the objects of the host
function before()
	for _, o in ipairs({vars, run, secret, log, http}) do
		assert(type(getmetatable(o)) ~= "table")
	end
	for _, o in ipairs({vars, run, secret}) do
		assert(not pcall(setmetatable, o, {}))
	end
end
