-- expect: lua_limit
-- Upper case, comments and escapes do not hide what a selector costs.
function before(req, user)
	local page = ("<div>"):rep(460) .. ("a"):rep(1000000)
	require("html").css(page, "/*'*/:HAS(:Has(:contains(zz)))")
end
