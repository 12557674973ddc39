package scripting

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
)

// Small texts of all parts of the language give what the manual says: also those that
// gopher-lua compiles wrongly as they stand (assignments to several variables, iterators
// that are not one call).
func TestLanguage(t *testing.T) {
	for body, want := range map[string]string{
		"local a, b = 1, 2 a, b = b, a return a, b":                                                               "2 1",
		"local a, b, c = 1, 2, 3 a, b, c = c, a, b return a, b, c":                                                "3 1 2",
		"local function f(s) s = (tostring(s)) return s end return f(5)":                                          "5",
		"local function f(s) s = s .. 'x' return s end return f(5)":                                               "5x",
		"local function f(a, s) s, a = s .. 'x', s .. a return a, s end return f(1, 2)":                           "21 2x",
		"local function f(s) local t s, t = s .. 'x' return s, t end return f(1)":                                 "1x nil",
		"local i, t = 1, {} i, t[i] = i + 1, 20 return i, t[1], t[2]":                                             "2 20 nil",
		"local a, b = 1 a, b = 5 return a, b":                                                                     "5 nil",
		"local a, b, c = 1 a, b, c = 5, (function() return a, 7 end)() return a, b, c":                            "5 1 7",
		"local a, b = 1, 2 a, b = b, a, error return a, b":                                                        "2 1",
		"local a, b = 1, 2 local function f(...) a, b = b, ... return a, b end return f(9)":                       "2 9",
		"local a, b = 0, 1 for i = 1, 10 do a, b = b, a + b end return a, b":                                      "55 89",
		"local t = {1, 2} t[1], t[2] = t[2], t[1] return t[1], t[2]":                                              "2 1",
		"x, y = 1, 2 x, y = y, x return x, y":                                                                     "2 1",
		"local a = 1 a = a .. 2, 3 return a":                                                                      "12",
		"local a, b = 1, 2 goto on do a, b = 3, 4 end ::on:: a, b = b, a return a, b":                             "2 1",
		"local f = {} for i = 1, 3 do f[i] = function() i = i + 1 return i end end return f[1](), f[1](), f[2]()": "2 3 3",
		"local f = {} local i = 0 while i < 3 do i = i + 1 local j = i f[i] = function() j = j + 1 return j end if i == 2 then break end end return f[1](), f[1](), f[2]()":                                                               "2 3 3",
		"local f = {} local i = 0 repeat local j = i i = i + 1 f[i] = function() return j end until j >= 2 return f[1](), f[2](), f[3]()":                                                                                                 "0 1 2",
		"local s = '' for i = 1, 5 do if i % 2 == 0 then goto continue end s = s .. i ::continue:: end return s":                                                                                                                          "135",
		"local f = {} for i = 1, 4 do local j = i f[#f + 1] = function() return j end if i == 2 then goto next end f[#f + 1] = function() j = j * 10 return j end ::next:: end return #f, f[1](), f[2](), f[1](), f[3](), f[4](), f[5]()": "7 1 10 10 2 3 30",
		"return -2 ^ 2, 2 ^ -1, not nil == true, 1 .. 2 == '12', -3 % 5, 5 % -3, 2 ^ 3 ^ 2":                                                                                                                                               "-4 0.5 true true 2 -1 512",
		"local a, b = false, nil return a and 1 or 2, b and 1 or nil, a or b, b or a, nil == false, a == b":                                                                                                                               "2 nil nil false false false",
		"local x = 5 local y = x > 3 and x < 10 local z = x > 3 and 'big' or 'small' local w = not (x > 3) and 1 return y, z, w":                                                                                                          "true big false",
		"local function f() return 1, 2, 3 end local a, b, c, d = f(), f() return a, b, c, d, (f()), #{f(), f()}, #{f(), nil}":                                                                                                            "1 1 2 3 1 4 1",
		"local function f(...) return select('#', ...), ... end return f(nil, nil)":                                                                                                                                                       "2 nil nil",
		"local function f(...) local a, b = ... return {..., 'x'}, a, b end local t, a, b = f(1, 2) return #t, t[1], t[2], a, b":                                                                                                          "2 1 x 1 2",
		"local t = {} t[1.0] = 'a' t[2^53] = 'b' return t[1], t[2^53], #t":                                                                                                                                                                "a b 1",
		"local t = {1, 2, 3, 4} for k, v in pairs(t) do t[k] = nil end return next(t)":                                                                                                                                                    "nil",
		"local t = {a = 1, b = 2, c = 3} local n = 0 for k in pairs(t) do t[k] = nil n = n + 1 end return n, next(t)":                                                                                                                     "3 nil",
		"local t = {} for i = 1, 10 do t[i] = i end for i = 1, 10 do t[i] = nil end return #t":                                                                                                                                            "0",
		"return '10' + 5, '0x10' + 0, 10 .. '', '3' * '4', -'2'":                                                                                                                                                                          "15 16 10 12 -2",
		"return pcall(function() return 1 < '2' end)":                                                                                                                                                                                     "false",
		"return 'a' < 'b', 'Z' < 'a', 'a' < 'aa', '' < 'a'":                                                                                                                                                                               "true true true true",
		"local n = 0 for i = 10, 1, -3 do n = n + i end for i = 1, 0 do n = -1 end for i = 0.5, 2, 0.5 do n = n + i end return n":                                                                                                         "27",
		"local o = {n = 0} function o:add(x) self.n = self.n + x return self end return o:add(1):add(2).n":                                                                                                                                "3",
		"local mt = {__index = function(t, k) return k .. '!' end, __newindex = function(t, k, v) rawset(t, k, v * 2) end, __call = function(self, a) return a end, __len = function() return 9 end, __unm = function() return 'neg' end, __eq = function() return true end, __lt = function() return true end, __le = function() return false end, __add = function(a, b) return 'sum' end} local t, u = setmetatable({}, mt), setmetatable({}, mt) t.x = 4 return t.y, t.x, t(7), -t, t == u, t < u, t <= u, t + 1, 1 + t, t ~= u, t > u": "y! 8 7 neg true true false sum sum false true",
		"local a = {} a.b = a.b or {} a.b.c = (a.b.c or 0) + 1 return a.b.c":                                                                                                     "1",
		"local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(15)":                                                                     "610",
		"local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + n) end return loop(10000, 0)":                                                        "50005000",
		"local t = {10, 20, 30, n = 3, [5] = 50} return #t == 3 or #t == 5, t.n, t[5]":                                                                                           "true 3 50",
		"local a = 1 do local a = 2 end local function f() return a end a = 3 return f(), a":                                                                                     "3 3",
		"local x = 1 local function f() x = x + 1 return x end return x, f(), x":                                                                                                 "1 2 2",
		"local i = 1 local t = {} i, t[i] = i + 1, 'v' return i, t[1]":                                                                                                           "2 v",
		"local t = {1, 2} local i = 1 t[i], i = 'x', 2 return t[1], t[2], i":                                                                                                     "x 2 2",
		"local a = {} local b = a a, a.x = {}, 1 return b.x, a.x":                                                                                                                "1 nil",
		"local a, b, c = (function() return 1, 2 end)() return a, b, c":                                                                                                          "1 2 nil",
		"local r = {} for k, v in next, {5, 6} do r[#r + 1] = k .. v end return r[1], r[2]":                                                                                      "15 26",
		"local f f = function(n) return n == 0 and 'done' or f(n - 1) end return f(50)":                                                                                          "done",
		"return (function(...) return select(-1, ...) end)(1, 2, 3)":                                                                                                             "3",
		"return #'abc' + 1, not not nil, 7 / 2, 1e3, 0x1F, .5":                                                                                                                   "4 false 3.5 1000 31 0.5",
		"local t = setmetatable({}, {__index = {x = 1}}) t.x = t.x + 1 return t.x, rawget(t, 'x')":                                                                               "2 2",
		"local v = 0 local function inc() v = v + 1 return v end local t = {inc(), inc(), k = inc(), inc()} return t[1], t[2], t[3], t.k":                                        "1 2 4 3",
		"local function f(a, b, ...) return a, b, select('#', ...) end return f(1), f(1, 2, 3, 4)":                                                                               "1 1 2 2",
		"if nil then return 1 elseif false then return 2 elseif 0 then return 3 else return 4 end":                                                                               "3",
		"local x = nil if not x or x.y then return 'ok' end":                                                                                                                     "ok",
		"local a, b = 3, 4 if a == 3 and (b == 5 or b == 4) and not (a > b) then return 'yes' end return 'no'":                                                                   "yes",
		"local a = 1 local b = a == 1 local c = (a == 2) local d = a ~= 1 or nil return b, c, d":                                                                                 "true false nil",
		"local t = {} t.f = function(self, x) return x end return t.f(t, 1), t:f(2), t['f'](t, 3)":                                                                               "1 2 3",
		"local s = 0 for i = 1, 3 do for j = 1, 3 do if j == 2 then break end s = s + j end end return s":                                                                        "3",
		"while true do if true then break end end repeat local z = 1 until z == 1 return 'end'":                                                                                  "end",
		"local a = 5 a = a > 3 and a - 1 or a + 1 return a":                                                                                                                      "4",
		"local function f(x) x = x or 'd' return x end return f(), f(1), f(false)":                                                                                               "d 1 d",
		"local function f(x) x = x and x + 1 return x end return f(), f(1)":                                                                                                      "nil 2",
		"local function f(x) x = not x return x end return f(), f(1)":                                                                                                            "true false",
		"local function f(x) x = {x} return x[1] end return f(4)":                                                                                                                "4",
		"local function f(x) x = {x, x, k = x} return x[1], x[2], x.k end return f(4)":                                                                                           "4 4 4",
		"local x = 4 x = {x, x, k = x} return x[1], x[2], x.k":                                                                                                                   "4 4 4",
		"local function f(x) x = function() return x end return type(x()) end return f(4)":                                                                                       "function",
		"local function f(x) x = #x + #x return x end return f('ab')":                                                                                                            "4",
		"local function f(x) x = -x - x return x end return f(2)":                                                                                                                "-4",
		"local function f(x) x = x.x or x return x end return f({x = 2})":                                                                                                        "2",
		"local function f(x) x = x == 2 and x or 'no' return x end return f(2), f(3)":                                                                                            "2 no",
		"local function f(x) x = x ~= 2 and 'no' or x return x end return f(2), f(3)":                                                                                            "2 no",
		"local function f(x) x = (x == 1 or x == 2) and x * 10 or x return x end return f(2), f(3)":                                                                              "20 3",
		"local x = 2 x = 1 < x return x":                                                                                                                                         "true",
		"local x = {1} x = x[1] + (x[2] or 5) return x":                                                                                                                          "6",
		"local x = 'k' local t = {k = 'v'} x = t[x] .. x return x":                                                                                                               "vk",
		"local a, b = 1, 2 local t = {a = b, b = a, [a] = b} a = t[a] + t.b return a":                                                                                            "3",
		"local x, y = 1 x = y == nil and x return x":                                                                                                                             "1",
		"local a, b, c = 1, 2, 3 a = b and c and a return a":                                                                                                                     "1",
		"local a, b = nil, 2 a = a or b and a or b return a":                                                                                                                     "2",
		"local a = 1 a = (a and (function() return a end)()) or 2 return a":                                                                                                      "1",
		"local s = 'x' s = s .. s .. (s .. s) return s":                                                                                                                          "xxxx",
		"local head = {next = {v = 1}} local old = head head, head.next = head.next, nil return head.v, old.next":                                                                "1 nil",
		"local t = {5, 6} local r = {} for k in next, t do r[#r + 1] = k end return r[1], r[2]":                                                                                  "1 2",
		"local t = {5, 6} local n = 0 for k, v, w in next, t, nil do n = n + v end return n":                                                                                     "11",
		"local t = {5, 6} local n = 0 local function all() return t, 1 end for k, v in next, all() do n = n + v end return n":                                                    "6",
		"local t = {5, 6} local n = 0 local function all() return t end for k in next, all() do n = n + k end return n":                                                          "3",
		"local n = 0 local function up(s, c) c = (c or 0) + 1 if c < 4 then return c end end for c in up do n = n + c end for c, d in up do n = n + c end return n":              "12",
		"local f = {} for k, v in next, {5, 6, 7} do if k == 2 then goto on end f[#f + 1] = function() return k end ::on:: end return f[1](), f[2]()":                            "1 3",
		"local r = {} for k, v in pairs({5, 6}) do r[k] = v end for i, v in ipairs(r) do r[i] = v + 1 end return r[1], r[2]":                                                     "6 7",
		"for k, v in next, {} , error and nil , 1 do return k end return 'none'":                                                                                                 "none",
		"local a, b = nil, {c = 1, f = function() return 'f' end} return (a or b).c, (a or b).f(), #(a or 'abc'), -(a or 1), (b and 2) + 1, (a or 'x') .. (a or 'y')":            "1 f 3 -1 3 xy",
		"local a, b = 1, 2 return (a < b) == (b > a), a + (b and 1 or 2), (a == 1) and (b == 2), (a == 1 and b == 3) or 'z', not (a == 1 and b == 2)":                            "true 2 true z false",
		"local a = 1 local t = {x = 'X', y = 'Y', [true] = 'T', [false] = 'F'} return t[a == 1 and 'x' or 'y'], t[a == 1], t[a ~= 1], t[not a]":                                  "X T F F",
		"local a, b = 1 local t = {a == 1, a and b, b or a, not b, k = a and 2} return t[1], t[2], t[3], t[4], t.k":                                                              "true nil 1 true 2",
		"local function f(...) return select('#', ...), (select(2, ...)) end local a, b = 1, 2 return f(a and b, a == b), f(a or b, (f(1, 2)))":                                  "2 2 2",
		"local function f() return 1, 2 end local a = true return a and f(), a or f(), not f(), (a and f())":                                                                     "1 true false 1",
		"local a, b, c = 1, nil, 3 if (a and b) or c then a = 'in' end if not (b or nil) and a then b = 'too' end while not (a == 'x' or c > 5) do c = c + 1 end return a, b, c": "in too 6",
		"local a, b = 0, 0 repeat local done = a >= 3 a = a + 1 until done and b == 0 return a":                                                                                  "4",
		"local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52} return #t, t[49], t[50], t[52]": "52 49 50 52",
		"local function f() return 'a', 'b' end local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, f()} local u = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, f()} local w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, f(), f()} return #t, t[51], #u, u[52], #w, w[50], w[52]": "51 b 52 b 52 a b",
		"local function f(...) return {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, ...} end return #f(1, 2), f(1, 2)[51], #f()": "51 2 49",
		"local t = {f = {g = function(s, x) return x end}} return t.f.g(1, 2), t.f:g(3), (t.f).g(0, 4), t['f']['g'](0, 5)":                                                                                                                                                     "2 3 4 5",
		"local s = 0 for i = 3, 1, -1 do s = s * 10 + i i = 100 end for i = 1, 3 do local i = i * 2 s = s + i end return s":                                                                                                                                                    "333",
		"local function g(n) if n > 0 then return g(n - 1) end return 'x', 'y' end local a, b, c = g(3) return a, b, c, (g(2))":                                                                                                                                                "x y nil x",
		"local a = {1, 2, 3} local i = 1 a[i], a[i + 1], i = a[i + 1], a[i], 3 return a[1], a[2], i":                                                                                                                                                                           "2 1 3",
		"local x, y, z = 1, 2, 3 x, y, z = y, z, x return x, y, z":                                                                                                                                                                                                             "2 3 1",
		"local t = {} t.a, t.b, t.c = (function() return 1, 2, 3 end)() return t.a, t.b, t.c":                                                                                                                                                                                  "1 2 3",
		"local t = {} t.a, t.b = 1 return t.a, t.b":                                                  "1 nil",
		"local a a, b2 = 1, a return a, b2":                                                          "1 nil",
		"local up = 1 local function f() up, up2 = up + 1, up return up, up2 end return f()":         "2 1",
		"local a = 1 local function f(...) local b, c = a, ... a = c return b, c, a end return f(5)": "1 5 5",
		"local ok, e = pcall(function() local t = nil t.x = 1 end) return ok":                        "false",
		"return 2^31, 2^53 + 1, 1e308 * 10, -1e308 * 10, 5 % 0 ~= 5 % 0, 10 / 4, 7 % 2.5":            "2147483648 9007199254740992 +Inf -Inf true 2.5 2",
		"return tostring(nil), tostring(1.0), tostring(-0), 1 == 1.0, '1' == 1, 0 == -0":             "nil 1 0 true false true",
		"local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, k = tostring(9)} return #t, t[1], t[2], t[50], t.k":                                                                                                                                                                                                                               "50 1 2 50 9",
		"local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, [tostring(5)] = tostring(9), z = tostring(8)} return #t, t[1], t[2], t['5'], t.z":                                                                                                                                                                                                 "50 1 2 9 8",
		"local t = {k = tostring(1), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, (tostring(2)), j = tostring(3)} return #t, t[1], t[51], t.j":                                                                                                                                                                                                     "51 1 2 3",
		"local function f() return 'a', 'b' end local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, f(), k = 3} return #t, t[1], t[51], t[52], t.k":                                                                                                                                                                                            "51 1 a nil 3",
		"local function f(...) local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, ...} return #t, t[1], t[101], t[102] end return f('a', 'b')": "102 1 a b",
		"local function f() end local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, f()} return #t, t[1], t[50]":                                                                                                                                                                                                                               "50 1 50",
		"local n = 0 local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, (function() n = n + 1 return 'x' .. n, n end)()} return #t, t[51], t[52], n":                                                                                                                                                                                          "52 x1 1 1",
	} {
		proto, problem := compile(&load.Source{File: "x.lua", Text: body})
		if problem != nil {
			t.Errorf("%s: %+v", body, problem)
			continue
		}
		L := lua.NewState()
		L.Push(L.NewFunctionFromProto(proto))
		if err := L.PCall(0, lua.MultRet, nil); err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		var got []string
		for i := 1; i <= L.GetTop(); i++ {
			got = append(got, L.Get(i).String())
		}
		if text := strings.Join(got, " "); text != want && !(want == "false" && strings.HasPrefix(text, "false ")) {
			t.Errorf("%s: %v, want %s", body, got, want)
		}
		L.Close()
	}
}
