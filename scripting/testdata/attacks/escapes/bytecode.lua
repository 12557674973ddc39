-- expect: ok
-- reaches for: compiled code
function before()
	assert(loadstring == nil and load == nil)
	assert(not pcall(require, "\27Lua"))
end
