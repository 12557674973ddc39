-- expect: lua_error
-- reaches for: a secret that the plan has not
function before()
	return secret.OTHER
end
