package plan

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// TestSchemaIsCurrent wants the committed schemas to be what the types say now.
func TestSchemaIsCurrent(t *testing.T) {
	for file, want := range map[string][]byte{"plan.schema.json": Schema(), "environment.schema.json": EnvironmentSchema()} {
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got := readFile(t, file); !bytes.Equal(got, want) {
			t.Errorf("%s is not what the types say: run go generate ./plan", file)
		}
	}
}

// TestEveryFieldIsDescribed wants a description for every key of the format, since
// editors show nothing else.
func TestEveryFieldIsDescribed(t *testing.T) {
	var root struct {
		Properties map[string]struct{ Description string }
		Defs       map[string]struct {
			Properties map[string]struct{ Description string }
		} `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &root); err != nil {
		t.Fatal(err)
	}
	if len(root.Defs) < 15 {
		t.Fatalf("%d definitions", len(root.Defs))
	}
	for key, p := range root.Properties {
		if p.Description == "" {
			t.Errorf("%s has no description", key)
		}
	}
	for name, def := range root.Defs {
		for key, p := range def.Properties {
			if p.Description == "" {
				t.Errorf("%s of %s has no description", key, name)
			}
		}
	}
}

// TestKeysAreFields wants every key of the format page's kind in the types: lower
// case, no duplicates within a struct.
func TestKeysAreFields(t *testing.T) {
	for _, typ := range []reflect.Type{
		reflect.TypeFor[load.Plan](), reflect.TypeFor[load.Defaults](), reflect.TypeFor[load.Transaction](),
		reflect.TypeFor[load.Step](), reflect.TypeFor[load.Request](), reflect.TypeFor[load.Extract](),
		reflect.TypeFor[load.Check](), reflect.TypeFor[load.RunSettings](), reflect.TypeFor[loadText](),
	} {
		seen := map[string]bool{}
		for _, f := range fieldsOf(typ) {
			if seen[f.key] || f.key != strings.ToLower(f.key) || isReserved(f.key) {
				t.Errorf("%s has the key %q", typ, f.key)
			}
			seen[f.key] = true
		}
	}
}
