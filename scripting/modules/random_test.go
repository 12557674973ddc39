package modules

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Properties of many draws; the seed is fixed, so they hold or not.
func TestRandom(t *testing.T) {
	run(t, []vector{
		{`(function() local seen, n = {}, 0 for i = 1, 500 do local x = random.int(-2, 3) assert(x >= -2 and x <= 3 and x % 1 == 0) if not seen[x] then seen[x] = true n = n + 1 end end return n end)()`, "6"},
		{`random.int(5, 5), random.int(-9007199254740992, 9007199254740992) ~= random.int(-9007199254740992, 9007199254740992)`, "5 | true"},
		{`(function() local low, high = 9, 0 for i = 1, 1000 do local x = random.number(2, 4) low, high = math.min(low, x), math.max(high, x) end return low >= 2 and low < 2.1 and high > 3.9 and high < 4 end)()`, "true"},
		{`(function() for i = 1, 1000 do local x = random.number() assert(x >= 0 and x < 1) end return random.number(3, 3) end)()`, "3"},
		{`(function() local n = 0 for i = 1, 10000 do if random.bool(0.1) then n = n + 1 end end return n > 850 and n < 1150 end)(), random.bool(0), random.bool(1)`, "true | false | true"},
		{`#random.string(20), random.string(20):match("^%w+$") ~= nil, random.string(4, "x"), random.string(0), random.string(3, "é"), #random.bytes(13), random.bytes(0)`, "20 | true | xxxx |  | ééé | 13 | "},
		{`(function() local seen = "" for i = 1, 200 do local x = random.choice({"a", "b", "c"}) if not seen:find(x) then seen = seen .. x end end return #seen end)()`, "3"},
		{`(function() local n = 0 for i = 1, 10000 do if random.weighted({read = 9, write = 1, never = 0}) == "write" then n = n + 1 end end return n > 850 and n < 1150 end)()`, "true"},
		{`(function() local n = 0 for i = 1, 10000 do if random.weighted({{"a", 1}, {7, 3}}) == 7 then n = n + 1 end end return n > 7200 and n < 7800 end)()`, "true"},
		{`(function() local l = {1, 2, 3, 4, 5, 6, 7, 8} local s = random.shuffle(l) local text = table.concat(s) table.sort(s) return text ~= "12345678" and table.concat(s) == "12345678" and table.concat(l) == "12345678" end)()`, "true"},
		{`(function() local s = random.sample({1, 2, 3}, 2) return #s == 2 and s[1] ~= s[2] end)(), #random.sample({1}, 0)`, "true | 0"},
		{`uuid.v4():match("^%x+%-%x%x%x%x%-4%x%x%x%-[89ab]%x%x%x%-%x+$") ~= nil, #uuid.v4(), uuid.v4() ~= uuid.v4()`, "true | 36 | true"},
		{`uuid.v7():sub(1, 15), uuid.v7() ~= uuid.v7(), uuid.v7():match("^.+%-[89ab]%x%x%x%-%x+$") ~= nil`, "018d5ec3-b2db-7 | true | true"},
	})
	refuse(t, []vector{
		{`random.int(2, 1)`, "random.int: a is 2, which is more than b, 1"},
		{`random.int(1)`, "random.int: argument 2 (b) is nil, not a number"},
		{`random.int(1.5, 2)`, "random.int: argument 1 (a) is 1.5, not a whole number"},
		{`random.int(1, 1e17)`, "random.int: argument 2 (b) is 100000000000000000, not between"},
		{`random.number(2, 1)`, "random.number: a is 2, which is more than b, 1"},
		{`random.number(2)`, "random.number: argument 2 (b) is nil, not a number"},
		{`random.bool(2)`, "random.bool: argument 1 (p) is not between 0 and 1"},
		{`random.string(-1)`, "random.string: argument 1 (n) is -1, not between 0 and 262144"},
		{`random.string(1, "")`, "random.string: argument 2 (alphabet) is empty"},
		{`random.string(1, ("x"):rep(70000))`, "!random.string: argument 2 (alphabet) is longer"},
		{`random.bytes(1e7)`, "random.bytes: argument 1 (n) is 10000000, not between 0 and 1048576"},
		{`random.choice({})`, "random.choice: argument 1 (list) is an empty list"},
		{`random.choice("abc")`, "random.choice: argument 1 (list) is a string, not a table"},
		{`random.weighted({a = -1})`, "random.weighted: the weight of a is -1, not a number from 0"},
		{`random.weighted({a = 0})`, "random.weighted: argument 1 (weights) has no weight above 0"},
		{`random.weighted({{"a"}})`, "random.weighted: the weight of a is nil, not a number from 0"},
		{`random.weighted({"a"})`, "random.weighted: item 1 is no pair of a value and a weight"},
		{`random.sample({1}, 2)`, "random.sample: argument 2 (n) is 2, not between 0 and 1"},
	})
}

// The same seed gives the same draws, whatever they are.
func TestRandomIsSeeded(t *testing.T) {
	const draws = `uuid.v4(), random.int(1, 1e9), random.string(20), random.weighted({a = 1, b = 1, c = 1, d = 1}), table.concat(random.shuffle({1, 2, 3, 4, 5, 6}))`
	var got [3]string
	for i, seed := range []uint64{7, 7, 8} {
		L, f := newState(t)
		f.rand = rand.New(rand.NewPCG(seed, 1))
		var err error
		if got[i], err = results(L, draws); err != nil {
			t.Fatal(err)
		}
	}
	if got[0] != got[1] || got[0] == got[2] {
		t.Errorf("seeds 7, 7 and 8 give\n%s", strings.Join(got[:], "\n"))
	}
}
