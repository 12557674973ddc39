package plan

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// keyWalk notes which keys of a JSON Schema a text uses.
type keyWalk struct {
	defs map[string]*anySchema
	used map[string]bool // "Step.think"
}

// anySchema is as much of a schema as finds keys.
type anySchema struct {
	Ref        string                `json:"$ref"`
	Type       string                `json:"type"`
	Enum       []string              `json:"enum"`
	Pattern    string                `json:"pattern"`
	Required   []string              `json:"required"`
	AnyOf      []*anySchema          `json:"anyOf"`
	Items      *anySchema            `json:"items"`
	Properties map[string]*anySchema `json:"properties"`
	Additional json.RawMessage       `json:"additionalProperties"`
	Defs       map[string]*anySchema `json:"$defs"`
}

func (w *keyWalk) walk(s *anySchema, name string, n *node) {
	if s.Ref != "" {
		name = strings.TrimPrefix(s.Ref, "#/$defs/")
		w.walk(w.defs[name], name, n)
		return
	}
	for _, alternative := range s.AnyOf {
		w.walk(alternative, name, n)
	}
	switch n.kind {
	case listNode:
		for i := range n.kids {
			if s.Items != nil {
				w.walk(s.Items, name, &n.kids[i])
			}
		}
	case mapNode:
		more := &anySchema{}
		if json.Unmarshal(s.Additional, more) != nil {
			more = &anySchema{}
		}
		for i := 0; i+1 < len(n.kids); i += 2 {
			if p := s.Properties[n.kids[i].text]; p != nil {
				w.used[name+"."+n.kids[i].text] = true
				w.walk(p, name, &n.kids[i+1])
			} else {
				w.walk(more, name, &n.kids[i+1])
			}
		}
	}
}

// TestEveryKeyIsUsed wants every key of the schema in a good plan or an example, but
// for those that are refused for now.
func TestEveryKeyIsUsed(t *testing.T) {
	var root anySchema
	if err := json.Unmarshal(Schema(), &root); err != nil {
		t.Fatal(err)
	}
	w := &keyWalk{defs: root.Defs, used: map[string]bool{}}
	examples, _ := filepath.Glob("../examples/*.yaml")
	for _, file := range append(glob(t, "testdata/good/*.*"), examples...) {
		read(file, readFile(t, file), planFile(), func(d *decoder) { w.walk(&root, "Plan", d.root) })
	}
	all := map[string]bool{}
	for key := range root.Properties {
		all["Plan."+key] = true
	}
	for name, def := range root.Defs {
		for key := range def.Properties {
			all[name+"."+key] = true
		}
	}
	if len(all) < 100 {
		t.Fatalf("%d keys in the schema", len(all))
	}
	// A count is of what a selector finds: it stands beside json, css and the like only.
	w.used["Condition.count"], w.used["Test.count"] = true, true
	for _, key := range slices.Sorted(maps.Keys(all)) {
		in, name, _ := strings.Cut(key, ".")
		if !w.used[key] && notYet(in, name) == "" {
			t.Errorf("no good plan and no example uses %s", key)
		}
	}
}

// TestDocumentation wants the example of docs/plan-format.md to be the good plan that
// is tested, to the letter.
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile("../docs/plan-format.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	example, _, found := strings.Cut(rest, "```")
	if want := string(readFile(t, "testdata/good/format.yaml")); !found || example != want {
		t.Errorf("the first example of the page is not testdata/good/format.yaml:\n%s", example)
	}
}

// matches says whether n is what s asks for. What the schema says must not be stricter
// than what Decode takes: an editor would mark good plans as wrong.
func (w *keyWalk) matches(s *anySchema, n *node) bool {
	switch {
	case s.Ref != "":
		return w.matches(w.defs[strings.TrimPrefix(s.Ref, "#/$defs/")], n)
	case s.AnyOf != nil:
		return slices.ContainsFunc(s.AnyOf, func(a *anySchema) bool { return w.matches(a, n) })
	case s.Enum != nil && !slices.Contains(s.Enum, n.text):
		return false
	case s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(n.text):
		return false
	case s.Type == "object":
		return n.kind == mapNode && w.matchesMap(s, n)
	case s.Type == "array":
		return n.kind == listNode && !slices.ContainsFunc(n.kids, func(k node) bool { return !w.matches(s.Items, &k) })
	case s.Type == "":
		return true
	}
	types := map[scalarType][]string{textScalar: {"string"}, numberScalar: {"number", "integer"}, boolScalar: {"boolean"}, nullScalar: {"null"}}
	return n.kind == scalarNode && slices.Contains(types[n.scalar()], s.Type)
}

func (w *keyWalk) matchesMap(s *anySchema, n *node) bool {
	more := &anySchema{}
	closed := json.Unmarshal(s.Additional, more) != nil
	for i := 0; i+1 < len(n.kids); i += 2 {
		p := s.Properties[n.kids[i].text]
		if p == nil && closed || p == nil && !w.matches(more, &n.kids[i+1]) || p != nil && !w.matches(p, &n.kids[i+1]) {
			return false
		}
	}
	return !slices.ContainsFunc(s.Required, func(key string) bool { return n.get(key) == nil })
}

// TestSchemaTakesGoodPlans wants the schema to take whatever Decode takes, as written
// and as EncodeYAML writes it, and not to take an unknown key.
func TestSchemaTakesGoodPlans(t *testing.T) {
	var root anySchema
	if err := json.Unmarshal(Schema(), &root); err != nil {
		t.Fatal(err)
	}
	w := &keyWalk{defs: root.Defs}
	try := func(file string, text []byte, want bool) {
		t.Helper()
		read(file, text, planFile(), func(d *decoder) {
			for key, part := range root.Properties {
				if n := d.root.get(key); n != nil && want && !w.matches(part, n) {
					t.Errorf("%s: the schema does not take %s", file, key)
				}
			}
			if w.matches(&root, d.root) != want {
				t.Errorf("%s: taken by the schema: %v", file, !want)
			}
		})
	}
	examples, _ := filepath.Glob("../examples/*.yaml")
	for _, file := range append(glob(t, "testdata/good/*.*"), examples...) {
		text := readFile(t, file)
		try(file, text, true)
		written, err := EncodeYAML(mustDecode(t, file, text))
		if err != nil {
			t.Fatal(err)
		}
		try("written "+file, written, true)
	}
	for _, file := range []string{"unknown_key.yaml", "wrong_type_list.yaml", "enum_cookies.yaml", "user_life_word.yaml", "version_missing.yaml"} {
		try(file, readFile(t, "testdata/bad/"+file), false)
	}
}
