package plan

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// planOf is a plan of one transaction with the given steps.
func planOf(steps ...load.Step) *load.Plan {
	return &load.Plan{
		Version: 1, Name: "test", BaseURL: "http://shop.test",
		Transactions: []load.Transaction{{Name: "t", Steps: steps}},
	}
}

func get(url string) load.Step { return load.Step{Request: &load.Request{URL: load.Text(url)}} }

// mustCompile compiles p, which has no mistake, and returns the steps of its first
// transaction.
func mustCompile(t testing.TB, p *load.Plan) (*Program, []*Step) {
	t.Helper()
	prog, issues := Compile(p)
	if prog == nil {
		t.Fatalf("Compile: %v", issues)
	}
	return prog, prog.Transactions[0].Steps
}

// scopeOf is a user of prog with some variables set. Everything in it is fixed.
func scopeOf(prog *Program, vars map[string]load.Value) *Scope {
	seq := int64(0)
	s := &Scope{
		Vars: make([]load.Value, len(prog.Vars)), Consts: prog.Consts,
		Rand: rand.New(rand.NewPCG(1, 2)), User: 7, Iteration: 3, Worker: "w-1",
		Seq: func() int64 { seq++; return seq },
		Env: map[string]string{"STAGE": "blue"},
		Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC) },
	}
	for name, v := range vars {
		slot, ok := prog.Slot(name)
		if !ok {
			panic("no variable " + name)
		}
		s.Vars[slot] = v
	}
	return s
}

func pointer[T any](v T) *T { return &v }

// issueTexts is issues as lines "path: message (hint)".
func issueTexts(issues []load.Issue) []string {
	var lines []string
	for _, i := range issues {
		line := i.Path + ": " + i.Message
		if i.Hint != "" {
			line += " (" + i.Hint + ")"
		}
		if i.Warning {
			line = "warning " + line
		}
		lines = append(lines, line)
	}
	return lines
}

func TestCompileFillsDefaults(t *testing.T) {
	p := planOf(get("/a"), load.Step{Request: &load.Request{URL: "/b", Timeout: load.Timeout{Connect: time.Second}, FollowRedirects: pointer(0), MaxResponseBody: 100}, OnFailure: load.Continue}, load.Step{Off: true, Request: &load.Request{URL: "/off"}})
	p.Defaults.Think = load.Range{Min: time.Second, Max: time.Second}
	p.Defaults.TLS.ServerName = "name"
	p.Transactions[0].OnFailure = load.StopUser
	p.Transactions = append(p.Transactions, load.Transaction{Name: "off", Off: true, Weight: pointer(3), Think: &load.Range{}, Steps: []load.Step{get("/c")}})
	prog, steps := mustCompile(t, p)
	if len(steps) != 2 {
		t.Fatalf("%d steps, want 2: one is switched off", len(steps))
	}
	a, b := steps[0].Request, steps[1].Request
	if a.Timeout != (load.Timeout{Total: 10 * time.Second}) || a.FollowRedirects != 10 || a.MaxResponseBody != 8<<20 || a.Method != "GET" || a.TLS.ServerName != "name" {
		t.Errorf("defaults: %+v", a)
	}
	if b.Timeout != (load.Timeout{Connect: time.Second, Total: 10 * time.Second}) || b.FollowRedirects != 0 || b.MaxResponseBody != 100 {
		t.Errorf("own settings: %+v", b)
	}
	if steps[0].OnFailure != load.StopUser || steps[1].OnFailure != load.Continue || prog.Transactions[1].OnFailure != load.StopTransaction {
		t.Error("reactions are not resolved")
	}
	if tr := prog.Transactions; tr[0].Weight != 1 || tr[1].Weight != 0 || tr[0].Think.Min != time.Second || tr[1].Think.Min != 0 {
		t.Errorf("transactions: %+v %+v", *tr[0], *tr[1])
	}
	if !a.Static || steps[0].ReadsBody || len(steps[0].Status) != 1 || steps[0].Status[0].Rule != "status < 400" {
		t.Errorf("step: %+v", steps[0])
	}
}

