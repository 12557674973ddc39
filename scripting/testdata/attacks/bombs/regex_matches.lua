-- expect: lua_timeout
-- Each match looks at all of the text.
function before(req, user)
	local text = ("a"):rep(2^20)
	require("regex").find_all(text, "a(?:" .. ("[a-z]*"):rep(9) .. "1)?")
end
