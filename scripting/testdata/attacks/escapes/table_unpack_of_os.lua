-- expect: ok
-- reaches for: another library inside one
function before()
	assert(table.os == nil)
end
