package plan

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

// textPlan sends text as the body; the variables exist and are unset.
func textPlan(text string, names ...string) *load.Plan {
	body := load.Text(text)
	step := load.Step{Request: &load.Request{URL: "/", Text: &body}}
	for _, name := range names {
		step.Set = append(step.Set, load.Variable{Name: name, Value: `""`})
	}
	return planOf(step)
}

func TestTemplate(t *testing.T) {
	number := func(s string) load.Value { return load.Value{Kind: load.Number, Text: s} }
	vars := map[string]load.Value{
		"a": load.StringValue("A"), "n": number("-1.50e3"), "sp": load.StringValue(" 12 "), "yes": load.StringValue("true"),
		"o": {Kind: load.Composite, Text: `["x"]`}, "umlaut-1_ü": load.StringValue("ü"),
	}
	tests := []struct{ text, want string }{
		{"", ""},
		{"plain } }} { text", "plain } }} { text"},
		{"{{a}}{{ a }}{{\ta\n}}", "AAA"},
		{"{{{a}}}", "!"},
		{"x{{'{{'}}y{{\"}}\"}}z", "x{{y}}z"},
		{"{{umlaut-1_ü|urlencode}}", "%C3%BC"},
		{"{{n}} {{n|number}} {{sp | number}}.", "-1.50e3 -1.50e3 12."},
		{"{{yes | bool}} {{$oneOf 0 | bool}}", "true false"},
		{"{{a | json}} {{n | json}} {{o | json}}", `"A" -1.50e3 ["x"]`},
		{"{{a | base64 | urlencode}}", "QQ%3D%3D"},
		{"{{a | json | json}}", `"\"A\""`},
		{"{{gone | default 'x y'}} {{gone | urlencode | default '&'}} {{gone | default '&' | urlencode}} {{a | default 1}}", "x y & %26 A"},
		{"{{$timestamp}} {{$isoTimestamp}}", "1767323045 2026-01-02T03:04:05.006Z"},
		{"{{$user}}/{{$iteration}}/{{$worker}}/{{$env STAGE}}/{{$seq}}/{{$seq}}", "7/3/w-1/blue/1/2"},
		{"{{$env NONE | default 'none'}}", "none"},
		{"{{$randomInt -3 -3}} {{$randomInt 9223372036854775807 9223372036854775807}}", "-3 9223372036854775807"},
		{"{{$oneOf 'only one'}}", "only one"},
	}
	for _, tt := range tests {
		prog, issues := Compile(textPlan(tt.text, "a", "n", "sp", "yes", "o", "umlaut-1_ü", "gone"))
		if (prog == nil) != (tt.want == "!") {
			t.Errorf("%s: %v", tt.text, issues)
		}
		if prog != nil {
			checkExpanded(t, prog.Transactions[0].Steps[0].Request.AppendBody, scopeOf(prog, vars), tt.want)
		}
	}
}

func TestTemplateErrors(t *testing.T) {
	for text, want := range map[string]ExpandError{
		"a {{gone}}":            {load.ClassUnsetVariable, "variable gone is not set"},
		"a {{gone | json}}":     {load.ClassUnsetVariable, "variable gone is not set"},
		"{{a | number}}":        {load.ClassTemplate, `{{a}}: "A" is not a number`},
		"{{a | bool}}":          {load.ClassTemplate, `{{a}}: "A" is neither true nor false`},
		"{{$env NONE}}":         {load.ClassUnsetVariable, "environment variable NONE is not set"},
		"{{$oneOf x | number}}": {load.ClassTemplate, `{{$oneOf}}: "x" is not a number`},
	} {
		prog, steps := mustCompile(t, textPlan(text, "gone", "a"))
		_, err := steps[0].Request.AppendBody(nil, scopeOf(prog, map[string]load.Value{"a": load.StringValue("A")}))
		checkExpandError(t, err, want.Class, want.Message)
	}
}

