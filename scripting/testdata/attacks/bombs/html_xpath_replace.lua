-- expect: lua_error
-- Functions of XPath 2.0 whose result has no bound.
function before(req, user)
	local page = "<p>" .. ("a"):rep(1000000) .. "</p>"
	require("html").xpath(page, "replace(//p, 'a', '" .. ("x"):rep(3000) .. "')")
end
