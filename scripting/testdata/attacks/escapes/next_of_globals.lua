-- expect: ok
-- reaches for: all that there is, one by one
function before()
	local bad = {os = 1, io = 1, debug = 1, load = 1, loadstring = 1, dofile = 1, setfenv = 1, package = 1}
	pcall(function() for k in pairs(_G) do assert(not bad[k], k) end end)
end
