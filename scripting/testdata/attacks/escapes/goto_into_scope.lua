-- expect: problem
-- reaches for: a variable before it is there
function before()
	goto inside
	local x = 1
	::inside::
	print(x)
end
