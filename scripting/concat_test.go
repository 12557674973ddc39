package scripting

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"

	"github.com/locust-http/locust-http/load"
)

// drawn makes expressions of concatenations, of what may stand around and within them.
type drawn struct{ *rand.Rand }

var concatAtoms = []string{
	`"a"`, `""`, `"10"`, `s`, `up`, `glob`, `o.f`, `0`, `7`, `-3`, `1.5`, `-0`, `0.1`, `1e15`, `1e21`, `1e300`, `1e-7`, `2^53`, `2^63`, `-2^63`, `-2^64`, `1/0`, `-1/0`, `0/0`,
	`...`, `f(2)`, `none()`, `many()`, `(many())`, `o:m()`, `meta`, `meta`, `chain`, `nil`, `true`, `{}`,
}

func (d drawn) expression(depth int) string {
	if depth == 0 || d.IntN(6) == 0 {
		return concatAtoms[d.IntN(len(concatAtoms))]
	}
	a, b := d.expression(depth-1), d.expression(depth-1)
	switch d.IntN(14) {
	case 0:
		return "(" + a + ")"
	case 1:
		return "(" + a + " .. " + b + ")"
	case 2:
		return "(" + a + " and " + b + ")"
	case 3:
		return "(" + a + " or " + b + " .. " + a + ")"
	case 4:
		return "f(" + a + ")"
	case 5:
		return "f(" + a + " .. " + b + ", " + b + ")"
	case 6:
		return "select('#', " + a + ", " + b + " .. " + a + ")"
	case 7:
		return "({" + a + ", " + a + " .. " + b + "})[2]"
	case 8:
		return "tostring(" + a + " .. " + b + " == " + a + ")"
	case 9:
		return "(function(s, ...) s = " + a + " .. s return s .. " + b + " end)(" + b + ", 2)"
	}
	return a + " .. " + b
}

// statement puts an expression where it may stand; what it gives is returned.
func (d drawn) statement(e string) string {
	return fmt.Sprintf([]string{
		"return %s", "return 1, %s", "return %s, 2", "return (%s)",
		"local x = %s\nreturn x", "local x, y = %s\nreturn x, y", "local x, y = 1, %s\nreturn x, y",
		"s = %s\nreturn s", "glob = %s\nreturn glob", "up = %s\nreturn up", "o.f = %s\nreturn o.f", "o[1], o[2] = %s, 5\nreturn o[1], o[2]",
		"local t = {k = %s}\nreturn t.k", "local t = {%s}\nreturn #t, t[1]",
		"if %s then return 1 end\nreturn 2", "local n = 0\nwhile %s do n = n + 1 if n > 2 then break end end\nreturn n",
		"local n = 0\nrepeat n = n + 1 until n > 2 or %s\nreturn n", "return f(%s)", "return o:m(%s)", "return #(%s)", "return -(%s)", "return not (%s)",
		"for i = 1, 2 do s = %s end\nreturn s", "local function g(a, b) return a, b end\nreturn g(%s)",
	}[d.IntN(24)], e)
}

const concatWorld = `
local said = {}
local up = "up"
local function say(v) said[#said + 1] = type(v) == "table" and "table" or tostring(v) return v end
function f(...) say((...)) return ... end
function none() say("none") end
function many() say("many") return "m1", "m2" end
glob = "glob"
local o = {f = 4.5, m = function(self, x) return say(x or "m"), "extra" end}
local function join(a, b)
	local function text(v) return type(v) == "table" and "T" or tostring(v) end
	say("<" .. text(a) .. "|" .. text(b) .. ">")
	return "<" .. text(a) .. "." .. text(b) .. ">", "second"
end
local meta = setmetatable({}, {__concat = join})
local chain
chain = setmetatable({}, {__concat = function(a, b) join(a, b) return chain end})
local function run(s, last, ...)
	%s
end
local function shown(...)
	local all = {}
	for i = 1, select("#", ...) do
		local v = select(i, ...)
		all[i] = v == chain and "chain" or type(v) == "table" and "table" or tostring(v)
	end
	return table.concat(all, ";")
end
local result = shown(pcall(run, "arg", "last", "v1", "v2"))
return result, table.concat(said, ",")
`

func runProto(t *testing.T, L *lua.LState, proto *lua.FunctionProto) (result, said string) {
	t.Helper()
	defer L.SetTop(0)
	L.Push(L.NewFunctionFromProto(proto))
	if err := L.PCall(0, 2, nil); err != nil {
		t.Fatal(err)
	}
	result, said = L.ToString(-2), L.ToString(-1)
	if strings.HasPrefix(result, "false;") {
		// Lua says what the values are, gopher-lua names both.
		place, _, _ := strings.Cut(strings.TrimPrefix(result, "false;"), ": ")
		return "error at " + place, said
	}
	return result, said
}

