package plan

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

func TestChecks(t *testing.T) {
	r := func() *reply {
		return &reply{status: 404, body: shopJSON, latency: 812*time.Millisecond + 345*time.Microsecond,
			header: map[string]string{"Content-Type": "application/json", "X-Count": "5", "X-Empty": ""}, cookie: map[string]string{"sid": "s1"}}
	}
	test := func(x load.Test) load.Test { return x }
	text := func(s string) *load.Text { return pointer(load.Text(s)) }
	tests := []struct {
		check   load.Check
		holds   bool
		rule    string
		explain string
	}{
		{load.Check{Status: []load.Status{{From: 200, To: 299}, {From: 404, To: 404}, {From: 500, To: 503}}}, true, "status 2xx, 404, 500-503", "got 404"},
		{load.Check{Status: []load.Status{{From: 200, To: 200}}}, false, "status 200", "got 404"},

		{load.Check{JSON: "$.ok", Test: test(load.Test{Equals: "true"})}, true, "json $.ok equals true", "got true"},
		{load.Check{JSON: "$.ok", Test: test(load.Test{Equals: "false"})}, false, "json $.ok equals false", "got true"},
		{load.Check{JSON: "$.total", Test: test(load.Test{Equals: "1.1"})}, true, "json $.total equals 1.1", "got 1.10"},
		{load.Check{JSON: "$.big", Test: test(load.Test{Equals: "9007199254740992"})}, false, "json $.big equals 9007199254740992", "got 9007199254740993"},
		{load.Check{JSON: "$.items[1].id", Test: test(load.Test{Equals: `"y"`})}, false, `json $.items[1].id equals "y"`, `got "z"`},
		{load.Check{JSON: "$.items[1].id", Test: test(load.Test{Equals: `"{{v}}"`})}, true, `json $.items[1].id equals "{{v}}"`, `got "z"`},
		{load.Check{JSON: "$.items[1].id", Test: test(load.Test{Equals: `"{{gone}}"`})}, false, `json $.items[1].id equals "{{gone}}"`, "variable gone is not set"},
		{load.Check{JSON: "$.items[3].id", Test: test(load.Test{Equals: `{"k":[1.0,2]}`})}, true, `json $.items[3].id equals {"k":[1.0,2]}`, `got {"k": [1, 2]}`},
		{load.Check{JSON: "$.total", Test: test(load.Test{Not: "2"})}, true, "json $.total not 2", "got 1.10"},
		{load.Check{JSON: "$.gone", Test: test(load.Test{Not: "2"})}, false, "json $.gone not 2", "nothing found"},
		{load.Check{JSON: "$.total", Test: test(load.Test{GT: "1", LE: "1.100"})}, true, "json $.total gt 1 and le 1.100", "got 1.10"},
		{load.Check{JSON: "$.total", Test: test(load.Test{GT: "1.1"})}, false, "json $.total gt 1.1", "got 1.10"},
		{load.Check{JSON: "$.total", Test: test(load.Test{GE: "1.1", LT: "10"})}, true, "json $.total ge 1.1 and lt 10", "got 1.10"},
		{load.Check{JSON: "$.total", Test: test(load.Test{In: []load.JSON{"1", "1.1"}})}, true, "json $.total in 1, 1.1", "got 1.10"},
		{load.Check{JSON: "$.total", Test: test(load.Test{In: []load.JSON{}})}, false, "json $.total in ", "got 1.10"},
		{load.Check{JSON: "$.total", Test: test(load.Test{Between: []load.JSON{"1.1", "2"}})}, true, "json $.total between 1.1 and 2", "got 1.10"},
		{load.Check{JSON: "$.total", Test: test(load.Test{Between: []load.JSON{"0", "1"}})}, false, "json $.total between 0 and 1", "got 1.10"},
		{load.Check{JSON: "$.total", Test: test(load.Test{Between: []load.JSON{"2", "3"}})}, false, "json $.total between 2 and 3", "got 1.10"},
		{load.Check{JSON: "$.gone", Test: test(load.Test{Exists: pointer(false)})}, true, "json $.gone does not exist", "nothing found"},
		{load.Check{JSON: "$.ok", Test: test(load.Test{Exists: pointer(false)})}, false, "json $.ok does not exist", "got true"},
		{load.Check{JSON: "$.none"}, true, "json $.none exists", "got null"},
		{load.Check{JSON: "$.none", Test: test(load.Test{Equals: "null"})}, true, "json $.none equals null", "got null"},
		{load.Check{JSON: "$.items[*]", Test: test(load.Test{Count: &load.Test{GE: "4", LT: "5"}})}, true, "json $.items[*] count ge 4 and lt 5", "got 4"},
		{load.Check{JSON: "$.gone", Test: test(load.Test{Count: &load.Test{Equals: "0"}})}, true, "json $.gone count equals 0", "got 0"},
		{load.Check{JSON: "$.gone", Test: test(load.Test{Count: &load.Test{Equals: "1"}})}, false, "json $.gone count equals 1", "got 0"},

		{load.Check{Size: &load.Test{GE: "10", LT: `"8KiB"`}}, true, "size ge 10 and lt 8KiB", "got 228 bytes"},
		{load.Check{Size: &load.Test{GT: `"1KiB"`}}, false, "size gt 1KiB", "got 228 bytes"},
		{load.Check{Size: &load.Test{LT: `"{{n}}KiB"`}}, true, "size lt {{n}}KiB", "got 228 bytes"},
		{load.Check{Latency: &load.Test{LT: `"1s"`}}, true, "latency lt 1s", "got 812.35ms"},
		{load.Check{Latency: &load.Test{LT: `"500ms"`}, Warn: true}, false, "latency lt 500ms", "got 812.35ms"},
		{load.Check{Body: &load.Test{Contains: text("items"), NotContains: text("error")}}, true, "body contains items and not_contains error", ""},
		{load.Check{Body: &load.Test{Contains: text("{{v}}!")}}, false, "body contains {{v}}!", ""},
		{load.Check{Body: &load.Test{NotContains: text("items")}}, false, "body not_contains items", ""},
		{load.Check{Body: &load.Test{Matches: `"id":\s*11`}}, true, `body matches "id":\s*11`, ""},
		{load.Check{Regex: `"big":(\d+)`, Test: test(load.Test{GT: "9007199254740992"})}, true, `regex "big":(\d+) gt 9007199254740992`, `got "9007199254740993"`},
		{load.Check{Regex: `error`, Test: test(load.Test{Exists: pointer(false)})}, true, `regex error does not exist`, "nothing found"},
		{load.Check{Regex: `error`}, false, `regex error exists`, "nothing found"},
		{load.Check{Header: "Content-Type", Test: test(load.Test{Contains: text("json")})}, true, "header Content-Type contains json", `got "application/json"`},
		{load.Check{Header: "X-Count", Test: test(load.Test{Equals: "5", GT: "4.5"})}, true, "header X-Count equals 5 and gt 4.5", `got "5"`},
		{load.Check{Header: "Content-Type", Test: test(load.Test{GT: `"a"`, LT: `"b"`})}, true, `header Content-Type gt "a" and lt "b"`, `got "application/json"`},
		{load.Check{Header: "X-Empty"}, true, "header X-Empty exists", `got ""`},
		{load.Check{Header: "X-No"}, false, "header X-No exists", "nothing found"},
		{load.Check{Cookie: "sid", Test: test(load.Test{Equals: `"s1"`})}, true, `cookie sid equals "s1"`, `got "s1"`},
		{load.Check{Var: "n", Test: test(load.Test{In: []load.JSON{"1", "3"}})}, true, "var n in 1, 3", `got "3"`},
		{load.Check{Var: "gone"}, false, "var gone exists", "it is not set"},
		{load.Check{CSS: "p"}, false, "css p exists", "nothing found"},
		{load.Check{XPath: "//p", Test: test(load.Test{Exists: pointer(false)})}, true, "xpath //p does not exist", "nothing found"},
	}
	for _, tt := range tests {
		step := load.Step{Request: &load.Request{URL: "/"}, Check: []load.Check{tt.check}}
		for _, name := range []string{"v", "n", "gone"} {
			step.Set = append(step.Set, load.Variable{Name: name, Value: `""`})
		}
		prog, steps := mustCompile(t, planOf(step))
		s := scopeOf(prog, map[string]load.Value{"v": load.StringValue("z"), "n": load.StringValue("3")})
		checks := append(steps[0].Checks, steps[0].Status...)
		check := checks[0]
		var v View
		v.Reset(r())
		if got := check.Holds(&v, s); got != tt.holds {
			t.Errorf("%s: %v, want %v", tt.rule, got, tt.holds)
		}
		if check.Rule != tt.rule || check.Warn != tt.check.Warn {
			t.Errorf("rule %q, want %q", check.Rule, tt.rule)
		}
		if got := check.Explain(&v, s); tt.explain != "" && got != tt.explain {
			t.Errorf("%s: explain %q, want %q", tt.rule, got, tt.explain)
		}
	}
}