func TestRandomFunctions(t *testing.T) {
	prog, steps := mustCompile(t, textPlan("{{$uuid}} {{$randomInt 1 3}} {{$randomString 5}} {{$oneOf a b}} {{$randomInt -9223372036854775808 9223372036854775807}}"))
	s := scopeOf(prog, nil)
	seen := map[string]bool{}
	for range 200 {
		b, err := steps[0].Request.AppendBody(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		f := strings.Fields(string(b))
		if id := f[0]; len(id) != 36 || id[14] != '4' || !strings.Contains("89ab", id[19:20]) || strings.Count(id, "-") != 4 || seen[id] {
			t.Fatalf("uuid %s", id)
		}
		if len(f[2]) != 5 {
			t.Fatalf("random string %q", f[2])
		}
		seen[f[0]], seen["int "+f[1]], seen["oneOf "+f[3]] = true, true, true
	}
	for _, want := range []string{"int 1", "int 2", "int 3", "oneOf a", "oneOf b"} {
		if !seen[want] {
			t.Errorf("never %s", want)
		}
	}
	if seen["int 0"] || seen["int 4"] {
		t.Error("randomInt 1 3 is out of its bounds")
	}
}

func TestValueTemplateKeepsTypes(t *testing.T) {
	vars := map[string]load.Value{"n": {Kind: load.Number, Text: "1.10"}, "s": load.StringValue("5"), "o": {Kind: load.Composite, Text: "[1]"}}
	for text, want := range map[load.JSON]load.Value{
		`1.10`:                    {Kind: load.Number, Text: "1.10"},
		`"1.10"`:                  {Kind: load.String, Text: "1.10"},
		`null`:                    {Kind: load.Null, Text: "null"},
		`"{{n}}"`:                 {Kind: load.Number, Text: "1.10"},
		`"{{n}} "`:                {Kind: load.String, Text: "1.10 "},
		`"{{s}}"`:                 {Kind: load.String, Text: "5"},
		`"{{s | number}}"`:        {Kind: load.Number, Text: "5"},
		`"{{n | base64}}"`:        {Kind: load.String, Text: "MS4xMA=="},
		`"{{o}}"`:                 {Kind: load.Composite, Text: "[1]"},
		`{"a":["{{s}}","{{n}}"]}`: {Kind: load.Composite, Text: `{"a":["5",1.10]}`},
		`"{{$seq}}"`:              {Kind: load.Number, Text: "1"},
	} {
		p := textPlan("", "n", "s", "o")
		p.Transactions[0].Steps[0].Set = append(p.Transactions[0].Steps[0].Set, load.Variable{Name: "out", Value: text})
		prog, steps := mustCompile(t, p)
		got, err := steps[0].Set[3].Value.Eval(scopeOf(prog, vars))
		if err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", text, got, err, want)
		}
	}
}

// Whatever text a variable holds, the body is valid JSON and says what was meant.
func TestJSONBodyProperty(t *testing.T) {
	step := load.Step{
		Set:     []load.Variable{{Name: "v", Value: `""`}, {Name: "w", Value: `""`}},
		Request: &load.Request{URL: "/", JSON: `{"whole":"{{v}}","{{v}}!":"a {{v}} \"b\" {{w}}","list":["{{w}}"],"n":1.10}`},
	}
	prog, steps := mustCompile(t, planOf(step))
	rapid.Check(t, func(t *rapid.T) {
		v, w := rapid.String().Draw(t, "v"), string(rapid.SliceOf(rapid.Byte()).Draw(t, "w"))
		s := scopeOf(prog, map[string]load.Value{"v": load.StringValue(v), "w": load.StringValue(w)})
		body, err := steps[0].Request.AppendBody(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]any{}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		w = validUTF8(w)
		if got["whole"] != v || got[v+"!"] != "a "+v+` "b" `+w || got["list"].([]any)[0] != w || got["n"] != 1.1 {
			t.Fatalf("%q means %v", body, got)
		}
	})
}

// validUTF8 replaces each byte that is no UTF-8, as encoding/json does.
func validUTF8(s string) string { return string([]rune(s)) }

