-- expect: lua_error
-- takes: an error in a comparison
function before()
	table.sort({3, 2, 1}, function() error("no") end)
end
