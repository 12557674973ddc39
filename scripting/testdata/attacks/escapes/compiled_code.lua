-- expect: problem
-- reaches for: compiled code as a script
LuaQ
function before() end
