package plan

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
	"pgregory.net/rapid"
)

// yamlRoundTrip wants Decode(EncodeYAML(p)) to be p.
func yamlRoundTrip(t interface {
	Helper()
	Fatalf(string, ...any)
}, p *load.Plan) []byte {
	t.Helper()
	text, err := EncodeYAML(p)
	if err != nil {
		t.Fatalf("%v", err)
	}
	q, problems := Decode("again.yaml", text)
	if err := problems.Err(); err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	if !reflect.DeepEqual(p, q) {
		was, _ := Encode(p)
		is, _ := Encode(q)
		t.Fatalf("as YAML\n%s\nbefore %s\nafter  %s", text, was, is)
	}
	return text
}

// TestGoodPlansAsYAML writes every good plan and every example as YAML.
func TestGoodPlansAsYAML(t *testing.T) {
	examples, _ := filepath.Glob("../examples/*.yaml")
	for _, file := range append(glob(t, "testdata/good/*.*"), examples...) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text := yamlRoundTrip(t, mustDecode(t, file, readFile(t, file)))
			t.Logf("%s", text)
		})
	}
}

// readShape reads a text into the types and checks nothing of what it means.
func readShape(t *rapid.T, file string, text []byte) *load.Plan {
	p := &load.Plan{}
	problems := read(file, text, planFile(), func(d *decoder) { d.structure(d.root, reflect.ValueOf(p).Elem(), "") })
	for _, problem := range problems {
		if !strings.Contains(problem.Message, "not supported yet") {
			t.Fatalf("%s\n%v", text, problems)
		}
	}
	return p
}

// TestEveryKeyRoundTrips draws plans with any values of any keys of the format and wants
// the same plan back, from canonical JSON and from YAML.
func TestEveryKeyRoundTrips(t *testing.T) {
	used := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		g := &generator{t: t, used: used}
		p := &load.Plan{}
		g.structure(reflect.ValueOf(p).Elem(), 0)
		canonical, err := Encode(p)
		if err != nil {
			t.Fatal(err)
		}
		if q := readShape(t, "p.json", canonical); !reflect.DeepEqual(p, q) {
			again, _ := Encode(q)
			t.Fatalf("JSON\nbefore %s\nafter  %s", canonical, again)
		}
		text, err := EncodeYAML(p)
		if err != nil {
			t.Fatalf("%s: %v", canonical, err)
		}
		if q := readShape(t, "p.yaml", text); !reflect.DeepEqual(p, q) {
			again, _ := Encode(q)
			t.Fatalf("YAML\n%s\nbefore %s\nafter  %s", text, canonical, again)
		}
	})
	keys := map[string]bool{}
	keysOf(reflect.TypeFor[load.Plan](), keys)
	if len(keys) < 100 {
		t.Fatalf("%d keys", len(keys))
	}
	for key := range keys {
		if !used[key] {
			t.Errorf("no plan that was drawn had %s", key)
		}
	}
}

// TestWrittenPlainly wants texts that look like something else to survive without the
// quotes around everything that are the last resort.
func TestWrittenPlainly(t *testing.T) {
	for _, s := range nastyTexts {
		wantPlainly(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		wantPlainly(t, rapid.StringOf(rapid.SampledFrom([]rune("ab1 .:,#-{}[]'\"\\\n\t|>&*!%@`?=~<é\u0085"))).Draw(t, "text"))
	})
}

func wantPlainly(t interface{ Errorf(string, ...any) }, s string) {
	want := &node{kind: mapNode, kids: []node{
		{text: "key", quoted: true}, {text: s, quoted: true},
		{text: "list", quoted: true}, {kind: listNode, kids: []node{{text: s, quoted: true}, {kind: mapNode, kids: []node{{text: s + "k", quoted: true}, {text: s, quoted: true}}}}},
		{text: s + "x", quoted: true}, {text: "1", quoted: true},
		{text: "end", quoted: true}, {text: "true"},
	}}
	w := &yamlWriter{}
	w.document(want)
	if err := sameYAML(planFile(), w.out.Bytes(), want); err != nil {
		t.Errorf("%q is written as\n%s%v", s, w.out.String(), err)
	}
}

