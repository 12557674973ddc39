package plan

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// decoder walks a tree of nodes beside a value of a plan's types. It never stops at
// a problem: what cannot be read stays zero and the walk goes on.
type decoder struct {
	source   *source
	root     *node
	problems Problems
	// bad are the paths of problems: what would only follow from them is not said.
	bad    []string
	failed int // how many problems there were, also those over the bound
	shapes map[reflect.Type][]field
}

// field is a field of a struct type by its `key` tag. Fields of embedded structs are
// fields of the outer one.
type field struct {
	key    string
	doc    string
	oneof  []string
	index  []int
	typ    reflect.Type
	parent string // name of the struct type, as in the table of later
}

// offKey is the key of a field Off: `enabled: false` in the text.
const offKey = "enabled"

func fieldsOf(t reflect.Type) []field {
	var fields []field
	for _, f := range reflect.VisibleFields(t) {
		key := f.Tag.Get("key")
		if key == "" || key == "-" {
			continue
		}
		fields = append(fields, field{
			key: key, doc: f.Tag.Get("doc"), oneof: strings.Fields(f.Tag.Get("oneof")),
			index: f.Index, typ: f.Type, parent: t.Name(),
		})
	}
	return fields
}

func (d *decoder) fields(t reflect.Type) []field {
	if d.shapes == nil {
		d.shapes = map[reflect.Type][]field{}
	}
	fields, ok := d.shapes[t]
	if !ok {
		fields = fieldsOf(t)
		d.shapes[t] = fields
	}
	return fields
}

func (d *decoder) fail(n *node, path, message, hint string) {
	d.failed++
	if !d.full() {
		d.bad = append(d.bad, path)
		p := d.source.problem(int(n.line), int(n.col), message, hint)
		p.Path = path
		d.problems = append(d.problems, p)
	}
}

// wrong says that n is not what belongs at path.
func (d *decoder) wrong(n *node, path, want, hint string) {
	name := lastKey(path)
	if path == "" {
		name = "the " + d.source.what.noun
	}
	d.fail(n, path, fmt.Sprintf("%s must be %s, not %s", name, want, n.describe()), hint)
}

// lastKey names the end of a path for a message.
func lastKey(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// structure reads map n into struct v.
func (d *decoder) structure(n *node, v reflect.Value, path string) {
	if n.kind != mapNode {
		hint := ""
		if v.Type() == reflect.TypeFor[load.Test]() {
			hint = "words and values, for example {ge: 10} or {contains: items}"
		}
		d.wrong(n, path, "a map", hint)
		return
	}
	fields := d.fields(v.Type())
	d.eachEntry(n, path, func(key, value *node) {
		f := fieldNamed(fields, key.text)
		if f == nil {
			d.unknown(key, path, fields)
			return
		}
		d.entry(key, value, f, v.FieldByIndex(f.index), join(path, f.key))
	})
}

// eachEntry calls visit for each entry of map n whose key is not a duplicate.
func (d *decoder) eachEntry(n *node, path string, visit func(key, value *node)) {
	seen := make(map[string]*node, len(n.kids)/2)
	for i := 0; i+1 < len(n.kids); i += 2 {
		key := &n.kids[i]
		if first, ok := seen[key.text]; ok {
			if d.full() {
				d.failed++
				continue
			}
			d.fail(key, join(path, key.text), fmt.Sprintf("duplicate key %q", shorten(key.text)),
				fmt.Sprintf("it is also in line %d", first.line))
			continue
		}
		seen[key.text] = key
		visit(key, &n.kids[i+1])
	}
}

func fieldNamed(fields []field, key string) *field {
	for i := range fields {
		if fields[i].key == key {
			return &fields[i]
		}
	}
	return nil
}

// full says that further problems are only counted.
func (d *decoder) full() bool { return len(d.problems) >= maxProblems }

func (d *decoder) unknown(key *node, path string, fields []field) {
	if d.full() {
		d.failed++
		return
	}
	if isReserved(key.text) {
		d.fail(key, join(path, key.text), fmt.Sprintf("%q is not supported yet", key.text), "the word is reserved")
		return
	}
	keys := make([]string, len(fields))
	for i := range fields {
		keys[i] = fields[i].key
	}
	hint := "one of " + strings.Join(keys, ", ")
	poisoned := key.text
	if near := nearest(key.text, keys); near != "" {
		hint, poisoned = fmt.Sprintf("did you mean %q?", near), near
	}
	d.fail(key, join(path, poisoned), fmt.Sprintf("unknown key %q", shorten(key.text)), hint)
}

// entry reads one key of a struct.
func (d *decoder) entry(key, n *node, f *field, v reflect.Value, path string) {
	before := d.failed
	switch {
	case n.isNull() && !takesNull(v.Type()):
		d.fail(key, path, f.key+" has no value", "leave the key out, or give it one")
		return
	case f.key == offKey:
		var on bool
		if d.value(n, reflect.ValueOf(&on).Elem(), path) {
			v.SetBool(!on)
		}
		return
	case len(f.oneof) > 0:
		d.word(n, v, f.oneof, path)
	default:
		if d.value(n, v, path) && v.IsZero() && f.parent == "Request" && f.key == "file" {
			d.fail(n, path, "a body from a file without its name", "")
		}
	}
	if d.failed == before && v.IsZero() && notZero(f) {
		d.fail(n, path, f.key+" must be above 0", "leave it out for the default")
	}
	if !isEmpty(v) {
		d.refuseLater(key, path, notYet(f.parent, f.key))
	}
}

// notZero says that a duration of nothing would read as the default, which it is not.
func notZero(f *field) bool {
	switch f.parent + "." + f.key {
	case "Timeout.connect", "Timeout.first_byte", "Timeout.total", "Connections.idle", "Repeat.within", "RunSettings.lua_timeout":
		return true
	}
	return false
}

// refuseLater says that a part of the format does not work yet. The part itself was
// read, so nothing else follows from this problem.
func (d *decoder) refuseLater(n *node, path, what string) {
	if what == "" {
		return
	}
	d.fail(n, path, what+" not supported yet", "")
	d.bad = d.bad[:max(len(d.bad)-1, 0)]
}

func takesNull(t reflect.Type) bool { return t == reflect.TypeFor[load.JSON]() }

// isEmpty says that v says nothing: zero, or a list without items.
func isEmpty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}

