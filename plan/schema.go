package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/locust-http/locust-http/load"
)

//go:generate go test . -run TestSchemaIsCurrent -update

// Schema is the JSON Schema (2020-12) of a plan, generated from the same types and
// tags that Decode reads by; plan.schema.json beside this file is a copy of it for
// editors. It knows the shape of a plan; what belongs together is checked by Decode.
func Schema() []byte {
	root := rootSchema("plan", reflect.TypeFor[load.Plan]())
	root.Required = []string{"version"}
	one := json.RawMessage("1")
	root.Properties.schema("version").Const = &one
	return root.text()
}

// EnvironmentSchema is the JSON Schema of an environment; environment.schema.json
// beside this file is a copy of it.
func EnvironmentSchema() []byte {
	return rootSchema("environment", reflect.TypeFor[load.Environment]()).text()
}

func rootSchema(noun string, t reflect.Type) *schema {
	g := &schemaWriter{defs: map[string]*schema{}}
	root := g.object(t)
	root.Schema = "https://json-schema.org/draft/2020-12/schema"
	root.ID = "https://github.com/locust-http/locust-http/plan/" + noun + ".schema.json"
	root.Title = "locust-http " + noun
	root.Defs = g.defs
	return root
}

func (s *schema) text() []byte {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("plan: schema: %v", err)) // plain data
	}
	return append(text, '\n')
}

// schema is as much of JSON Schema as plans need.
type schema struct {
	Schema      string             `json:"$schema,omitempty"`
	ID          string             `json:"$id,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Ref         string             `json:"$ref,omitempty"`
	Type        string             `json:"type,omitempty"`
	Const       *json.RawMessage   `json:"const,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Minimum     *int               `json:"minimum,omitempty"`
	AnyOf       []*schema          `json:"anyOf,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	Properties  properties         `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Additional  any                `json:"additionalProperties,omitempty"` // false, or a schema
	Defs        map[string]*schema `json:"$defs,omitempty"`
}

// properties keep the order of the documentation.
type properties []property

type property struct {
	key    string
	schema *schema
}

func (ps properties) schema(key string) *schema {
	for _, p := range ps {
		if p.key == key {
			return p.schema
		}
	}
	return nil
}

