package modules

// All of random draws from the user's own stream, which follows from the seed of the run:
// the same seed gives the same numbers. For keys and the like take crypto.random_bytes.
//
// random.int(a, b) → number: a whole number from a to b, both included
//   random.int(1, 6)  -- 4
// random.number([a, b]) → number: from a up to b, without b; from 0 to 1 without arguments
//   random.number(0.5, 1.5)  -- 0.8731
// random.bool([p]) → boolean: true with the probability p, else 0.5
//   random.bool(0.1)  -- false
// random.string(n [, alphabet]) → text: n characters of the alphabet, else of a-z A-Z 0-9
//   random.string(8)  -- fT3kQ9aZ
// random.bytes(n) → text: n bytes
//   hex.encode(random.bytes(4))  -- 9f86d081
// random.choice(list) → value: an item of the list
//   random.choice({"red", "green"})  -- green
// random.weighted(weights) → value: an item by its weight. weights is a table of names and
//   weights, or a list of {value, weight} pairs
//   random.weighted({read = 9, write = 1})  -- read
// random.shuffle(list) → list: a new list of the same items in random order
//   random.shuffle({1, 2, 3})[1]  -- 3
// random.sample(list, n) → list: n different items of the list, in random order
//   #random.sample({1, 2, 3}, 2)  --> 2

import (
	"encoding/binary"
	"math/rand/v2"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// maxInt bounds whole numbers: a Lua number holds every one of them.
const maxInt = 1 << 53

func randomLibrary() *sandbox.Library {
	return library("random", map[string]function{
		"int":      randomInt,
		"number":   randomNumber,
		"bool":     randomBool,
		"string":   randomString,
		"bytes":    randomBytes,
		"choice":   randomChoice,
		"weighted": randomWeighted,
		"shuffle":  func(a args) int { t, n := a.list(1, "list"); return randomItems(a, t, n, n) },
		"sample":   randomSample,
	})
}

func (a args) rand() *rand.Rand { return sandbox.FrameOf(a.L).Rand() }

func randomInt(a args) int {
	low := a.integer(1, "a", -maxInt, maxInt)
	high := a.integer(2, "b", -maxInt, maxInt)
	if low > high {
		a.fail("a is %d, which is more than b, %d", low, high)
	}
	return a.push(lua.LNumber(low + a.rand().Int64N(high-low+1)))
}

func randomNumber(a args) int {
	low, high := 0.0, 1.0
	if a.isSet(1) || a.isSet(2) {
		low, high = a.number(1, "a"), a.number(2, "b")
	}
	if low > high {
		a.fail("a is %v, which is more than b, %v", low, high)
	}
	f := a.rand().Float64()
	n := low*(1-f) + high*f
	if n >= high && low < high {
		n = low // rounded up
	}
	return a.push(lua.LNumber(n))
}

func randomBool(a args) int {
	p := 0.5
	if a.isSet(1) {
		p = a.number(1, "p")
	}
	if p < 0 || p > 1 {
		a.bad(1, "p", "is not between 0 and 1")
	}
	return a.push(lua.LBool(a.rand().Float64() < p))
}

func randomString(a args) int {
	n := a.integer(1, "n", 0, sandbox.MaxString/4)
	alphabet := a.optString(2, "alphabet", alphanumeric)
	if alphabet == "" {
		a.bad(2, "alphabet", "is empty")
	}
	if len(alphabet) > sandbox.MaxTable {
		a.exceeded("argument 2 (alphabet) is longer than %d bytes", sandbox.MaxTable)
	}
	r := a.rand()
	if isASCII(alphabet) {
		dst := make([]byte, n)
		for i := range dst {
			dst[i] = alphabet[r.IntN(len(alphabet))]
		}
		return a.text(string(dst))
	}
	letters := []rune(alphabet)
	dst := make([]rune, n)
	for i := range dst {
		dst[i] = letters[r.IntN(len(letters))]
	}
	return a.text(string(dst))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func randomBytes(a args) int {
	n := a.integer(1, "n", 0, sandbox.MaxString)
	dst := make([]byte, 0, n+8)
	for int64(len(dst)) < n {
		dst = binary.LittleEndian.AppendUint64(dst, a.rand().Uint64())
	}
	return a.text(string(dst[:n]))
}

func randomChoice(a args) int {
	t, n := a.list(1, "list")
	return a.push(t.RawGetInt(1 + a.rand().IntN(n)))
}

func randomWeighted(a args) int {
	t := a.table(1, "weights")
	var values []lua.LValue
	var sums []float64
	sum := 0.0
	add := func(v, weight lua.LValue) {
		w, ok := weight.(lua.LNumber)
		if !ok || w < 0 || w > maxInt || w != w {
			a.fail("the weight of %s is %s, not a number from 0", shortened(v.String()), shortened(weight.String()))
		}
		sum += float64(w)
		values, sums = append(values, v), append(sums, sum)
	}
	if n := t.MaxN(); n > 0 {
		_, n = a.list(1, "weights")
		for i := 1; i <= n; i++ {
			pair, ok := t.RawGetInt(i).(*lua.LTable)
			if !ok {
				a.fail("item %d is no pair of a value and a weight", i)
			}
			add(pair.RawGetInt(1), pair.RawGetInt(2))
		}
	} else {
		for _, name := range a.names(t) {
			add(lua.LString(name), t.RawGetString(name))
		}
	}
	if sum == 0 {
		a.bad(1, "weights", "has no weight above 0")
	}
	at := a.rand().Float64() * sum
	for i := range sums {
		if at < sums[i] {
			return a.push(values[i])
		}
	}
	return a.push(values[len(values)-1])
}

func randomSample(a args) int {
	t, size := a.list(1, "list")
	return randomItems(a, t, size, int(a.integer(2, "n", 0, int64(size))))
}

// randomItems draws n of the items of t.
func randomItems(a args, t *lua.LTable, size, n int) int {
	items := make([]lua.LValue, size)
	for i := range items {
		items[i] = t.RawGetInt(i + 1)
	}
	result := a.L.CreateTable(n, 0)
	for i := range n {
		j := i + a.rand().IntN(size-i)
		items[i], items[j] = items[j], items[i]
		result.RawSetInt(i+1, items[i])
	}
	return a.push(result)
}
