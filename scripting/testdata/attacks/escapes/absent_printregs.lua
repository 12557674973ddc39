-- expect: ok
-- reaches for: gopher-lua's registers
function before()
	assert(_printregs == nil)
end
