package guard_test

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/guard"
)

// compile parses and compiles a text as package scripting does, and says what that took.
func compile(text string) (took time.Duration, allocated uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	func() {
		defer func() { _ = recover() }()
		chunk, err := parse.Parse(strings.NewReader(text), "text")
		if err == nil {
			_, _ = lua.Compile(chunk, "text")
		}
	}()
	took = time.Since(start)
	runtime.ReadMemStats(&after)
	return took, after.TotalAlloc - before.TotalAlloc
}

// Texts that go to the very bounds: they pass, and are compiled within what the package
// promises. Times are not asserted tightly, for tests share their machine.
func TestWithinBounds(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(64 << 20))
	for name, text := range atTheBounds() {
		if err := guard.Check(text); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		took, allocated := compile(text)
		t.Logf("%-20s %8v %4d MiB", name, took.Round(time.Millisecond), allocated>>20)
		if allocated > 100<<20 {
			t.Errorf("%s: %d MiB", name, allocated>>20)
		}
		if took > 10*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}

func atTheBounds() map[string]string {
	texts := map[string]string{
		"sums":       fill("", "x=a"+strings.Repeat("+a", 199)+" ", ""),
		"constants":  fill("", "x=1"+strings.Repeat("+1", 199)+" ", "")[:12_000],
		"powers":     fill("", "x=a"+strings.Repeat("^a", 150)+" ", ""),
		"signs":      fill("", "x="+strings.Repeat("- ", 199)+"a ", "")[:12_000],
		"calls":      fill("", "a"+strings.Repeat("()", 450)+" ", ""),
		"fields":     fill("", "a"+strings.Repeat(".b", 450)+"=1 ", ""),
		"nests":      fill("", "x="+nested("(", "a", ")", 190)+" ", ""),
		"deep sums":  fill("", "x="+nested("(1+", "1", ")", 190)+" ", "")[:20_000],
		"deep signs": fill("", "x="+nested("(-", "1", ")", 190)+" ", ""),
		"tables":     fill("", "x="+nested("{", "", "}", 190)+" ", ""),
		"lists":      fill("x={", "{},", "}"),
		"elseif":     fill("", "if a then "+strings.Repeat("elseif b then ", 190)+"end ", ""),
		"blocks":     strings.Repeat("do ", 190) + fill("", "x=y ", "")[:load.MaxSource-190*7] + strings.Repeat("end ", 190),
		"arguments":  fill("f(a", ",a", ")"),
		"assignment": fill("a", ",a", "=1"),
		"functions":  strings.Repeat("x=function() return a end ", 990) + fill("", "f() ", "")[:200_000],
		"gotos":      strings.Repeat("goto z ", 190) + fill("", "do end ", "")[:200_000] + " ::z::",
		"labels":     strings.Repeat("do goto z ", 150) + strings.Repeat("end ", 150) + "::z::",
		"words": numbered("x={", "}", func(i int) string { return fmt.Sprintf("'%x',", i) })[:45_000] +
			"}",
		"numbers":    numbered("x={", "}", func(i int) string { return fmt.Sprint(i, ",") })[:33_000] + "}",
		"long words": numbered("x={", "}", func(i int) string { return fmt.Sprintf("'%050x',", i) }) + "",
	}
	names := make([]string, 190)
	for i := range names {
		names[i] = fmt.Sprintf("a%x", i)
	}
	list := strings.Join(names, ",")
	texts["locals"] = "local " + list + " " + fill("", "b=b ", "")[:200_000]
	for _, deep := range []int{2, 5, 10} {
		for refs := 100_000; refs > 0; refs /= 2 {
			text := strings.Repeat("function f("+list+") ", deep) + strings.Repeat("b=b ", refs/4) + strings.Repeat("end ", deep)
			if len(text) <= load.MaxSource && guard.Check(text) == nil {
				texts[fmt.Sprintf("locals %d deep", deep)] = text
				break
			}
		}
	}
	var upvalues, uses strings.Builder
	for i := range 4 {
		own := strings.ReplaceAll(list, "a", fmt.Sprintf("v%x_", i))
		fmt.Fprintf(&upvalues, "return function(%s) ", own)
		uses.WriteString(" f(" + own + ")")
	}
	texts["upvalues"] = upvalues.String() + strings.Repeat("return function() ", 80) + uses.String() + strings.Repeat(" end", 84)
	return texts
}

// Any text that passes is parsed and compiled within bounds, and ends neither the process
// nor the goroutine's stack.
func FuzzCompile(f *testing.F) {
	for _, text := range atTheBounds() {
		if len(text) > 4000 {
			text = text[:4000]
		}
		f.Add(text, uint16(50))
	}
	f.Add("local function f(a, ...) return a.b:c{1, x = 2}[3]\"s\" end", uint16(1))
	f.Add("goto a do local x ::a:: end", uint16(3))
	f.Add("while a do repeat if x then break elseif y then else end until z end", uint16(9))
	f.Add("for i = 1, 2 do for k, v in pairs(t) do end end", uint16(9))
	f.Add("x = not -#a ^ b .. c == d and e or (f)", uint16(200))
	f.Add("(", uint16(60000))
	debug.SetMaxStack(64 << 20)
	f.Fuzz(func(t *testing.T, unit string, times uint16) {
		text := unit
		if n := len(unit) * int(times); n > 0 && n <= load.MaxSource {
			text = strings.Repeat(unit, int(times))
		}
		if guard.Check(text) != nil {
			return
		}
		if took, allocated := compile(text); allocated > 100<<20 || took > 10*time.Second {
			t.Fatalf("%v, %d MiB", took, allocated>>20)
		}
	})
}
