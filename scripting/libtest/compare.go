package libtest

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Bounds of what is compared and shown.
const (
	maxDepth = 50
	maxShown = 400 // bytes of one value
)

// difference is where two values differ, "" for the values themselves.
func difference(a, b lua.LValue) (at string, alike bool) { return differ(a, b, "", 0) }

func differ(a, b lua.LValue, at string, depth int) (string, bool) {
	if a == b {
		return "", true
	}
	x, ok := a.(*lua.LTable)
	y, both := b.(*lua.LTable)
	if !ok || !both || depth == maxDepth {
		return at, false
	}
	found, alike := "", true
	compare := func(key, v, w lua.LValue) {
		if !alike {
			return
		}
		if where, same := differ(v, w, at+step(key), depth+1); !same {
			found, alike = where, false
		}
	}
	for _, key := range keys(x) {
		compare(key, x.RawGet(key), y.RawGet(key))
	}
	for _, key := range keys(y) {
		compare(key, x.RawGet(key), y.RawGet(key))
	}
	return found, alike
}

// step is a key as Lua writes an index.
func step(key lua.LValue) string {
	if name, ok := key.(lua.LString); ok {
		if isName(string(name)) {
			return "." + string(name)
		}
		return "[" + strconv.Quote(string(name)) + "]"
	}
	return "[" + key.String() + "]"
}

func isName(s string) bool {
	for i, c := range s {
		if c != '_' && !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// keys are those of a table in an order that does not change.
func keys(t *lua.LTable) []lua.LValue {
	var all []lua.LValue
	t.ForEach(func(k, _ lua.LValue) { all = append(all, k) })
	sort.SliceStable(all, func(i, j int) bool {
		a, isNumber := all[i].(lua.LNumber)
		b, both := all[j].(lua.LNumber)
		if isNumber && both {
			return a < b
		}
		if isNumber != both {
			return isNumber
		}
		return all[i].String() < all[j].String()
	})
	return all
}

// show is a value as a message has it: as Lua would write it, shortened.
func show(v lua.LValue) string {
	var b strings.Builder
	write(&b, v, 0)
	text := b.String()
	if len(text) > maxShown {
		return strings.ToValidUTF8(text[:maxShown], "") + "…"
	}
	return text
}

func write(b *strings.Builder, v lua.LValue, depth int) {
	if b.Len() > maxShown {
		return
	}
	switch v := v.(type) {
	case lua.LString:
		text := string(v)
		if len(text) > maxShown {
			text = text[:maxShown]
		}
		b.WriteString(strconv.Quote(text))
	case *lua.LTable:
		writeTable(b, v, depth)
	case lua.LNumber, lua.LBool, *lua.LNilType:
		b.WriteString(v.String())
	default:
		fmt.Fprintf(b, "a %s", v.Type())
	}
}

func writeTable(b *strings.Builder, t *lua.LTable, depth int) {
	if depth == maxDepth {
		b.WriteString("{…}")
		return
	}
	b.WriteByte('{')
	next := 1
	for i, key := range keys(t) {
		if i > 0 {
			b.WriteString(", ")
		}
		if key == lua.LNumber(next) {
			next++
		} else {
			b.WriteString(strings.TrimPrefix(step(key), ".") + " = ")
		}
		write(b, t.RawGet(key), depth+1)
		if b.Len() > maxShown {
			return
		}
	}
	b.WriteByte('}')
}