func TestCheckBodyThatCannotBeRead(t *testing.T) {
	_, steps := mustCompile(t, planOf(load.Step{Request: &load.Request{URL: "/"}, Check: []load.Check{
		{JSON: "$.a", Test: load.Test{Exists: pointer(false)}}, {Body: &load.Test{NotContains: pointer(load.Text("x"))}}, {Size: &load.Test{GE: "0"}},
	}}))
	var v View
	for i, c := range steps[0].Checks {
		v.Reset(&reply{err: errors.New("bad gzip")})
		if c.Holds(&v, &Scope{}) || c.Explain(&v, &Scope{}) != "body: bad gzip" {
			t.Errorf("check %d: holds or explains %q", i, c.Explain(&v, &Scope{}))
		}
	}
	v.Reset(&reply{body: "<html>"})
	if c := steps[0].Checks[0]; c.Holds(&v, &Scope{}) || !strings.HasPrefix(c.Explain(&v, &Scope{}), "the body is not JSON") {
		t.Errorf("HTML passes as JSON without $.a: %s", c.Explain(&v, &Scope{}))
	}
}

func TestExplainIsBounded(t *testing.T) {
	_, steps := mustCompile(t, planOf(load.Step{Request: &load.Request{URL: "/"}, Check: []load.Check{{Body: &load.Test{Equals: `"x"`}}}}))
	var v View
	v.Reset(&reply{body: strings.Repeat("ä\n", 5000)})
	if got := steps[0].Checks[0].Explain(&v, &Scope{}); len(got) > 350 || !strings.HasSuffix(got, `…"`) {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

func TestReadsBody(t *testing.T) {
	for _, tt := range []struct {
		check load.Check
		want  bool
	}{
		{load.Check{Status: []load.Status{{From: 200, To: 200}}}, false},
		{load.Check{Latency: &load.Test{LT: `"1s"`}}, false},
		{load.Check{Header: "X"}, false}, {load.Check{Cookie: "X"}, false}, {load.Check{Var: "v"}, false},
		{load.Check{JSON: "$"}, true}, {load.Check{CSS: "a"}, true}, {load.Check{XPath: "//a"}, true}, {load.Check{Regex: "a"}, true},
		{load.Check{Size: &load.Test{GE: "1"}}, true}, {load.Check{Body: &load.Test{Equals: `""`}}, true},
	} {
		p := planOf(load.Step{Set: []load.Variable{{Name: "v", Value: "1"}}, Request: &load.Request{URL: "/"}, Check: []load.Check{tt.check}})
		if _, steps := mustCompile(t, p); steps[0].ReadsBody != tt.want {
			t.Errorf("%+v reads the body: %v", tt.check, steps[0].ReadsBody)
		}
	}
}

func TestCheckAllocations(t *testing.T) {
	for name, check := range map[string]load.Check{
		"status":  {Status: []load.Status{{From: 200, To: 299}}},
		"json":    {JSON: "$.status", Test: load.Test{Equals: `"done"`}},
		"number":  {JSON: "$.page", Test: load.Test{GE: "1"}},
		"size":    {Size: &load.Test{GE: "10"}},
		"latency": {Latency: &load.Test{LT: `"1s"`}},
		"body":    {Body: &load.Test{Contains: pointer(load.Text("token"))}},
		"count":   {JSON: "$.items[*]", Test: load.Test{Count: &load.Test{GE: "1"}}},
	} {
		_, steps := mustCompile(t, planOf(load.Step{Request: &load.Request{URL: "/"}, Check: []load.Check{check}}))
		c := append(steps[0].Checks, steps[0].Status...)[0]
		r := &reply{status: 200, bytes: []byte(document(300)), latency: time.Millisecond}
		var v View
		allocs := testing.AllocsPerRun(200, func() {
			v.Reset(r)
			if !c.Holds(&v, nil) {
				t.Errorf("%s does not hold", c.Rule)
			}
		})
		if allocs != 0 {
			t.Errorf("%s: %v allocations, want 0", name, allocs)
		}
	}
}

func BenchmarkCheckJSON(b *testing.B) {
	_, steps := mustCompile(b, planOf(load.Step{Request: &load.Request{URL: "/"}, Check: []load.Check{{JSON: "$.status", Test: load.Test{Equals: `"done"`}}}}))
	r := &reply{status: 200, bytes: []byte(document(300))}
	var v View
	b.ReportAllocs()
	for b.Loop() {
		v.Reset(r)
		if !steps[0].Checks[0].Holds(&v, nil) {
			b.Fatal("does not hold")
		}
	}
}
