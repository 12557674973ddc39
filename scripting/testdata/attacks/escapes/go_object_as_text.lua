-- expect: ok
-- reaches for: addresses of the process
function before(req, user)
	for _, v in ipairs({req, user, req.headers}) do
		assert(not tostring(v):find("0xc0", 1, true), tostring(v))
	end
end
