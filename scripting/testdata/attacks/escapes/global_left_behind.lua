-- expect: ok
-- reaches for: a global that another user sees
function before()
	owned = "owned"
	_G.owned2 = "owned"
	rawset(_G, "owned3", "owned")
end
