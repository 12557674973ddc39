package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// Encode is the canonical JSON of p: Decode reads it back to an equal plan. Keys are
// in the order of the documentation, those of maps and JSON bodies in the order of
// the plan, and numbers keep their text. What has no value is left out.
//
// The error is a plan that no text can say (a JSON value that is none, a text that is
// not UTF-8); a decoded plan has none.
func Encode(p *load.Plan) ([]byte, error) { return encode("plan", reflect.ValueOf(p).Elem()) }

func encode(noun string, v reflect.Value) ([]byte, error) {
	e := &encoder{}
	e.value(v)
	if e.err != nil {
		return nil, fmt.Errorf("encode %s: %w", noun, e.err)
	}
	if e.out.Len() > maxText {
		return nil, fmt.Errorf("encode %s: it has %d bytes as JSON, over the limit of 1 MiB", noun, e.out.Len())
	}
	return e.out.Bytes(), nil
}

// encoder writes values of a plan's types. The first error ends what it writes.
type encoder struct {
	out    bytes.Buffer
	err    error
	short  bool // the short forms instead of the canonical ones
	shapes map[reflect.Type][]field
}

func (e *encoder) fail(format string, args ...any) {
	if e.err == nil {
		e.err = fmt.Errorf(format, args...)
	}
}

func (e *encoder) string(s string) {
	if !utf8.ValidString(s) {
		e.fail("%q is not UTF-8", shorten(s))
	}
	writeString(&e.out, s)
}

func (e *encoder) raw(s string) { e.out.WriteString(s) }

func (e *encoder) value(v reflect.Value) {
	x := v.Interface()
	if e.short && e.shortForm(x) || e.form(x) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		e.value(v.Elem())
	case reflect.Struct:
		e.structure(v)
	case reflect.Slice:
		e.raw("[")
		for i := range v.Len() {
			if i > 0 {
				e.raw(",")
			}
			e.value(v.Index(i))
		}
		e.raw("]")
	case reflect.String:
		e.string(v.String())
	case reflect.Bool:
		e.raw(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int64:
		e.raw(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint64:
		e.raw(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float64:
		e.raw(strconv.FormatFloat(v.Float(), 'f', -1, 64))
	default:
		panic("plan: no writer for " + v.Type().String())
	}
}

// structure writes the fields of v that have a value. A list that is empty but not
// nil has one: it says "none".
func (e *encoder) structure(v reflect.Value) {
	e.raw("{")
	first := true
	for _, f := range e.fields(v.Type()) {
		x := v.FieldByIndex(f.index)
		if x.IsZero() {
			continue
		}
		e.key(f.key, &first)
		if f.key == offKey {
			e.raw("false")
			continue
		}
		e.value(x)
	}
	e.raw("}")
}

func (e *encoder) fields(t reflect.Type) []field {
	if e.shapes == nil {
		e.shapes = map[reflect.Type][]field{}
	}
	if _, ok := e.shapes[t]; !ok {
		e.shapes[t] = fieldsOf(t)
	}
	return e.shapes[t]
}

func (e *encoder) key(key string, first *bool) {
	if !*first {
		e.raw(",")
	}
	*first = false
	e.string(key)
	e.raw(":")
}

// entries writes a map of names.
func entries[T any](e *encoder, list []T, name func(T) string, write func(T)) {
	e.raw("{")
	first := true
	for _, x := range list {
		e.key(name(x), &first)
		write(x)
	}
	e.raw("}")
}

// form writes the types that have a form of their own.
func (e *encoder) form(value any) bool {
	switch x := value.(type) {
	case load.Duration:
		e.string(x.String())
	case load.Range:
		e.string(rangeText(x))
	case load.JSON:
		e.json(x)
	case load.UserLife:
		if x.Iterations == 0 {
			e.string(rangeText(x.After))
			return true
		}
		return false
	case load.Auth:
		if x.None {
			e.string("none")
		}
		return x.None
	case load.Script:
		if x.File == "" {
			e.string(x.Source)
		}
		return x.File == ""
	case []load.Pair:
		return e.pairs(x)
	case load.Pair:
		e.pair(x)
	case []load.Variable:
		entries(e, x, func(v load.Variable) string { return v.Name }, func(v load.Variable) { e.json(v.Value) })
	case []load.Label:
		entries(e, x, func(l load.Label) string { return l.Name }, func(l load.Label) { e.string(l.Value) })
	case []load.Weight:
		entries(e, x, func(w load.Weight) string { return w.Transaction }, func(w load.Weight) { e.raw(strconv.Itoa(w.Weight)) })
	case []load.Block:
		entries(e, x, func(b load.Block) string { return b.Name }, func(b load.Block) { e.value(reflect.ValueOf(b.Steps)) })
	case []load.DataSource:
		entries(e, x, func(s load.DataSource) string { return s.Name }, func(s load.DataSource) {
			s.Name = ""
			e.structure(reflect.ValueOf(s))
		})
	case load.Part:
		e.part(x)
	case load.Status:
		e.status(x)
	case load.Profile:
		e.structure(reflect.ValueOf(textOf(&x)))
	case iterations:
		if x.PerUser == 0 {
			e.raw(strconv.FormatInt(x.Total, 10))
		}
		return x.PerUser == 0
	case load.Threshold:
		e.string(x.Rule)
	default:
		return false
	}
	return true
}

func rangeText(r load.Range) string {
	if r.Min == r.Max {
		return r.Min.String()
	}
	return r.Min.String() + ".." + r.Max.String()
}

func (e *encoder) json(j load.JSON) {
	if !json.Valid([]byte(j)) {
		e.fail("%q is not JSON", shorten(string(j)))
	}
	e.raw(string(j))
}

func (e *encoder) status(s load.Status) {
	switch {
	case s.From == s.To:
		e.raw(strconv.Itoa(s.From))
	case s.To == s.From+99 && s.From%100 == 0:
		e.string(strconv.Itoa(s.From/100) + "xx")
	default:
		e.fail("no word for the statuses from %d to %d", s.From, s.To)
	}
}

// pairs writes the map form where it says everything.
func (e *encoder) pairs(pairs []load.Pair) bool {
	seen := map[string]bool{}
	for _, p := range pairs {
		if p.Off || p.Note != "" || seen[p.Name] {
			return false
		}
		seen[p.Name] = true
	}
	entries(e, pairs, func(p load.Pair) string { return p.Name }, e.pairValue)
	return true
}

func (e *encoder) pairValue(p load.Pair) {
	if p.Drop {
		e.raw("null")
	} else {
		e.string(string(p.Value))
	}
}

func (e *encoder) pair(p load.Pair) {
	e.raw(`{"name":`)
	e.string(p.Name)
	e.raw(`,"value":`)
	e.pairValue(p)
	if p.Off {
		e.raw(`,"enabled":false`)
	}
	if p.Note != "" {
		e.raw(`,"note":`)
		e.string(p.Note)
	}
	e.raw("}")
}

// part always says what is in it, also when that is an empty value.
func (e *encoder) part(p load.Part) {
	first := true
	text := func(key, value string, always bool) {
		if value != "" || always {
			e.key(key, &first)
			e.string(value)
		}
	}
	e.raw("{")
	text("name", p.Name, true)
	text("value", string(p.Value), p.File == "")
	text("file", string(p.File), false)
	text("filename", string(p.Filename), false)
	text("type", string(p.Type), false)
	e.raw("}")
}
