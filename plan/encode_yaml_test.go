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
