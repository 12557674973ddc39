package plan

import (
	"encoding/json"
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

func TestCompareNumbers(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"1.10", "1.1", 0}, {"0", "-0.0e5", 0}, {"9007199254740993", "9007199254740992", 1},
		{"123456789012345678901234567890", "123456789012345678901234567891", -1},
		{"1e3", "1000", 0}, {"1e3", "1000.0001", -1}, {"-1", "1", -1}, {"-2", "-10", 1}, {"0.1", "0.09", 1},
		{"1e999999999999999999999", "1e400", 1}, {"1e-999999999999999999999", "0", 1}, {"-1e400", "0", -1},
		{"0.001", "1e-3", 0}, {"12.5", "1.25e1", 0}, {"100e-2", "1", 0}, {"10", "9", 1}, {"99", "100", -1},
	} {
		if got := compareNumbers(tt.a, tt.b); got != tt.want {
			t.Errorf("%s <=> %s: %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := compareNumbers(tt.b, tt.a); got != -tt.want {
			t.Errorf("%s <=> %s: %d, want %d", tt.b, tt.a, got, -tt.want)
		}
	}
}

func TestCompareNumbersProperty(t *testing.T) {
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,8})?([eE][+-]?[0-9]{1,2})?`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		if got, want := compareNumbers(a, b), x.Cmp(y); got != want {
			t.Fatalf("%s <=> %s: %d, want %d", a, b, got, want)
		}
	})
}

func TestEqualValues(t *testing.T) {
	value := func(s string) load.Value {
		v, ok := jsonValue(s)
		if !ok {
			t.Fatalf("%s is not JSON", s)
		}
		return v
	}
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{`1.10`, `1.1`, true}, {`1.10`, `"1.1"`, true}, {`"1.10"`, `"1.1"`, false}, {`"010"`, `10`, false},
		{`true`, `"true"`, true}, {`null`, `"null"`, false}, {`null`, ` null `, true}, {`"a"`, `"\u0061"`, true},
		{`{"a":1,"b":[1.0,"x"]}`, `{ "b": [1,"x"], "a": 1.0 }`, true}, {`[1,2]`, `[2,1]`, false}, {`[1]`, `["1"]`, false},
		{`{"a":1}`, `{"a":1,"b":2}`, false}, {`{"a":1}`, `{"b":1}`, false}, {`[]`, `{}`, false}, {`[null]`, `["null"]`, false},
	} {
		if equalValues(value(tt.a), value(tt.b)) != tt.want || equalValues(value(tt.b), value(tt.a)) != tt.want {
			t.Errorf("%s = %s is not %v", tt.a, tt.b, tt.want)
		}
	}
}

func TestParseSize(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "100": 100, "8KiB": 8192, "1.5 MiB": 1572864, "2kB": 2000, "3GB": 3e9, "7B": 7} {
		if got, ok := parseSize(s); !ok || got != want {
			t.Errorf("%s: %d %v, want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "KiB", "-1", "1e30", "8 XiB", "1.", "0x10", "NaN"} {
		if got, ok := parseSize(s); ok {
			t.Errorf("%q is a size of %d", s, got)
		}
	}
}

// The scanner accepts what encoding/json accepts, but for depth.
func FuzzSkipJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e+3,"\u00e9\n",true,false,null]}`, `[1,]`, `{"a":}`, `01`, `"\x"`, "\"\x01\"", ` [ ] `, `{"a" 1}`, `1.`, `-`, `"\ud800\udc00\ud800"`, `nul`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, ok := jsonValue(s)
		if ok != json.Valid([]byte(s)) {
			t.Fatalf("%q: %v, encoding/json says otherwise", s, ok)
		}
		if v.Kind != load.String {
			return
		}
		var want string
		if err := json.Unmarshal([]byte(s), &want); err != nil || v.Text != want {
			t.Fatalf("%q: %q, want %q", s, v.Text, want)
		}
	})
}

func ExampleExtractor() {
	prog, _ := Compile(planOf(load.Step{Request: &load.Request{URL: "/"}, Extract: []load.Extract{{Name: "id", JSON: "$.items[*].id", Pick: "last"}}}))
	var v View
	v.Reset(&reply{body: `{"items":[{"id":1.0},{"id":2.50}]}`})
	value, err := prog.Transactions[0].Steps[0].Extracts[0].Extract(&v, &Scope{})
	fmt.Println(value.Text, err)
	// Output: 2.50 <nil>
}
