package plan

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
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
		if !w.used[key] && notYet(in, name) == "" && in != "Script" {
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