// What a query or form carries is what net/url reads from it.
func TestQueryProperty(t *testing.T) {
	pairs := []load.Pair{{Name: "a b&", Value: "{{v}}"}, {Name: "x", Value: "<{{v}}>"}, {Name: "x", Value: "=&?#+%"}}
	prog, steps := mustCompile(t, planOf(
		load.Step{Set: []load.Variable{{Name: "v", Value: `""`}}, Request: &load.Request{URL: "/p/{{v | urlencode}}?k=1", Query: pairs, Form: pairs}}))
	rapid.Check(t, func(t *rapid.T) {
		v := string(rapid.SliceOf(rapid.Byte()).Draw(t, "v"))
		s := scopeOf(prog, map[string]load.Value{"v": load.StringValue(v)})
		address, err := steps[0].Request.AppendURL(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		body, err := steps[0].Request.AppendBody(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(string(address))
		if err != nil || u.Path != "/p/"+v {
			t.Fatalf("%s: path %q, %v", address, u.Path, err)
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []url.Values{u.Query(), form} {
			if q.Get("a b&") != v || len(q["x"]) != 2 || q["x"][0] != "<"+v+">" || q["x"][1] != "=&?#+%" {
				t.Fatalf("%q, want %q", q, v)
			}
		}
	})
}

// Expanding into a warm buffer allocates nothing.
func TestTemplateAllocations(t *testing.T) {
	prog, steps := mustCompile(t, planOf(load.Step{
		Set: []load.Variable{{Name: "v", Value: `""`}},
		Request: &load.Request{
			URL: "/items/{{v}}/{{v | base64 | urlencode}}", Query: []load.Pair{{Name: "q", Value: "{{v}} {{$seq}}"}},
			Headers: []load.Pair{{Name: "X", Value: "{{$uuid}} {{$timestamp}} {{v | default 'x'}}"}},
			JSON:    `{"v":"{{v}}","t":"a {{v}} {{$randomInt 1 9}}","n":"{{v | number | default 1}}"}`,
		},
	}))
	s := scopeOf(prog, map[string]load.Value{"v": load.StringValue("42")})
	r := steps[0].Request
	dst := make([]byte, 0, 1024)
	allocs := testing.AllocsPerRun(200, func() {
		for i := range r.Headers {
			if _, err := r.Headers[i].Append(dst, s); err != nil {
				t.Error(err)
			}
		}
		if _, err := r.AppendURL(dst, s); err != nil {
			t.Error(err)
		}
		if _, err := r.AppendBody(dst, s); err != nil {
			t.Error(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations, want 0", allocs)
	}
}

func BenchmarkURL(b *testing.B) {
	prog, steps := mustCompile(b, planOf(load.Step{
		Set:     []load.Variable{{Name: "item", Value: `""`}},
		Request: &load.Request{URL: "/api/v1/items/{{item}}/reviews", Query: []load.Pair{{Name: "page", Value: "2"}}},
	}))
	s := scopeOf(prog, map[string]load.Value{"item": load.StringValue("12345")})
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := steps[0].Request.AppendURL(dst, s); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzTemplate: any text is refused or compiled, in bounded time; what compiles
// expands to valid JSON where JSON is written.
func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{"", "{{v}}", "a{{v|urlencode|base64}}b", "{{'{{'}}", "{{$randomInt 1 2}}", "{{$oneOf a 'b c'}}", "{{v | default 'x'}}", "{{", "{{}}", "{{|}}", "{{'", "{@v@}", "{{$randomString 3}}\x00\xff", "{{{v}}}"} {
		f.Add(seed, "text \"\\\n")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		if strings.Contains(text, "randomString") && len(text) < 100 {
			text = strings.ReplaceAll(text, "999", "9") // long ones are not the point
		}
		quoted := load.JSON(appendJSON(nil, load.StringValue(text)))
		step := load.Step{Set: []load.Variable{{Name: "v", Value: `""`}}, Request: &load.Request{URL: "/", JSON: `{"k":` + quoted + `,` + quoted + `:1}`}}
		prog, issues := Compile(planOf(step))
		if prog == nil {
			if len(issues) == 0 {
				t.Fatal("refused without an issue")
			}
			return
		}
		body, err := prog.Transactions[0].Steps[0].Request.AppendBody(nil, scopeOf(prog, map[string]load.Value{"v": load.StringValue(value)}))
		if err == nil && !json.Valid(body) {
			t.Fatalf("%q gives %q, which is not JSON", text, body)
		}
	})
}
