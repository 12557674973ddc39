package pattern_test

import (
	"fmt"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/scripting/pattern"
)

// drawPattern draws a well-formed pattern of what gopher-lua's matcher does as C's does.
func drawPattern(t *rapid.T) string {
	var b strings.Builder
	if rapid.IntRange(0, 3).Draw(t, "anchor") == 0 {
		b.WriteByte('^')
	}
	open, closed := 0, 0
	for range rapid.IntRange(1, 7).Draw(t, "items") {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			b.WriteString("(")
			open++
			b.WriteString(drawSingle(t))
		case 1:
			if open > 0 {
				b.WriteString(")")
				open--
				closed++
			}
		case 2:
			b.WriteString("%bab")
		default:
			b.WriteString(drawSingle(t))
		}
	}
	b.WriteString(strings.Repeat(")", open))
	if closed > 0 && open == 0 && rapid.Bool().Draw(t, "again") {
		b.WriteString("%1")
	}
	if rapid.IntRange(0, 3).Draw(t, "end") == 0 {
		b.WriteByte('$')
	}
	return b.String()
}

func drawSingle(t *rapid.T) string {
	class := rapid.SampledFrom([]string{"a", "b", "1", " ", ".", "%a", "%d", "%s", "%w", "%A", "%D", "%u", "%x", "%.", "[ab]", "[^a]", "[a-b1]", "[%d ]", "[^%a1]"}).Draw(t, "class")
	return class + rapid.SampledFrom([]string{"", "", "*", "+", "-", "?"}).Draw(t, "times")
}

// On drawn patterns and subjects, finding gives what gopher-lua's own matcher gives.
func TestAgainstGopherLua(t *testing.T) {
	L := lua.NewState()
	t.Cleanup(L.Close)
	rapid.Check(t, func(t *rapid.T) {
		pat := drawPattern(t)
		subject := rapid.StringOfN(rapid.RuneFrom([]rune("aabb1 .F")), 0, 12, -1).Draw(t, "subject")
		if got, want := find(subject, pat), reference(t, L, subject, pat); got != want {
			t.Fatalf("find(%q, %q) = %s, gopher-lua: %s", subject, pat, got, want)
		}
	})
}

func reference(t *rapid.T, L *lua.LState, subject, pat string) string {
	err := L.CallByParam(lua.P{Fn: L.GetField(L.GetGlobal("string"), "find"), NRet: lua.MultRet, Protect: true},
		lua.LString(subject), lua.LString(pat))
	if err != nil {
		t.Fatalf("%q: %v", pat, err)
	}
	defer L.SetTop(0)
	if L.Get(1) == lua.LNil {
		return "nil"
	}
	out := fmt.Sprintf("%v-%v", L.Get(1), L.Get(2))
	for i := 3; i <= L.GetTop(); i++ {
		out += " " + L.Get(i).String()
	}
	return out
}

// Any pattern on any subject ends, within its budget, with a match inside the subject, no
// match, or an error; all captures of a match can be read.
func FuzzMatch(f *testing.F) {
	for _, p := range []string{"(%w+)=(%w+)", "^%s*(.-)%s*$", "%b()", "%f[%a]%a+", "[^%]]*", "((a)%1)", ".-.-.-b", "[%a-z]", "()", "%", "[", "a)"} {
		f.Add("key=value (a(b))", p)
	}
	f.Fuzz(func(t *testing.T, subject, pat string) {
		m := pattern.New(subject, pat, 100_000, nil)
		s, e, ok, err := m.Find(0)
		if err != nil || !ok {
			return
		}
		if s < 0 || e < s || e > len(subject) {
			t.Fatalf("%q on %q: %d to %d", pat, subject, s, e)
		}
		for i := range m.Captures() {
			text, pos, err := m.Capture(i)
			if err == nil && pos == 0 && !strings.Contains(subject[s:e], text) {
				t.Fatalf("%q on %q: capture %q is not in the match", pat, subject, text)
			}
		}
	})
}