// MarshalJSON writes the properties as an object, in order.
func (ps properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range ps {
		if i > 0 {
			b.WriteByte(',')
		}
		writeString(&b, p.key)
		b.WriteByte(':')
		text, err := json.Marshal(p.schema)
		if err != nil {
			return nil, err
		}
		b.Write(text)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// schemaWriter turns types into schemas. Named structs go into defs, once.
type schemaWriter struct{ defs map[string]*schema }

const (
	durationPattern = `^([0-9]+(\.[0-9]+)?(h|ms|m|s|us|µs|ns))+$|^0$`
	rangePattern    = `^([0-9]+(\.[0-9]+)?(h|ms|m|s|us|µs|ns))+( *\.\. *([0-9]+(\.[0-9]+)?(h|ms|m|s|us|µs|ns))+)?$|^0$`
	sizePattern     = `^[0-9]+ *(B|KB|KiB|MB|MiB|GB|GiB)?$`
	statusPattern   = `^[1-5]xx$|^[1-9][0-9][0-9]$`
)

func typed(name string) *schema     { return &schema{Type: name} }
func pattern(p string) *schema      { return &schema{Type: "string", Pattern: p} }
func words(w ...string) *schema     { return &schema{Type: "string", Enum: w} }
func anyOf(s ...*schema) *schema    { return &schema{AnyOf: s} }
func mapOf(s *schema) *schema       { return &schema{Type: "object", Additional: s} }
func listOfItems(s *schema) *schema { return &schema{Type: "array", Items: s} }
func (g *schemaWriter) object(t reflect.Type) *schema {
	s := &schema{Type: "object", Additional: false}
	for _, f := range fieldsOf(t) {
		s.Properties = append(s.Properties, property{f.key, g.field(f)})
	}
	return s
}

func (g *schemaWriter) field(f field) *schema {
	s := g.of(f.typ)
	if len(f.oneof) > 0 {
		s = words(f.oneof...)
	}
	if s.Ref != "" {
		s = &schema{Ref: s.Ref}
	}
	s.Description = f.doc
	return s
}

// ref is the schema of a struct, defined once.
func (g *schemaWriter) ref(t reflect.Type) *schema {
	name := t.Name()
	if _, ok := g.defs[name]; !ok {
		g.defs[name] = nil // for types that hold themselves
		g.defs[name] = g.object(t)
	}
	return &schema{Ref: "#/$defs/" + name}
}

func (g *schemaWriter) of(t reflect.Type) *schema {
	if s := g.form(t); s != nil {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.of(t.Elem())
	case reflect.Struct:
		return g.ref(t)
	case reflect.Slice:
		return listOfItems(g.of(t.Elem()))
	case reflect.String:
		return typed("string")
	case reflect.Bool:
		return typed("boolean")
	case reflect.Uint64:
		zero := 0
		return &schema{Type: "integer", Minimum: &zero}
	case reflect.Int, reflect.Int64:
		return typed("integer")
	case reflect.Float64:
		return typed("number")
	}
	panic("plan: no schema for " + t.String())
}

// text is a scalar that is read as text whatever it looks like.
func text() *schema { return anyOf(typed("string"), typed("number"), typed("boolean")) }

// form is the schema of the types that have a form of their own; the same list as
// that of the decoder.
func (g *schemaWriter) form(t reflect.Type) *schema {
	switch reflect.Zero(t).Interface().(type) {
	case load.Text:
		return text()
	case load.Duration:
		return pattern(durationPattern)
	case load.Range:
		return pattern(rangePattern)
	case load.Size:
		return anyOf(typed("integer"), pattern(sizePattern))
	case load.JSON:
		return &schema{}
	case load.Pick:
		return anyOf(words("first", "last", "random", "all"), typed("integer"))
	case load.Timeout:
		return anyOf(pattern(durationPattern), g.ref(t))
	case load.Connections:
		return anyOf(words("user", "shared", "per_request"), g.ref(t))
	case load.UserLife:
		return anyOf(words("run", "iteration"), pattern(rangePattern), g.ref(t))
	case load.Auth:
		return anyOf(words("none"), g.ref(t))
	case load.Script:
		return anyOf(typed("string"), g.ref(t))
	case []load.Pair:
		return anyOf(mapOf(anyOf(text(), typed("null"))), listOfItems(g.pair()))
	case []load.Variable:
		return mapOf(&schema{})
	case []load.Label:
		return mapOf(text())
	case []load.Block:
		return mapOf(listOfItems(g.ref(reflect.TypeFor[load.Step]())))
	case []load.DataSource:
		return mapOf(g.ref(reflect.TypeFor[load.DataSource]()))
	case []load.Weight:
		return anyOf(mapOf(typed("integer")), listOfItems(typed("string")))
	case []load.Status:
		one := anyOf(typed("integer"), pattern(statusPattern))
		return anyOf(one, listOfItems(one))
	case load.Profile:
		return g.named("Load", reflect.TypeFor[loadText]())
	case *arrivalsText:
		return g.named("Arrivals", reflect.TypeFor[arrivalsText]())
	case stageText:
		return g.named("Stage", reflect.TypeFor[stageText]())
	case iterations:
		return anyOf(typed("integer"), g.named("Iterations", t))
	case load.Threshold:
		return typed("string")
	}
	return nil
}

// named is the schema of a type that has another name outside.
func (g *schemaWriter) named(name string, t reflect.Type) *schema {
	if _, ok := g.defs[name]; !ok {
		g.defs[name] = nil
		g.defs[name] = g.object(t)
	}
	return &schema{Ref: "#/$defs/" + name}
}

// pair is one item of the list form; its value may be null.
func (g *schemaWriter) pair() *schema {
	s := g.object(reflect.TypeFor[load.Pair]())
	value := s.Properties.schema("value")
	value.AnyOf = append(value.AnyOf, typed("null"))
	s.Required = []string{"name", "value"}
	g.defs["Pair"] = s
	return &schema{Ref: "#/$defs/Pair"}
}
