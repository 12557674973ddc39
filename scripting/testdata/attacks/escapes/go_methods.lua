-- expect: ok
-- reaches for: methods of what is behind an object
function before(req, user)
	for _, k in ipairs({"Host", "host", "Value", "Env", "Metatable", "SetURL", "__index", "state", "L"}) do
		pcall(function() assert(user[k] == nil, k) end)
		local _, v = pcall(function() return req[k] end)
		assert(type(v) ~= "userdata" and type(v) ~= "function", k)
	end
end
