package stdlib_test

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
	"pgregory.net/rapid"
)

func TestTable(t *testing.T) {
	expectations(t, [][2]string{
		{`return table.concat({1, 2, "x"}, ", ")`, "1, 2, x"},
		{`return table.concat({})`, ""},
		{`return table.concat({1, 2, 3}, "-", 2)`, "2-3"},
		{`return table.concat({1, 2, 3}, "-", 2, 2)`, "2"},
		{`return table.concat({1, 2, 3}, "-", 3, 2)`, ""},
		{`return table.concat({[-1] = "a", [0] = "b", "c"}, "", -1, 1)`, "abc"},
		{`return table.concat({1, {}, 3})`, "error: invalid value (table) at index 2"},
		{`return table.concat({1}, "", 1, 2)`, "error: invalid value (nil) at index 2"},
		{`return table.concat({}, "", 1, 2^60)`, "error: invalid value (nil) at index 1"},
		{`local s, t = string.rep("x", 2^20), {} for i = 1, 9 do t[i] = s end return table.concat(t)`, "error: at most 8388608 bytes"},
		{`local t = {1, 2} table.insert(t, 3) table.insert(t, 1, 0) table.insert(t, 5, 9) return table.concat(t, " ")`, "0 1 2 3 9"},
		{`table.insert({}, 2^30, 1)`, "error: position out of bounds"},
		{`table.insert({}, 0, 1)`, "error: position out of bounds"},
		{`table.insert({}, 1, 2, 3)`, "error: wrong number of arguments"},
		{`table.insert({})`, "error: wrong number of arguments"},
		{`local t = {1, 2, 3} return table.remove(t), table.remove(t, 1), table.concat(t)`, "3 1 2"},
		{`local t = {1, 2, 3} t[3] = nil return table.remove(t), #t`, "2 1"},
		{`return select("#", table.remove({}))`, "0"},
		{`return select("#", table.remove({1}, 5))`, "0"},
		{`return table.maxn({1, 2, [10] = 1, x = 1, [2.5] = 1})`, "10"},
		{`return table.maxn({})`, "0"},
		{`return table.getn({1, 2})`, "2"},
		{`local t = {3, 1, 2} table.sort(t) return table.concat(t)`, "123"},
		{`local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return table.concat(t)`, "321"},
		{`local t = {"b", "a", "B"} table.sort(t) return table.concat(t)`, "Bab"},
		{`table.sort({1, "x", 2})`, "error: attempt to compare"},
		{`table.sort({1, 2, 3}, function() error("stop", 0) end)`, "error: stop"},
		{`local t = {} for i = 1, 500 do t[i] = i % 7 end table.sort(t, function() return true end) return #t`, "500"},
		{`local t = {} for i = 1, 500 do t[i] = i end table.sort(t, function(a, b) t[a] = nil return a < b end) return #t`, "500"},
		{`return table.unpack, table.foreach`, "nil nil"},
	})
}

// Sorting gives what is sorted, whatever it was.
func TestSort(t *testing.T) {
	L, _ := newState(t, t.Context())
	rapid.Check(t, func(t *rapid.T) {
		list := L.NewTable()
		for _, n := range rapid.SliceOf(rapid.IntRange(-5, 5)).Draw(t, "numbers") {
			list.Append(lua.LNumber(n))
		}
		n := list.Len()
		L.SetGlobal("list", list)
		if _, err := run(L, `table.sort(list)`); err != nil {
			t.Fatal(err)
		}
		for i := 2; i <= n; i++ {
			if list.RawGetInt(i-1).(lua.LNumber) > list.RawGetInt(i).(lua.LNumber) {
				t.Fatalf("not sorted at %d", i)
			}
		}
		if list.Len() != n {
			t.Fatalf("%d of %d elements", list.Len(), n)
		}
	})
}

func TestMath(t *testing.T) {
	expectations(t, [][2]string{
		{`return math.floor(-1.5), math.ceil(-1.5), math.abs(-2)`, "-2 -1 2"},
		{`return math.max(1, 3, 2), math.min(3, 1, 2)`, "3 1"},
		{`return math.max()`, "error: bad argument #1"},
		{`return math.modf(3.5)`, "3 0.5"},
		{`return math.modf(-3.5)`, "-3 -0.5"},
		{`return math.fmod(-5, 3), -5 % 3`, "-2 1"},
		{`return math.modf(1/0)`, "+Inf 0"},
		{`return math.huge == 1/0, math.pi > 3.14159`, "true true"},
		{`return math.frexp(8)`, "0.5 4"},
		{`return math.ldexp(0.5, 4), math.ldexp(1, 1e300)`, "8 +Inf"},
		{`return math.pow(2, 10), math.sqrt(16), math.exp(0), math.log(1), math.log10(100)`, "1024 4 1 0 2"},
		{`return math.deg(math.pi), math.rad(180) == math.pi, math.atan2(0, 1)`, "180 true 0"},
		{`return math.sin(0), math.cos(0), math.tan(0), math.asin(0), math.acos(1), math.atan(0), math.sinh(0), math.cosh(0), math.tanh(0)`, "0 1 0 0 0 0 0 1 0"},
		{`for i = 1, 1000 do local r = math.random() if r < 0 or r >= 1 then return r end end return "ok"`, "ok"},
		{`for i = 1, 1000 do local r = math.random(3) if r < 1 or r > 3 or r % 1 ~= 0 then return r end end return "ok"`, "ok"},
		{`for i = 1, 1000 do local r = math.random(-2, 2) if r < -2 or r > 2 then return r end end return "ok"`, "ok"},
		{`return math.random(0)`, "error: interval is empty"},
		{`return math.random(2, 1)`, "error: interval is empty"},
		{`return math.random(1, 1e300)`, "error: number is too large"},
		{`return math.random(0/0)`, "error: number is too large"},
		{`return math.random(-2^53, 2^53) ~= nil`, "true"},
		{`math.randomseed(1)`, "error: seeded by the run"},
	})
}

// The numbers of a user depend on its own stream alone.
func TestRandomIsTheUsersOwn(t *testing.T) {
	const text = `return math.random(1e9), math.random(1e9), math.random()`
	a, _ := newState(t, t.Context())
	b, _ := newState(t, t.Context())
	first, err := run(a, text)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := run(a, text); again == first {
		t.Error("the stream stands still")
	}
	if other, _ := run(b, text); other != first {
		t.Errorf("equal seeds gave %s and %s", first, other)
	}
}
