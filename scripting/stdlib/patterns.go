package stdlib

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/pattern"
	"github.com/locust-http/locust-http/scripting/sandbox"
)

// Steps of one call of find, match or gsub, or of one step of gmatch: room for any sane
// pattern on a long subject, some milliseconds for one that is not.
const (
	patternSteps        = 1 << 20
	patternStepsPerByte = 8
)

func newMatcher(L *lua.LState, subject, pat string) pattern.Matcher {
	return pattern.New(subject, pat, patternSteps+patternStepsPerByte*len(subject), sandbox.FrameOf(L).Done())
}

// raisePattern raises an error of a matcher in the script.
func raisePattern(L *lua.LState, err error) {
	switch {
	case errors.Is(err, pattern.ErrBudget):
		limit(L, "%v (the module regex is for large subjects)", err)
	case errors.Is(err, pattern.ErrTooComplex):
		limit(L, "%v", err)
	case errors.Is(err, pattern.ErrInterrupted):
		check(L)
	}
	L.RaiseError("%s", err.Error())
}

func stringFind(L *lua.LState) int  { return search(L, true) }
func stringMatch(L *lua.LState) int { return search(L, false) }

// search is find, or match.
func search(L *lua.LState, find bool) int {
	s, pat := L.CheckString(1), L.CheckString(2)
	from := min(max(place(L.OptInt(3, 1), len(s))-1, 0), len(s))
	if find && (L.ToBool(4) || pattern.Plain(pat)) {
		i := strings.Index(s[from:], pat)
		if i < 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LNumber(from + i + 1))
		L.Push(lua.LNumber(from + i + len(pat)))
		return 2
	}
	m := newMatcher(L, s, pat)
	start, end, ok, err := m.Find(from)
	if err != nil {
		raisePattern(L, err)
	}
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	if !find {
		return pushCaptures(L, &m, s[start:end])
	}
	L.Push(lua.LNumber(start + 1))
	L.Push(lua.LNumber(end))
	for i := range m.Captures() {
		L.Push(capture(L, &m, i))
	}
	return m.Captures() + 2
}

// capture is capture i of the last match.
func capture(L *lua.LState, m *pattern.Matcher, i int) lua.LValue {
	text, pos, err := m.Capture(i)
	if err != nil {
		raisePattern(L, err)
	}
	if pos > 0 {
		return lua.LNumber(pos)
	}
	return lua.LString(text)
}

// pushCaptures pushes all captures, or the whole match where there are none.
func pushCaptures(L *lua.LState, m *pattern.Matcher, whole string) int {
	if m.Captures() == 0 {
		L.Push(lua.LString(whole))
		return 1
	}
	for i := range m.Captures() {
		L.Push(capture(L, m, i))
	}
	return m.Captures()
}

// stringGmatch returns an iterator. Its place is kept by the iterator, so it lives as long
// as the user that made it.
func stringGmatch(L *lua.LState) int {
	s, pat := L.CheckString(1), L.CheckString(2)
	next := 0
	L.Push(L.NewFunction(func(L *lua.LState) int {
		m := newMatcher(L, s, pat)
		for ; next <= len(s); next++ {
			end, ok, err := m.At(next, false)
			if err != nil {
				raisePattern(L, err)
			}
			if !ok {
				continue
			}
			start := next
			if next = end; end == start {
				next++ // an empty match must not be found again
			}
			return pushCaptures(L, &m, s[start:end])
		}
		return 0
	}))
	return 1
}
