package stdlib

import (
	"sort"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// Table is the library table. Positions are those of a list: insert refuses one that would
// leave a gap.
func Table() *sandbox.Library {
	return &sandbox.Library{
		Name: "table",
		Functions: map[string]lua.LGFunction{
			"concat": tableConcat,
			"getn":   tableGetn,
			"insert": tableInsert,
			"maxn":   tableMaxn,
			"remove": tableRemove,
			"sort":   tableSort,
		},
	}
}

// rawGet is t[i], whether the list holds it or the hash.
func rawGet(t *lua.LTable, i int) lua.LValue {
	if v := t.RawGetInt(i); v != lua.LNil {
		return v
	}
	return t.RawGet(lua.LNumber(i))
}

func tableConcat(L *lua.LState) int {
	t := L.CheckTable(1)
	separator := L.OptString(2, "")
	from := L.OptInt(3, 1)
	to := t.Len()
	if L.Get(4) != lua.LNil {
		to = L.CheckInt(4)
	}
	var out []byte
	for i := from; i <= to; i++ {
		if i&0xfff == 0 {
			check(L)
		}
		var piece string
		switch v := rawGet(t, i).(type) {
		case lua.LString:
			piece = string(v)
		case lua.LNumber:
			piece = v.String()
		default:
			L.RaiseError("invalid value (%s) at index %d in table for 'concat'", v.Type().String(), i)
		}
		if len(out)+len(piece)+len(separator) > MaxText {
			limit(L, "table.concat makes at most %d bytes", MaxText)
		}
		out = append(out, piece...)
		if i == to {
			break // i+1 may be no number
		}
		out = append(out, separator...)
	}
	L.Push(lua.LString(out))
	return 1
}

func tableGetn(L *lua.LState) int {
	L.Push(lua.LNumber(L.CheckTable(1).Len()))
	return 1
}

func tableInsert(L *lua.LState) int {
	t := L.CheckTable(1)
	n := t.Len()
	if n+1 >= lua.MaxArrayIndex {
		limit(L, "a list has at most %d elements", lua.MaxArrayIndex-1)
	}
	switch L.GetTop() {
	case 2:
		t.RawSetInt(n+1, L.Get(2))
	case 3:
		pos := L.CheckInt(2)
		switch {
		case pos < 1 || pos > n+1:
			L.ArgError(2, "position out of bounds")
		case pos == n+1:
			t.RawSetInt(pos, L.Get(3))
		default:
			t.Insert(pos, L.Get(3))
		}
	default:
		L.RaiseError("wrong number of arguments to 'insert'")
	}
	return 0
}

func tableRemove(L *lua.LState) int {
	t := L.CheckTable(1)
	n := t.Len()
	pos := L.OptInt(2, n)
	if pos < 1 || pos > n {
		return 0
	}
	L.Push(t.Remove(pos))
	return 1
}

// tableMaxn is the largest positive number that is a key.
func tableMaxn(L *lua.LState) int {
	largest := lua.LNumber(0)
	L.CheckTable(1).ForEach(func(k, _ lua.LValue) {
		if n, ok := k.(lua.LNumber); ok && n > largest {
			largest = n
		}
	})
	L.Push(largest)
	return 1
}

// tableSort sorts a copy and writes it back, so a comparison that changes the table
// changes nothing that is being sorted. The sort makes about n log n comparisons whatever
// they answer.
func tableSort(L *lua.LState) int {
	t := L.CheckTable(1)
	s := sorter{L: L, values: make([]lua.LValue, t.Len())}
	if L.Get(2) != lua.LNil {
		s.less = L.CheckFunction(2)
	}
	for i := range s.values {
		s.values[i] = t.RawGetInt(i + 1)
	}
	sort.Sort(&s)
	for i, v := range s.values {
		t.RawSetInt(i+1, v)
	}
	return 0
}

type sorter struct {
	L        *lua.LState
	less     *lua.LFunction // nil: <
	values   []lua.LValue
	compared int
}

func (s *sorter) Len() int      { return len(s.values) }
func (s *sorter) Swap(i, j int) { s.values[i], s.values[j] = s.values[j], s.values[i] }

func (s *sorter) Less(i, j int) bool {
	if s.compared++; s.compared&15 == 0 {
		check(s.L)
	}
	if s.less == nil {
		return s.L.LessThan(s.values[i], s.values[j])
	}
	s.L.Push(s.less)
	s.L.Push(s.values[i])
	s.L.Push(s.values[j])
	s.L.Call(2, 1)
	v := s.L.Get(-1)
	s.L.Pop(1)
	return lua.LVAsBool(v)
}