// TestScalarStyle wants quotes where another reader of YAML would see no text, and none
// where they would only be in the way.
func TestScalarStyle(t *testing.T) {
	for text, want := range map[string]string{
		"yes": `"yes"`, "No": `"No"`, "on": `"on"`, "TRUE": `"TRUE"`, "null": `"null"`, "~": `"~"`, "y": `"y"`,
		"010": `"010"`, "1.10": `"1.10"`, "1e5": `"1e5"`, "0x1F": `"0x1F"`, "12:30": `"12:30"`, "2001-01-01": `"2001-01-01"`, ".5": `".5"`,
		"": `""`, " a": `" a"`, "a: b": `"a: b"`, "a #b": `"a #b"`, "{{x}}": `"{{x}}"`, "- a": `"- a"`, "*a": `"*a"`, "a\nb": `"a\nb"`,
		"a": "a", "list items": "list items", "http://127.0.0.1:8099": "http://127.0.0.1:8099", "/items": "/items", "$.token": "$.token",
		"p95(buy) < 1s": "p95(buy) < 1s", "200ms..1s": "200ms..1s", "1m30s": "1m30s", "8MiB": "8MiB", "2xx": "2xx", "日本": "日本",
		`sid=(\w+)`: `'sid=(\w+)'`, `it's "so"`: `"it's \"so\""`, "a, b": "a, b", "$.items[0]": "$.items[0]",
	} {
		if got := (&yamlWriter{}).scalar(&node{text: text, quoted: true}, false); got != want {
			t.Errorf("%q is written as %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{"a, b": `"a, b"`, "$.items[0]": `"$.items[0]"`, "a b": "a b"} {
		if got := (&yamlWriter{}).scalar(&node{text: text, quoted: true}, true); got != want {
			t.Errorf("within brackets %q is written as %s, want %s", text, got, want)
		}
	}
}

// TestShortForms wants what a person would write.
func TestShortForms(t *testing.T) {
	for text, want := range map[string]string{
		"connections: {mode: shared}":                                        "connections: shared\n",
		"connections: {idle: 90s}":                                           "connections: {idle: 1m30s}\n",
		"user_life: {iterations: 1}":                                         "user_life: iteration\n",
		"user_life: 3600s..7200s":                                            "user_life: 1h..2h\n",
		"defaults: {timeout: {total: 10s}}":                                  "defaults: {timeout: 10s}\n",
		"defaults: {max_response_body: 65536}":                               "defaults: {max_response_body: 64KiB}\n",
		"load: {model: users, stages: [{jump: 5, duration: 120s}]}":          "load: {users: 5, duration: 2m}\n",
		"load: {model: arrivals, stages: [{jump: 5.5}]}":                     "load:\n  arrivals: {rate: 5.5}\n",
		"load: {users: 9, spawn_rate: 3, graceful_stop: 30s, max_wait: 10s}": "load: {users: 9, spawn_rate: 3}\n",
		"setup: [{check: [{status: [200]}]}]":                                "setup:\n  - check: [{status: 200}]\n",
		"scenarios: [{transactions: {a: 1, b: 1}}]":                          "scenarios:\n  - {transactions: [a, b]}\n",
	} {
		p := &load.Plan{}
		if problems := read("p.yaml", []byte(text), planFile(), func(d *decoder) { d.structure(d.root, reflect.ValueOf(p).Elem(), "") }); len(problems) > 0 {
			t.Fatal(problems)
		}
		got, err := EncodeYAML(p)
		if err != nil || string(got) != want {
			t.Errorf("%s is written as\n%swant\n%s%v", text, got, want, err)
		}
	}
}