// word reads one of a fixed list of words.
func (d *decoder) word(n *node, v reflect.Value, words []string, path string) {
	if n.kind != scalarNode {
		d.value(n, v, path) // a type with a longer form, or a wrong type
		return
	}
	for _, w := range words {
		if n.text == w {
			v.SetString(w)
			d.refuseLater(n, path, notYet("", lastKey(path)+"="+w))
			return
		}
	}
	hint := "one of " + strings.Join(words, ", ")
	if near := nearest(n.text, words); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	d.fail(n, path, fmt.Sprintf("%s cannot be %q", lastKey(path), shorten(n.text)), hint)
}

// value reads n into v, whose type decides how. It is false when n is wrong.
func (d *decoder) value(n *node, v reflect.Value, path string) bool {
	before := d.failed
	if !d.form(n, v.Addr().Interface(), path) {
		d.plain(n, v, path)
	}
	return d.failed == before
}

// plain reads the types that have one form only.
func (d *decoder) plain(n *node, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		// Set even when wrong, so that the rest of it is checked too.
		p := reflect.New(v.Type().Elem())
		d.value(n, p.Elem(), path)
		v.Set(p)
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	case reflect.String:
		d.text(n, v, path)
	case reflect.Bool:
		d.boolean(n, v, path)
	case reflect.Int, reflect.Int64, reflect.Uint64:
		d.integer(n, v, path)
	case reflect.Float64:
		d.number(n, v, path)
	default:
		panic("plan: no reader for " + v.Type().String())
	}
}

// list reads a list. An empty one is not nil, so that it can mean "none".
func (d *decoder) list(n *node, v reflect.Value, path string) {
	if n.kind != listNode {
		d.wrong(n, path, "a list", "")
		return
	}
	items := reflect.MakeSlice(v.Type(), len(n.kids), len(n.kids))
	for i := range n.kids {
		item := &n.kids[i]
		if item.isNull() && !takesNull(v.Type().Elem()) {
			d.fail(item, at(path, i), "an item without a value", "")
			continue
		}
		d.value(item, items.Index(i), at(path, i))
	}
	v.Set(items)
}

func (d *decoder) text(n *node, v reflect.Value, path string) {
	if n.kind != scalarNode || n.isNull() {
		d.wrong(n, path, "text", "")
		return
	}
	v.SetString(n.text)
}

func (d *decoder) boolean(n *node, v reflect.Value, path string) {
	if n.kind != scalarNode || n.scalar() != boolScalar {
		d.wrong(n, path, "true or false", "")
		return
	}
	v.SetBool(n.text == "true")
}

// integer reads a whole number as it is written: 2.0 and 1e3 are none.
func (d *decoder) integer(n *node, v reflect.Value, path string) {
	if n.kind != scalarNode || n.scalar() != numberScalar || strings.ContainsAny(n.text, ".eE") {
		d.wrong(n, path, "a whole number", "")
		return
	}
	var err error
	if v.Kind() == reflect.Uint64 {
		var u uint64
		if u, err = strconv.ParseUint(n.text, 10, 64); err == nil {
			v.SetUint(u)
		}
	} else {
		var i int64
		if i, err = strconv.ParseInt(n.text, 10, v.Type().Bits()); err == nil {
			v.SetInt(i)
		}
	}
	if err != nil {
		d.fail(n, path, fmt.Sprintf("%s: %s is out of range", lastKey(path), shorten(n.text)), "")
	}
}

func (d *decoder) number(n *node, v reflect.Value, path string) {
	if n.kind != scalarNode || n.scalar() != numberScalar {
		d.wrong(n, path, "a number", "")
		return
	}
	f, err := strconv.ParseFloat(n.text, 64)
	if err != nil {
		d.fail(n, path, fmt.Sprintf("%s: %s is out of range", lastKey(path), shorten(n.text)), "")
		return
	}
	v.SetFloat(f)
}
