package value

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
)

func newState(t testing.TB) *lua.LState {
	t.Helper()
	L := lua.NewState()
	t.Cleanup(L.Close)
	L.SetGlobal("null", Null)
	L.SetGlobal("array", L.NewFunction(func(L *lua.LState) int { MarkArray(L.CheckTable(1)); L.Push(L.Get(1)); return 1 }))
	L.SetGlobal("object", L.NewFunction(func(L *lua.LState) int { MarkObject(L.CheckTable(1)); L.Push(L.Get(1)); return 1 }))
	L.SetGlobal("number", L.NewFunction(func(L *lua.LState) int {
		v, ok := NewNumber(L.CheckString(1))
		L.Push(v)
		L.Push(lua.LBool(ok))
		return 2
	}))
	return L
}

// eval is the value of a Lua expression.
func eval(t testing.TB, L *lua.LState, expr string) lua.LValue {
	t.Helper()
	if err := L.DoString("return (" + expr + ")"); err != nil {
		t.Fatal(err)
	}
	v := L.Get(-1)
	L.Pop(1)
	return v
}

func TestFromLuaAndBack(t *testing.T) {
	L := newState(t)
	tests := []struct {
		expr string
		want load.Value
	}{
		{"nil", load.Value{}},
		{"null", load.Value{Kind: load.Null, Text: "null"}},
		{`"a\0b"`, load.StringValue("a\x00b")},
		{"''", load.StringValue("")},
		{"true", load.Value{Kind: load.Bool, Text: "true"}},
		{"false", load.Value{Kind: load.Bool, Text: "false"}},
		{"-1.5", load.Value{Kind: load.Number, Text: "-1.5"}},
		{"1e15", load.Value{Kind: load.Number, Text: "1000000000000000"}},
		{"number('1.10')", load.Value{Kind: load.Number, Text: "1.10"}},
		{"{b=1,c={},a={z=1,y=2}}", load.Value{Kind: load.Composite, Text: `{"a":{"y":2,"z":1},"b":1,"c":{}}`}},
		{"{}", load.Value{Kind: load.Composite, Text: "{}"}},
		{"{1,{a='x'}}", load.Value{Kind: load.Composite, Text: `[1,{"a":"x"}]`}},
	}
	for _, tt := range tests {
		v := eval(t, L, tt.expr)
		got, err := FromLua(L, v)
		if err != nil || got != tt.want {
			t.Errorf("%s: %v, %v; want %v", tt.expr, got, err, tt.want)
		}
		again, err := FromLua(L, ToLua(L, got))
		want := tt.want
		if want.Kind == load.Null {
			want = load.Value{} // alone it is nil
		}
		if want.Text == "1.10" {
			want.Text = "1.1"
		}
		if err != nil || again != want {
			t.Errorf("%s and back: %v, %v; want %v", tt.expr, again, err, want)
		}
	}
	if _, err := FromLua(L, eval(t, L, "{items={1,print}}")); err == nil || err.(*Error).Under("cart") != "cart.items[2] is a function" {
		t.Errorf("%v", err)
	}
}

func TestNumbers(t *testing.T) {
	L := newState(t)
	for text, want := range map[string]lua.LValue{
		"0": lua.LNumber(0), "-12": lua.LNumber(-12), "1.10": lua.LNumber(1.1), "1e3": lua.LNumber(1000),
		"9007199254740992": lua.LNumber(1 << 53), "-9007199254740992": lua.LNumber(-(1 << 53)),
		"9007199254740993": lua.LString("9007199254740993"), "-9007199254740993": lua.LString("-9007199254740993"),
		"123456789012345678901234567890": lua.LString("123456789012345678901234567890"),
		"1e400":                          lua.LString("1e400"), "1e30": lua.LNumber(1e30), "999999999999999": lua.LNumber(999999999999999),
	} {
		got, err := DecodeJSON(L, text)
		if err != nil || got != want {
			t.Errorf("%s is %v (%T), %v", text, got, got, err)
		}
		if got, err := DecodeJSONText(L, "["+text+"]"); err != nil || got.(*lua.LTable).RawGetInt(1) != lua.LString(text) {
			t.Errorf("%s as text: %v", text, err)
		}
	}
	for n, want := range map[float64]string{0: "0", 1 << 53: "9007199254740992", -3: "-3", 0.1: "0.1", 1e20: "100000000000000000000", 1e21: "1e+21", 1e-7: "1e-7", 5e-324: "5e-324", -1.5e300: "-1.5e+300", 123456.789: "123456.789"} {
		if got := string(AppendNumber(nil, n)); got != want {
			t.Errorf("%v is %s, want %s", n, got, want)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	L := newState(t)
	if err := L.DoString(`loop = {}; loop.a = {loop}; deep = {}; for i = 1, 101 do deep = {deep} end
		big = {}; for i = 1, 20 do big = {big, big} end; for i = 1, 3 do big = {big, big} end`); err != nil {
		t.Fatal(err)
	}
	for expr, want := range map[string]string{
		"print":                           "the value is a function",
		"{a={b=coroutine.create(print)}}": "a.b is a thread",
		"{['weird key']={0/0}}":           `the value["weird key"][1] is NaN, which JSON has no word for`,
		"{1,nil,3}":                       "the value[2] is nil, a hole in a list: json.null stands for nothing in a list, json.object makes its numbers names",
		"{1,2,x=3}":                       `the value has 2 list items and also the name "x": JSON has either`,
		"{[1.5]=1}":                       "the value has the number 1.5, which is not the next in its list of 0: json.object makes numbers names",
		"{[true]=1}":                      "the value has a key that is a boolean",
		"array{x=1}":                      `the value is a json.array with the name "x"`,
		"loop":                            "a[1] is a table that is inside itself",
		"deep":                            "is nested deeper than 100 tables",
		"big":                             "makes more than 8388608 bytes of JSON",
		"('x'):rep(9000000)":              "makes more than 8388608 bytes of JSON",
	} {
		dst, err := AppendJSON(L, []byte("kept"), eval(t, L, expr))
		if err == nil || !strings.HasSuffix(err.Error(), want) || string(dst) != "kept" {
			t.Errorf("%s: %v; want %s", expr, err, want)
		}
		if limit := strings.Contains(want, "more than") || strings.Contains(want, "deeper"); err != nil && err.(*Error).Limit != limit {
			t.Errorf("%s: limit is %v", expr, !limit)
		}
	}
}
