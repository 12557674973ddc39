-- expect: lua_error
function before(req, user)
	local page = "<p>" .. ("a"):rep(1000000) .. "</p>"
	require("html").css(page, "p:matches(" .. ("([a-z]?){900}"):rep(10) .. "1)")
end
