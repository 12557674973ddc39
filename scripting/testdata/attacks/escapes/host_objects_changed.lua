-- expect: ok
-- reaches for: the objects of the host
function before()
	pcall(function() vars.owned = 1 end)
	pcall(function() run.id = "owned" end)
	pcall(function() secret.owned = 1 end)
	pcall(function() log.info = nil end)
	pcall(function() http.get = nil end)
end
