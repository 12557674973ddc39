package stdlib

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// Math is the library math. Its random numbers are the user's own stream.
func Math() *sandbox.Library {
	return &sandbox.Library{
		Name: "math",
		Constants: map[string]lua.LValue{
			"pi":   lua.LNumber(math.Pi),
			"huge": lua.LNumber(math.Inf(1)),
		},
		Functions: map[string]lua.LGFunction{
			"abs":        of1(math.Abs),
			"acos":       of1(math.Acos),
			"asin":       of1(math.Asin),
			"atan":       of1(math.Atan),
			"atan2":      of2(math.Atan2),
			"ceil":       of1(math.Ceil),
			"cos":        of1(math.Cos),
			"cosh":       of1(math.Cosh),
			"deg":        of1(func(x float64) float64 { return x * (180 / math.Pi) }),
			"exp":        of1(math.Exp),
			"floor":      of1(math.Floor),
			"fmod":       of2(math.Mod),
			"frexp":      mathFrexp,
			"ldexp":      of2(func(x, e float64) float64 { return math.Ldexp(x, int(max(min(e, 5000), -5000))) }),
			"log":        of1(math.Log),
			"log10":      of1(math.Log10),
			"max":        best(func(a, b lua.LNumber) bool { return a > b }),
			"min":        best(func(a, b lua.LNumber) bool { return a < b }),
			"mod":        of2(math.Mod),
			"modf":       mathModf,
			"pow":        of2(math.Pow),
			"rad":        of1(func(x float64) float64 { return x * (math.Pi / 180) }),
			"random":     mathRandom,
			"randomseed": mathRandomseed,
			"sin":        of1(math.Sin),
			"sinh":       of1(math.Sinh),
			"sqrt":       of1(math.Sqrt),
			"tan":        of1(math.Tan),
			"tanh":       of1(math.Tanh),
		},
	}
}

func of1(f func(float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LNumber(f(float64(L.CheckNumber(1)))))
		return 1
	}
}

func of2(f func(x, y float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LNumber(f(float64(L.CheckNumber(1)), float64(L.CheckNumber(2)))))
		return 1
	}
}

// best is the argument that is better than all before it.
func best(better func(a, b lua.LNumber) bool) lua.LGFunction {
	return func(L *lua.LState) int {
		found := L.CheckNumber(1)
		for i := 2; i <= L.GetTop(); i++ {
			if n := L.CheckNumber(i); better(n, found) {
				found = n
			}
		}
		L.Push(found)
		return 1
	}
}

func mathFrexp(L *lua.LState) int {
	fraction, exponent := math.Frexp(float64(L.CheckNumber(1)))
	L.Push(lua.LNumber(fraction))
	L.Push(lua.LNumber(exponent))
	return 2
}

func mathModf(L *lua.LState) int {
	n := float64(L.CheckNumber(1))
	whole, fraction := math.Modf(n)
	if math.IsInf(n, 0) {
		fraction = 0
	}
	L.Push(lua.LNumber(whole))
	L.Push(lua.LNumber(fraction))
	return 2
}

func mathRandom(L *lua.LState) int {
	random := sandbox.FrameOf(L).Rand()
	if L.GetTop() == 0 {
		L.Push(lua.LNumber(random.Float64()))
		return 1
	}
	low, high := int64(1), whole(L, 1)
	last := 1
	if L.GetTop() > 1 {
		low, high, last = high, whole(L, 2), 2
	}
	if low > high {
		L.ArgError(last, "interval is empty")
	}
	L.Push(lua.LNumber(low + random.Int64N(high-low+1)))
	return 1
}

// whole is argument arg, which a number has to hold exactly.
func whole(L *lua.LState, arg int) int64 {
	n := float64(L.CheckNumber(arg))
	if !(math.Abs(n) <= 1<<53) {
		L.ArgError(arg, "number is too large")
	}
	return int64(math.Floor(n))
}

// mathRandomseed refuses: a seed of a script's own would make users alike, or a run that
// cannot be repeated.
func mathRandomseed(L *lua.LState) int {
	L.RaiseError("math.randomseed is not needed: each user has random numbers of its own, seeded by the run")
	return 0
}
