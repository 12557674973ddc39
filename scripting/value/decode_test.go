package value

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// document is what a service sends: n items of some members.
func document(n int) string {
	var b strings.Builder
	b.WriteString(`{"ok":true,"total":` + fmt.Sprint(n) + `,"items":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"Item \u00e9 %d","price":%d.5,"tags":["a","b"],"next":null}`, 1000+i, i, i)
	}
	b.WriteString("]}")
	return b.String()
}

// A document becomes, and costs, what its tables need.
func TestDecodeAllocations(t *testing.T) {
	L := newState(t)
	for text, most := range map[string]float64{
		`{"token":"abc","expires":3600}`: 18, `[1,2,3,4,5,6,7,8]`: 15, `"x"`: 4, `17`: 4, `true`: 3, // the race detector empties pools
	} {
		if n := testing.AllocsPerRun(100, func() { _, _ = DecodeJSON(L, text) }); n > most {
			t.Errorf("%s: %v allocations, want %v at most", text, n, most)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	L := newState(b)
	for _, n := range []int{0, 1, 100} {
		text := document(n)
		b.Run(fmt.Sprint(len(text)), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := DecodeJSON(L, text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	L := newState(b)
	for _, n := range []int{0, 1, 100} {
		v, err := DecodeJSON(L, document(n))
		if err != nil {
			b.Fatal(err)
		}
		var dst []byte
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if dst, err = AppendJSON(L, dst[:0], v); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(dst)))
		})
	}
}

// What has been decoded does not hold the text, which may be the memory of a response.
func TestDecodeSharesNothing(t *testing.T) {
	L := newState(t)
	for _, n := range []int{1, 100} {
		text := []byte(document(n))
		v, err := DecodeJSON(L, string(text))
		if err != nil {
			t.Fatal(err)
		}
		before, err := AppendJSON(L, nil, v)
		if err != nil {
			t.Fatal(err)
		}
		w, err := DecodeJSON(L, shared(text))
		if err != nil {
			t.Fatal(err)
		}
		clear(text)
		if after, err := AppendJSON(L, nil, w); err != nil || string(after) != string(before) {
			t.Errorf("it is %.100s, %v", after, err)
		}
	}
}

// shared is b as a string without a copy, as a response gives its body.
func shared(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// FuzzDecode compares with encoding/json: the same texts are JSON, and say the same.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{document(2), `{"a":1,"a":[],"b":{"":-0.5e-3}}`, "[\"\xff\\ud83d\\ude00\\ud83dx\"]", `[1.]`, `[-]`, `"\u12"`, `nul`, " 01", "1e17", "1e999", `{"a":1,}`, `{`, "\"\x7f\""} {
		f.Add(seed)
	}
	L := newState(f)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := DecodeJSON(L, text)
		if IsLimit(err) {
			return
		}
		if valid := json.Valid([]byte(text)); valid != (err == nil) {
			t.Fatalf("%q: valid %v, but %v", text, valid, err)
		}
		if err != nil {
			return
		}
		again, err := AppendJSON(L, nil, v)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if want, got := plain(t, text, asLua), plain(t, string(again), asFloat); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q became %s", text, again)
		}
	})
}

// plain is what a text says, with its numbers as number makes them.
func plain(t *testing.T, text string, number func(json.Number) any) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return plainNumbers(v, number)
}

// asLua is a number that was read: text, where Lua cannot hold its digits.
func asLua(n json.Number) any {
	if text, ok := number(string(n)).(lua.LString); ok {
		return string(text)
	}
	return asFloat(n)
}

// asFloat is a number that Lua wrote: all its numbers are floats, also 1e17, which it
// writes with all digits.
func asFloat(n json.Number) any {
	f, _ := n.Float64()
	return f + 0 // not -0
}

func plainNumbers(v any, number func(json.Number) any) any {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i], number)
		}
	case map[string]any:
		for name := range v {
			v[name] = plainNumbers(v[name], number)
		}
	}
	return v
}
