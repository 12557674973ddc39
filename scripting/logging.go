package scripting

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// maxText bounds one line of a script's log, and a message, in bytes.
const maxText = 4 << 10

func logLibrary() *sandbox.Library {
	return &sandbox.Library{Name: "log", Functions: map[string]lua.LGFunction{
		"info":  logInfo,
		"warn":  func(L *lua.LState) int { return logLine(L, "warn") },
		"error": func(L *lua.LState) int { return logLine(L, "error") },
	}}
}

func logInfo(L *lua.LState) int { return logLine(L, "info") }

// logLine logs its arguments with a space between them.
func logLine(L *lua.LState, level string) int {
	var text strings.Builder
	for i := 1; i <= L.GetTop() && text.Len() <= maxText; i++ {
		if i > 1 {
			text.WriteByte(' ')
		}
		v := L.Get(i)
		if meta := L.GetMetaField(v, "__tostring"); meta != lua.LNil {
			v = L.ToStringMeta(v)
		}
		text.WriteString(describeValue(L, v))
	}
	frameOf(L).state.host.Log(level, callerPlace(L), clip(text.String(), maxText))
	return 0
}

// describeValue is a value for people: tables with what is in them, at most maxText bytes.
// It ends with the call that L runs in.
func describeValue(L *lua.LState, v lua.LValue) string {
	if text, ok := v.(lua.LString); ok {
		return clip(string(text), maxText)
	}
	d := description{done: frameOf(L).done}
	d.value(v, 0)
	return clip(d.String(), maxText)
}

type description struct {
	strings.Builder
	done <-chan struct{}
}

// over says that the call has ended: a table whose list was emptied takes time, and
// next to no text.
func (d *description) over() bool {
	select {
	case <-d.done:
		return true
	default:
		return false
	}
}

func (d *description) value(v lua.LValue, depth int) {
	switch v := v.(type) {
	case lua.LString:
		d.WriteString(strconv.Quote(clip(string(v), maxText)))
	case *lua.LTable:
		if depth == 4 || d.over() {
			d.WriteString("{…}")
			return
		}
		d.table(v, depth)
	case lua.LNumber, lua.LBool, *lua.LNilType:
		d.WriteString(v.String())
	case *lua.LUserData:
		d.userdata(v)
	default:
		d.WriteString(v.Type().String())
	}
}

// userdata is null, a number that Lua cannot hold, or an object.
func (d *description) userdata(u *lua.LUserData) {
	kind := "object"
	if meta, ok := u.Metatable.(*lua.LTable); ok {
		if name, ok := meta.RawGetString("__metatable").(lua.LString); ok {
			kind = string(name)
		}
	}
	if kind == "number" {
		kind = fmt.Sprint(u.Value)
	}
	d.WriteString(kind)
}

func (d *description) table(t *lua.LTable, depth int) {
	list := t.Len()
	open, end := "{", "}"
	if list > 0 {
		open, end = "[", "]"
	}
	d.WriteString(open)
	first := true
	for key, v := t.Next(lua.LNil); key != lua.LNil && d.Len() <= maxText && !d.over(); key, v = t.Next(key) {
		if !first {
			d.WriteString(", ")
		}
		first = false
		if n, ok := key.(lua.LNumber); !ok || int(n) < 1 || int(n) > list {
			d.WriteString(key.String() + ": ")
		}
		d.value(v, depth+1)
	}
	d.WriteString(end)
}

// clip is s with at most n bytes, cut between two characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n -= len("…")
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
