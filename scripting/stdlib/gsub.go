package stdlib

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/pattern"
	"github.com/locust-http/locust-http/scripting/sandbox"
)

// substitution is one call of gsub.
type substitution struct {
	L       *lua.LState
	m       pattern.Matcher
	subject string
	with    lua.LValue // a string, a table or a function
	out     []byte
}

func stringGsub(L *lua.LState) int {
	s, pat := L.CheckString(1), L.CheckString(2)
	with := L.Get(3)
	switch v := with.(type) {
	case lua.LString, *lua.LTable, *lua.LFunction:
	case lua.LNumber:
		with = lua.LString(v.String())
	default:
		L.ArgError(3, "string/function/table expected")
	}
	times := L.OptInt(4, len(s)+1)
	g := substitution{L: L, m: newMatcher(L, s, pat), subject: s, with: with}
	n := g.run(times)
	if n == 0 {
		L.Push(L.Get(1))
	} else {
		L.Push(lua.LString(g.out))
	}
	L.Push(lua.LNumber(n))
	return 2
}

// run replaces at most times matches, and returns how many it did.
func (g *substitution) run(times int) int {
	n, src, copied := 0, 0, 0
	for n < times {
		end, ok, err := g.m.At(src, true)
		if err != nil {
			raisePattern(g.L, err)
		}
		if ok {
			n++
			g.add(g.subject[copied:src])
			copied = end
			g.replace(g.subject[src:end])
		}
		if ok && end > src {
			src = end
		} else if src < len(g.subject) {
			src++
		} else {
			break
		}
		if g.m.Anchored() {
			break
		}
	}
	if n > 0 {
		g.add(g.subject[copied:])
	}
	return n
}

// add appends to the result, which may be no longer than MaxString or than the subject.
func (g *substitution) add(s string) {
	if len(g.out)+len(s) > max(sandbox.MaxString, min(len(g.subject), MaxText)) {
		limit(g.L, "string.gsub makes at most %d bytes", sandbox.MaxString)
	}
	g.out = append(g.out, s...)
}

// replace appends what stands for a match.
func (g *substitution) replace(whole string) {
	var v lua.LValue
	switch with := g.with.(type) {
	case lua.LString:
		g.expand(string(with), whole)
		return
	case *lua.LTable:
		v = g.L.GetTable(with, g.captureOr(0, whole))
	case *lua.LFunction:
		g.L.Push(with)
		n := pushCaptures(g.L, &g.m, whole)
		g.L.Call(n, 1)
		v = g.L.Get(-1)
		g.L.Pop(1)
	}
	switch v := v.(type) {
	case lua.LString:
		g.add(string(v))
	case lua.LNumber:
		g.add(v.String())
	default:
		if lua.LVAsBool(v) {
			g.L.RaiseError("invalid replacement value (a %s)", v.Type().String())
		}
		g.add(whole)
	}
}

// captureOr is capture i, or the whole match when i is 0 and there are no captures.
func (g *substitution) captureOr(i int, whole string) lua.LValue {
	if i == 0 && g.m.Captures() == 0 {
		return lua.LString(whole)
	}
	return capture(g.L, &g.m, i)
}

// expand appends a replacement text, in which %0 is the match and %1 its first capture. It
// costs steps, for a long one can be expanded at each byte of a subject.
func (g *substitution) expand(with, whole string) {
	if err := g.m.Spend(len(with) / 4); err != nil {
		raisePattern(g.L, err)
	}
	for i := 0; i < len(with); i++ {
		if with[i] != '%' {
			j := i + 1
			for j < len(with) && with[j] != '%' {
				j++
			}
			g.add(with[i:j])
			i = j - 1
			continue
		}
		i++
		switch {
		case i == len(with):
			g.L.RaiseError("invalid use of '%%' in %s", "replacement string")
		case with[i] == '0':
			g.add(whole)
		case with[i] >= '1' && with[i] <= '9':
			g.add(lua.LVAsString(g.captureOr(int(with[i]-'1'), whole)))
		default:
			g.add(with[i : i+1])
		}
	}
}