// What a chain of .. gives, in which order its parts are evaluated and where it fails is as
// in gopher-lua without the rewriting.
func TestConcatenationIsThatOfLua(t *testing.T) {
	d := drawn{rand.New(rand.NewPCG(4, 1))}
	L := lua.NewState()
	defer L.Close()
	failed, passed := 0, 0
	for range 3000 {
		body := d.statement(d.expression(1 + d.IntN(3)))
		text := fmt.Sprintf(concatWorld, body)
		statements, err := parse.Parse(strings.NewReader(text), "x.lua")
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		plain, err := lua.Compile(statements, "x.lua")
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		proto, problem := compile(&load.Source{File: "x.lua", Text: text})
		if problem != nil {
			t.Fatalf("%s: %+v", body, problem)
		}
		if code := proto.String(); strings.Contains(code, "CONCAT") {
			t.Fatalf("%s still has an instruction:\n%s", body, code)
		}
		wantResult, wantSaid := runProto(t, L, plain)
		result, said := runProto(t, L, proto)
		if result != wantResult || said != wantSaid {
			t.Errorf("%s\n got %s (%s)\nwant %s (%s)", body, result, said, wantResult, wantSaid)
		}
		if strings.HasPrefix(result, "error") {
			failed++
		} else {
			passed++
		}
	}
	if failed < 300 || passed < 300 {
		t.Errorf("%d failed, %d passed: what is drawn says little", failed, passed)
	}
}

func TestNumbersInTexts(t *testing.T) {
	d := rand.New(rand.NewPCG(4, 2))
	check := func(n float64) {
		if got, want := string(appendNumber(nil, n)), lua.LNumber(n).String(); got != want {
			t.Errorf("%v: %s, want %s", n, got, want)
		} else if len(got) > maxNumberSize {
			t.Errorf("%s has %d bytes", got, len(got))
		}
	}
	for _, n := range []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, math.SmallestNonzeroFloat64, 1 << 53, 1 << 63, -1 << 63, 1e20, 1e21, 1e22, 123456789.125, -1.2345678901234567e-300} {
		check(n)
	}
	for range 20000 {
		check(math.Float64frombits(d.Uint64()))
		check(float64(d.Int64()) / 1000)
	}
}

// hookError is how a hook with this body fails.
func hookError(t *testing.T, body string) *Failure {
	t.Helper()
	p := program(t, Config{}, map[string]string{"script": "function before(req, user)\n" + body + "\nend"})
	_, failure := p.NewState(newFakeHost(), [2]uint64{}).Call(Before, p.Script("script"), nil, false)
	return failure
}

func TestConcatenationSaysWhatIsWrong(t *testing.T) {
	for body, message := range map[string]string{
		"local x\nlocal y = 1\n\nreturn 'a' .. x": "attempt to concatenate a nil value",
		"\n\n\nlocal s = {} .. 'a'":               "attempt to concatenate a table value",
		"\n\n\nlocal s = 1 .. true .. 'a'":        "attempt to concatenate a boolean value",
		"\n\n\nlocal s = nil .. {}":               "attempt to concatenate a nil value",
		"\n\n\nreturn 'a' .. user":                "attempt to concatenate a userdata value",
	} {
		f := hookError(t, body)
		if f == nil || f.Class != load.ClassLuaError || f.Message != message || f.Place != "plan.yaml:5" || !strings.HasPrefix(f.Stack, "plan.yaml:5: in function 'before'") {
			t.Errorf("%q: %+v", body, f)
		}
	}
}

func TestConcatenationIsBounded(t *testing.T) {
	const most = "local h = string.rep('x', 1048576)\nlocal s = h .. h .. h .. h .. h .. h .. h .. h\nassert(#s == 8 * 1048576)\n"
	if f := hookError(t, most+"assert(#(s .. '') == #s)"); f != nil {
		t.Errorf("%+v", f)
	}
	for _, more := range []string{"s = s .. 'x'", "s = s .. 1", "s = 1 .. s", "s = 'x' .. s .. ''", "pcall(function() s = s .. s end) error('x')"} {
		if f := hookError(t, most+more); f == nil || f.Class != load.ClassLuaLimit {
			t.Errorf("%s: %+v", more, f)
		}
	}
}

// What is too long is refused before there is room for it.
func TestTooLongAConcatenationTakesNoMemory(t *testing.T) {
	text := "local h = string.rep('x', 1048576)\nh = h .. h .. h .. h\nreturn h" + strings.Repeat(" .. h", 150)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f := hookError(t, text)
	runtime.ReadMemStats(&after)
	if f == nil || f.Class != load.ClassLuaLimit {
		t.Errorf("%+v", f)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
		t.Errorf("%d MiB", grown>>20)
	}
}

// Wherever an expression may stand, no instruction is left that makes texts without bound.
func TestConcatenationsAreFoundEverywhere(t *testing.T) {
	for _, text := range []string{
		"y = X", "local y = X", "f(X)", "(X):f()", "y[X](1)", "y:f(1, X, 2)", "do f(X) end", "while X do f(X) end", "repeat f(X) until X",
		"if X then f(X) elseif X then f(X) else f(X) end", "for i = X, X, X do f(X) end", "for k, v in X, X do f(X) end",
		"function f() return X end", "function y.f() return X end", "function y:f() return X end", "local function f() return X end",
		"y = {X, X}", "y = {[X] = X, k = X}", "y = X and X or X", "y = X < X", "y = X + X", "y = -(X)", "y = not (X)", "y = #(X)",
		"y[X], y = X, X", "y = function() return function() return X end end", "goto on ::on:: f(X)", "return 1, X, 2", "return f(X)", "y.a[X].b = 1", "y = y[X]", "f{X}", "f(X)(X)",
	} {
		text = strings.ReplaceAll(text, "X", "(z..(z..1)..2)..f(z..3)")
		proto, problem := compile(&load.Source{File: "x.lua", Text: text})
		if problem != nil {
			t.Errorf("%s: %+v", text, problem)
		} else if code := proto.String(); strings.Contains(code, "CONCAT") || !strings.Contains(code, "CALL") {
			t.Errorf("%s:\n%s", text, code)
		}
	}
}