func TestStepNames(t *testing.T) {
	for url, want := range map[string]string{
		"/":                            "GET /",
		"/items/42/reviews?page=2#top": "GET /items/{id}/reviews",
		"/items/{{item}}":              "GET /items/{item}",
		"http://other.test":            "GET /",
		"http://other.test:81/x/7":     "GET /x/{id}",
		"/o/018f4e1c-7a1b-7c3d-8e9f-0123456789ab/lines": "GET /o/{id}/lines",
		"/o/018f4e1c-7a1b-7c3d-8e9f-0123456789ag":       "GET /o/018f4e1c-7a1b-7c3d-8e9f-0123456789ag",
		"/{{$uuid}}/v2":        "GET /{uuid}/v2",
		"{{host}}/items/{{a}}": "GET /items/{a}",
	} {
		if got := defaultName("GET", url); got != want {
			t.Errorf("name of %s: %q, want %q", url, got, want)
		}
	}
}

func TestConstantsAreFolded(t *testing.T) {
	p := planOf(
		load.Step{Request: &load.Request{URL: "/{{size}}/{{both}}", JSON: `{"n":"{{size}}","s":"{{name}}","in":"a {{name}}","l":"{{list}}"}`}},
		load.Step{Set: []load.Variable{{Name: "changing", Value: `"{{size}}"`}}, Request: &load.Request{URL: "/{{changing}}"}},
	)
	p.Variables = []load.Variable{{Name: "size", Value: "1.10"}, {Name: "name", Value: `"a\"b"`}, {Name: "both", Value: `"{{size}}-x"`}, {Name: "list", Value: `[1, "{{size}}"]`}, {Name: "changing", Value: "1"}}
	prog, steps := mustCompile(t, p)
	s := scopeOf(prog, nil)
	if !steps[0].Request.Static || steps[1].Request.Static {
		t.Errorf("static: %v %v, want true false", steps[0].Request.Static, steps[1].Request.Static)
	}
	checkExpanded(t, steps[0].Request.AppendURL, s, "http://shop.test/1.10/1.10-x")
	checkExpanded(t, steps[0].Request.AppendBody, s, `{"n":1.10,"s":"a\"b","in":"a a\"b","l":[1, 1.10]}`)
	checkExpanded(t, steps[1].Request.AppendURL, s, "http://shop.test/1")
	v, err := steps[1].Set[0].Value.Eval(s)
	if want := (load.Value{Kind: load.Number, Text: "1.10"}); err != nil || v != want {
		t.Errorf("set: %v %v, want %v", v, err, want)
	}
}

// checkExpanded expands behind a prefix, which must stay.
func checkExpanded(t testing.TB, expand func([]byte, *Scope) ([]byte, error), s *Scope, want string) {
	t.Helper()
	got, err := expand([]byte("prefix "), s)
	if err != nil || string(got) != "prefix "+want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestURL(t *testing.T) {
	vars := map[string]load.Value{"v": load.StringValue("a b&c=d/ü"), "host": load.StringValue("http://other.test/"), "path": load.StringValue("/p"), "empty": load.StringValue(""), "nl": load.StringValue("a\nb")}
	query := []load.Pair{{Name: "q r", Value: "{{v}}"}, {Name: "off", Value: "1", Off: true}, {Name: "x", Value: "1 2"}}
	tests := []struct {
		base, url string
		query     []load.Pair
		want      string // or, after "!", the beginning of the error
	}{
		{"http://h.test/", "/a", nil, "http://h.test/a"},
		{"http://h.test/api", "/a?b=1#frag", query, "http://h.test/api/a?b=1&q%20r=a%20b%26c%3Dd%2F%C3%BC&x=1%202"},
		{"", "http://h.test/a?", query[2:], "http://h.test/a?x=1%202"},
		{"", "HTTPS://h.test", query[2:], "HTTPS://h.test?x=1%202"},
		{"{{host}}", "/x/{{path}}", nil, "http://other.test/x//p"},
		{"http://h.test", "{{path}}/y", nil, "http://h.test/p/y"},
		{"http://h.test", "{{host}}y", nil, "http://other.test/y"},
		{"{{host}}", "{{path}}", query[2:], "http://other.test/p?x=1%202"},
		{"http://h.test", "/{{v | urlencode}}", nil, "http://h.test/a%20b%26c%3Dd%2F%C3%BC"},
		{"http://h.test", "/ä{x}", nil, "http://h.test/%C3%A4%7Bx%7D"},
		{"http://h.test", "/{{v}}", nil, `!url "http://h.test/a b&c=d/ü" has the character ' ' in it`},
		{"http://h.test", "/{{nl}}", nil, `!url "http://h.test/a\nb" has the character '\n' in it`},
		{"http://h.test", "{{v}}", nil, `!url "a b&c=d/ü" is not an absolute http or https URL`},
		{"http://h.test", "{{empty}}", nil, `!url "" is not an absolute http or https URL`},
		{"{{empty}}", "/a", nil, `!url "/a" is not an absolute http or https URL`},
	}
	for _, tt := range tests {
		p := planOf(load.Step{Request: &load.Request{URL: load.Text(tt.url), Query: tt.query}})
		p.BaseURL = load.Text(tt.base)
		for name := range vars {
			p.Transactions[0].Steps[0].Set = append(p.Transactions[0].Steps[0].Set, load.Variable{Name: name, Value: `""`})
		}
		prog, steps := mustCompile(t, p)
		got, err := steps[0].Request.AppendURL([]byte("prefix "), scopeOf(prog, vars))
		if problem, bad := strings.CutPrefix(tt.want, "!"); bad {
			checkExpandError(t, err, load.ClassTemplate, problem)
		} else if err != nil || string(got) != "prefix "+tt.want {
			t.Errorf("%s + %s: %q, %v; want %q", tt.base, tt.url, got, err, tt.want)
		}
	}
}

func checkExpandError(t testing.TB, err error, class load.Class, begin string) {
	t.Helper()
	var e *ExpandError
	if !errors.As(err, &e) || e.Class != class || !strings.HasPrefix(e.Message, begin) {
		t.Errorf("error %#v, want class %s, %q…", err, class, begin)
	}
}

func TestHeaders(t *testing.T) {
	bearer, basic := &load.Auth{Bearer: "tok"}, &load.Auth{Basic: &load.BasicAuth{User: "{{u}}", Password: "p:w"}}
	tests := []struct {
		name string
		d    load.Defaults
		r    load.Request
		want string
	}{
		{"defaults", load.Defaults{}, load.Request{}, "User-Agent: locust-http/1.0|Accept-Encoding: gzip, br"},
		{"override without case, keep duplicates", load.Defaults{Headers: []load.Pair{{Name: "X-A", Value: "1"}, {Name: "X-B", Value: "2"}, {Name: "X-C", Value: "3"}, {Name: "user-agent", Value: "me"}}},
			load.Request{Headers: []load.Pair{{Name: "x-a", Value: "4"}, {Name: "x-a", Value: "5"}, {Name: "x-b", Drop: true}, {Name: "x-c", Value: "9", Off: true}, {Name: "Accept-Encoding", Drop: true}}},
			"X-C: 3|user-agent: me|x-a: 4|x-a: 5"},
		{"json body", load.Defaults{}, load.Request{JSON: "{}"}, "User-Agent: locust-http/1.0|Accept-Encoding: gzip, br|Content-Type: application/json"},
		{"form body, own type", load.Defaults{}, load.Request{Form: []load.Pair{{Name: "a"}}, Headers: []load.Pair{{Name: "content-type", Value: "x/y"}}}, "User-Agent: locust-http/1.0|Accept-Encoding: gzip, br|content-type: x/y"},
		{"text body with type", load.Defaults{Headers: []load.Pair{{Name: "Content-Type", Value: "a/b"}}}, load.Request{Text: pointer(load.Text("x")), Type: "text/{{u}}"}, "User-Agent: locust-http/1.0|Accept-Encoding: gzip, br|Content-Type: text/joe"},
		{"bearer", load.Defaults{Auth: bearer}, load.Request{}, "User-Agent: locust-http/1.0|Accept-Encoding: gzip, br|Authorization: Bearer tok"},
		{"basic over bearer", load.Defaults{Auth: bearer}, load.Request{Auth: basic}, "User-Agent: locust-http/1.0|Accept-Encoding: gzip, br|Authorization: Basic am9lOnA6dw=="},
		{"none over bearer", load.Defaults{Auth: bearer}, load.Request{Auth: &load.Auth{None: true}}, "User-Agent: locust-http/1.0|Accept-Encoding: gzip, br"},
		{"header over auth", load.Defaults{}, load.Request{Auth: basic, Headers: []load.Pair{{Name: "authorization", Value: "own"}}}, "User-Agent: locust-http/1.0|Accept-Encoding: gzip, br|authorization: own"},
	}
	for _, tt := range tests {
		tt.r.URL = "/"
		p := planOf(load.Step{Set: []load.Variable{{Name: "u", Value: `"joe"`}}, Request: &tt.r})
		p.Defaults = tt.d
		prog, steps := mustCompile(t, p)
		s := scopeOf(prog, map[string]load.Value{"u": load.StringValue("joe")})
		var lines []string
		for _, h := range steps[0].Request.Headers {
			v, err := h.Append(nil, s)
			if err != nil {
				t.Error(err)
			}
			lines = append(lines, h.Name+": "+string(v))
		}
		if got := strings.Join(lines, "|"); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestHeaderInjection(t *testing.T) {
	for _, bad := range []string{"a\r\nX: y", "a\nb", "a\x00"} {
		p := planOf(load.Step{Set: []load.Variable{{Name: "v", Value: `""`}}, Request: &load.Request{URL: "/", Headers: []load.Pair{{Name: "X", Value: "ok {{v}}"}}}})
		prog, steps := mustCompile(t, p)
		h := steps[0].Request.Headers[2]
		_, err := h.Append(nil, scopeOf(prog, map[string]load.Value{"v": load.StringValue(bad)}))
		checkExpandError(t, err, load.ClassTemplate, "header X: the value has a line break or NUL in it")
	}
}

func TestBodies(t *testing.T) {
	vars := map[string]load.Value{
		"s": load.StringValue("a\"\\\n\x01ü\xff"), "n": {Kind: load.Number, Text: "1.10"}, "b": {Kind: load.Bool, Text: "true"},
		"z": {Kind: load.Null, Text: "null"}, "o": {Kind: load.Composite, Text: `{"b":1, "a":[2]}`}, "f": load.StringValue("a b+c&d=é"),
	}
	text := load.Text("x {{s | base64}} {{n}}{{'{{'}}")
	tests := []struct {
		r    load.Request
		want string
	}{
		{load.Request{JSON: `{"z":1.0, "a" : "{{s}}","n":["{{n}}","{{b}}","{{z}}","{{o}}","n={{n}}{{o}}"], "{{n}}":"é\u00e9"}`},
			`{"z":1.0, "a" : "a\"\\\n\u0001ü�","n":[1.10,true,null,{"b":1, "a":[2]},"n=1.10{\"b\":1, \"a\":[2]}"], "1.10":"é\u00e9"}`},
		{load.Request{JSON: `"{{n | json}}"`}, `"1.10"`},
		{load.Request{JSON: `"{{o | json}}"`}, `"{\"b\":1, \"a\":[2]}"`},
		{load.Request{JSON: `["{{$randomInt 5 5}}","{{$oneOf '5'}}","{{$oneOf 5}}","{{b | default x}}"]`}, `[5,"5",5,true]`},
		{load.Request{JSON: `[]`}, `[]`},
		{load.Request{Form: []load.Pair{{Name: "k 1", Value: "{{f}}"}, {Name: "k 1", Value: "2"}, {Name: "e"}}}, "k+1=a+b%2Bc%26d%3D%C3%A9&k+1=2&e="},
		{load.Request{Text: &text}, "x YSJcCgHDvP8= 1.10{{"},
	}
	for _, tt := range tests {
		tt.r.URL = "/"
		step := load.Step{Request: &tt.r}
		for name := range vars {
			step.Set = append(step.Set, load.Variable{Name: name, Value: `""`})
		}
		prog, steps := mustCompile(t, planOf(step))
		if !steps[0].Request.HasBody {
			t.Errorf("%s: no body", tt.want)
		}
		checkExpanded(t, steps[0].Request.AppendBody, scopeOf(prog, vars), tt.want)
	}
	if _, steps := mustCompile(t, planOf(get("/"))); steps[0].Request.HasBody {
		t.Error("a GET has a body")
	}
}

// Each plan has one mistake; the issue must say where it is and what to do.
func TestCompileIssues(t *testing.T) {
	request := func(change func(*load.Request)) *load.Plan {
		r := &load.Request{URL: "/"}
		change(r)
		return planOf(load.Step{Request: r})
	}
	extract := func(x load.Extract) *load.Plan {
		x.Name = "x"
		return planOf(load.Step{Request: &load.Request{URL: "/"}, Extract: []load.Extract{x}})
	}
	check := func(x load.Check) *load.Plan {
		return planOf(load.Step{Request: &load.Request{URL: "/"}, Check: []load.Check{{Status: []load.Status{{From: 200, To: 200}}}, x}})
	}
	header := func(name, value string) *load.Plan {
		return request(func(r *load.Request) { r.Headers = []load.Pair{{Name: name, Value: load.Text(value)}} })
	}
	url := func(u string) *load.Plan { return request(func(r *load.Request) { r.URL = load.Text(u) }) }
	noBase := url("/a")
	noBase.BaseURL = ""
	badBase := url("/a")
	badBase.BaseURL = "shop.test"
	variable := url("/a")
	variable.Variables = []load.Variable{{Name: "v", Value: `"{{$uuid}}"`}}
	named := url("/a{{passwrd}}")
	named.Variables = []load.Variable{{Name: "password", Value: `""`}}
	number := url("/{{v | number}}")
	number.Variables = []load.Variable{{Name: "v", Value: `"x"`}}

	const step, req = "transactions[0].steps[0]", "transactions[0].steps[0].request"
	tests := []struct {
		plan *load.Plan
		want string
	}{
		{named, req + ".url: {{passwrd}}: unknown variable passwrd (did you mean password?)"},
		{url("/{{uuid}}"), req + ".url: {{uuid}}: unknown variable uuid (did you mean $uuid?)"},
		{url("/{{$uid}}"), req + ".url: {{$uid}}: unknown function $uid (did you mean $uuid?)"},
		{url("/{{$randomInt 1}}"), req + ".url: {{$randomInt 1}}: wrong number of arguments (write {{$randomInt 1 100}})"},
		{url("/{{$randomInt a 2}}"), req + ".url: {{$randomInt a 2}}: the arguments are two whole numbers (write {{$randomInt 1 100}})"},
		{url("/{{$randomInt 3 2}}"), req + ".url: {{$randomInt 3 2}}: the first number is the smaller one (write {{$randomInt 1 100}})"},
		{url("/{{$randomString 0}}"), req + ".url: {{$randomString 0}}: the argument is a length from 1 to 1048576 (write {{$randomString 12}})"},
		{url("/{{$uuid 1}}"), req + ".url: {{$uuid 1}}: wrong number of arguments (write {{$uuid}})"},
		{url("/{{$uuid | urlencod}}"), req + ".url: {{$uuid | urlencod}}: unknown filter urlencod (did you mean urlencode?)"},
		{url("/{{$uuid | default}}"), req + ".url: {{$uuid | default}}: default takes one argument (write default 'x')"},
		{url("/{{$uuid | json 1}}"), req + ".url: {{$uuid | json 1}}: json takes no arguments"},
		{url("/{{$uuid"), req + ".url: {{$uuid: is not closed with }} (a literal {{ is written {{'{{'}})"},
		{url("/{{}}"), req + ".url: {{}}: a name is missing (a literal {{ is written {{'{{'}})"},
		{url("/{{'a}}"), req + ".url: {{'a}}: the quote ' is not closed (a literal {{ is written {{'{{'}})"},
		{url("/{{'a' | json}}"), req + ".url: {{'a' |: a quoted text stands alone (a literal {{ is written {{'{{'}})"},
		{url("/{@id@}"), "warning " + req + ".url: {@id@} is sent as it is (write {{id}})"},
		{number, req + `.url: {{v | number}}: {{v}}: "x" is not a number`},
		{variable, "variables.v: a variable of the plan is a constant, made of constants above it (evaluate it for each user with set: in a step)"},
		{noBase, req + `.url: "/a" is not an absolute URL and there is no base_url`},
		{badBase, `base_url: "shop.test" is not an absolute URL (begin it with http:// or https://)`},
		{url("shop"), req + `.url: "shop" is not an absolute URL (begin it with http://, or with / for a path under base_url)`},
		{url("ftp://{{$uuid}}"), req + `.url: "ftp://{{$uuid}}" is not an absolute URL (begin it with http://, or with / for a path under base_url)`},
		{url("/a b"), req + `.url: url "http://shop.test/a b" has the character ' ' in it: use {{name | urlencode}} or query`},
		{url(""), req + ".url: is missing"},
		{header("a b", "x"), req + `.headers.a b: "a b" is no name for a header`},
		{header("Content-Length", "1"), req + ".headers.Content-Length: Content-Length follows from the body (leave it out)"},
		{header("X", "a\nb"), req + `.headers.X: header X: the value has a line break or NUL in it`},
		{request(func(r *load.Request) { r.Method = "G T" }), req + `.method: "G T" is not a method`},
		{request(func(r *load.Request) { r.JSON = `{"a":[{"b":"{{x}}"}]}` }), req + ".json.a[0].b: {{x}}: unknown variable x"},
		{request(func(r *load.Request) { r.JSON = `{"a"` }), req + ".json: is not JSON at byte 4"},
		{request(func(r *load.Request) { r.Form = []load.Pair{{Name: "f", Value: "{{x}}"}} }), req + ".form.f: {{x}}: unknown variable x"},
		{planOf(load.Step{Use: "block"}), step + ".use: unknown block block"},
		{planOf(load.Step{Set: []load.Variable{{Name: "a b", Value: "1"}}, Request: &load.Request{URL: "/"}}), step + `.set.a b: "a b" is no name for a variable: a letter, then letters, digits, _ and -`},
		{extract(load.Extract{JSON: "a.b"}), step + `.extract[0].json: "a.b": `},
		{extract(load.Extract{JSON: "$["}), step + `.extract[0].json: "$[": `},
		{extract(load.Extract{CSS: "["}), step + `.extract[0].css: "[" is not a CSS selector`},
		{extract(load.Extract{XPath: "//["}), step + `.extract[0].xpath: "//[" is not an XPath`},
		{extract(load.Extract{XPath: strings.Repeat("(", 5000)}), step + `.extract[0].xpath: is longer than 4096 bytes`},
		{extract(load.Extract{Regex: "("}), step + `.extract[0].regex: "(" is not a regular expression (RE2): missing closing )`},
		{extract(load.Extract{Regex: "a(b)", Group: pointer(2)}), step + `.extract[0].regex: "a(b)" has 1 groups, not 2`},
		{extract(load.Extract{}), step + ".extract[0]: has 0 sources"},
		{extract(load.Extract{JSON: "$", Regex: "a"}), step + ".extract[0]: has 2 sources"},
		{extract(load.Extract{JSON: "$", Pick: "any"}), step + `.extract[0].pick: "any" is none of first, last, random, all and a number from 1 to 100000`},
		{extract(load.Extract{JSON: "$", Attr: "x"}), step + ".extract[0].attr: goes with css only"},
		{check(load.Check{JSON: "$.a", Test: load.Test{Matches: "["}}), step + `.check[1].matches: "[" is not a regular expression (RE2)`},
		{check(load.Check{Body: &load.Test{Matches: "["}}), step + `.check[1].body.matches: "[" is not a regular expression`},
		{check(load.Check{Latency: &load.Test{LT: "500"}}), step + `.check[1].latency.lt: 500 is not a duration (write it with its unit: 500ms)`},
		{check(load.Check{Size: &load.Test{GE: `"many"`}}), step + `.check[1].size.ge: "many" is not a size (write bytes, or 8KiB)`},
		{check(load.Check{Size: &load.Test{}}), step + ".check[1].size: has no word to compare with (for example {ge: 10})"},
		{check(load.Check{Var: "tokn"}), step + ".check[1].var: unknown variable tokn"},
		{check(load.Check{JSON: "$.a", Test: load.Test{Equals: `"{{x}}"`}}), step + ".check[1].equals: {{x}}: unknown variable x"},
		{check(load.Check{JSON: "$.a", Test: load.Test{Between: []load.JSON{"1"}}}), step + ".check[1].between: takes two values, not 1 (write [from, to])"},
		{check(load.Check{Body: &load.Test{Count: &load.Test{GE: "1"}}}), step + ".check[1].body.count: goes with json"},
		{check(load.Check{Status: []load.Status{{From: 200, To: 299}}, Test: load.Test{Equals: "1"}}), step + ".check[1]: a status check takes no words"},
	}
	for _, tt := range tests {
		prog, issues := Compile(tt.plan)
		lines := issueTexts(issues)
		if len(lines) != 1 || !strings.HasPrefix(lines[0], tt.want) {
			t.Errorf("got  %q\nwant %q", lines, tt.want)
		}
		if warning := strings.HasPrefix(tt.want, "warning"); (prog != nil) != warning {
			t.Errorf("%s: program %v", tt.want, prog)
		}
	}
}

func TestNamesAreKnownFromAnywhere(t *testing.T) {
	p := planOf(get("/{{later}}/{{fromSetup}}/{{$env STAGE}}/{{$env A}}"), load.Step{Set: []load.Variable{{Name: "later", Value: "1"}}, Request: &load.Request{URL: "/"}})
	p.Setup = []load.Step{{Request: &load.Request{URL: "/login"}, Extract: []load.Extract{{Name: "fromSetup", Header: "X"}}}}
	p.UserStop = []load.Step{get("/bye/{{later}}")}
	prog, steps := mustCompile(t, p)
	if want := []string{"A", "STAGE"}; !slices.Equal(prog.Env, want) {
		t.Errorf("env %v, want %v", prog.Env, want)
	}
	if prog.Setup[0].Path != "setup[0]" || prog.Setup[0].Extracts[0].Name != prog.Vars[prog.Setup[0].Extracts[0].Slot] {
		t.Errorf("setup: %+v", prog.Setup[0])
	}
	_, err := steps[0].Request.AppendURL(nil, scopeOf(prog, nil))
	checkExpandError(t, err, load.ClassUnsetVariable, "variable later is not set")
	one := load.Value{Kind: load.Number, Text: "1"}
	_, err = steps[0].Request.AppendURL(nil, scopeOf(prog, map[string]load.Value{"later": one, "fromSetup": one}))
	checkExpandError(t, err, load.ClassUnsetVariable, "environment variable A is not set")
	if _, ok := prog.Slot("nobody"); ok {
		t.Error("nobody has a slot")
	}
}

func ExampleCompile() {
	prog, issues := Compile(&load.Plan{
		BaseURL:      "http://127.0.0.1:8099",
		Transactions: []load.Transaction{{Name: "browse", Steps: []load.Step{{Request: &load.Request{URL: "/items/{{item}}"}}}}},
		Variables:    []load.Variable{{Name: "item", Value: "7"}},
	})
	url, _ := prog.Transactions[0].Steps[0].Request.AppendURL(nil, &Scope{Consts: prog.Consts})
	fmt.Println(len(issues), string(url))
	// Output: 0 http://127.0.0.1:8099/items/7
}
