package plan

import (
	"bytes"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// form reads the types that have a form of their own, or several. It is false when
// the type of target has none.
func (d *decoder) form(n *node, target any, path string) bool {
	switch p := target.(type) {
	case *load.Duration:
		*p = d.duration(n, path)
	case *load.Range:
		*p = d.durations(n, path)
	case *load.Size:
		*p = d.size(n, path)
	case *load.JSON:
		*p = d.json(n, path)
	case *load.Pick:
		d.pick(n, p, path)
	case *load.Timeout:
		return d.short(n, path, func() { p.Total = d.duration(n, path) })
	case *load.Connections:
		return d.short(n, path, func() { d.connectionMode(n, p, path) })
	case *load.UserLife:
		return d.short(n, path, func() { d.userLife(n, p, path) })
	case *load.Auth:
		return d.auth(n, p, path)
	case *load.Script:
		return d.short(n, path, func() { p.Source = d.string(n, path) })
	case *[]load.Pair:
		return d.pairs(n, p, path)
	case *[]load.Variable:
		d.variables(n, p, path)
	case *[]load.Label:
		*p = namedEntries(d, n, path, func(key string, v *node, path string) load.Label {
			return load.Label{Name: key, Value: d.string(v, path)}
		})
	case *[]load.Block:
		*p = namedEntries(d, n, path, func(key string, v *node, path string) load.Block {
			b := load.Block{Name: key}
			d.value(v, reflect.ValueOf(&b.Steps).Elem(), path)
			return b
		})
	case *[]load.DataSource:
		*p = namedEntries(d, n, path, func(key string, v *node, path string) load.DataSource {
			s := load.DataSource{}
			d.value(v, reflect.ValueOf(&s).Elem(), path)
			s.Name = key
			return s
		})
	case *[]load.Weight:
		d.weights(n, p, path)
	case *[]load.Status:
		d.statuses(n, p, path)
	case *load.Profile:
		d.profile(n, p, path)
	case *iterations:
		return d.short(n, path, func() { d.integer(n, reflect.ValueOf(&p.Total).Elem(), path) })
	case *load.Threshold:
		d.threshold(n, p, path)
	default:
		return false
	}
	return true
}

// short reads the scalar form of a type that may also be a map; it is false, and
// reads nothing, when n is the map.
func (d *decoder) short(n *node, path string, read func()) bool {
	switch n.kind {
	case mapNode:
		return false
	case listNode:
		d.wrong(n, path, "one value or a map", "")
	default:
		read()
	}
	return true
}

// string is the text of scalar n.
func (d *decoder) string(n *node, path string) string {
	var s string
	d.text(n, reflect.ValueOf(&s).Elem(), path)
	return s
}

func (d *decoder) duration(n *node, path string) load.Duration {
	if n.kind != scalarNode {
		d.wrong(n, path, "a duration such as 10s", "")
		return 0
	}
	t, err := parseDuration(n)
	if err != nil {
		d.fail(n, path, fmt.Sprintf("%s must be a duration such as 10s, not %s", lastKey(path), n.describe()), err.Error())
	}
	return t
}

// parseDuration reads 90s, 1m30s, 200ms. The error is a hint.
func parseDuration(n *node) (load.Duration, error) {
	if n.scalar() == numberScalar {
		return 0, fmt.Errorf("add the unit: %ss or %sms", n.text, n.text)
	}
	t, err := time.ParseDuration(n.text)
	switch {
	case err != nil && strings.HasSuffix(n.text, "d"):
		return 0, fmt.Errorf("units are h, m, s, ms, us, ns: a day is 24h")
	case err != nil:
		return 0, fmt.Errorf("for example 90s, 1m30s or 200ms")
	case t < 0 || strings.HasPrefix(n.text, "+") || strings.HasPrefix(n.text, "-"):
		return 0, fmt.Errorf("a duration has no sign")
	}
	return t, nil
}

// durations reads one duration, or two with .. between them.
func (d *decoder) durations(n *node, path string) load.Range {
	if n.kind != scalarNode {
		d.wrong(n, path, "a duration such as 1s, or a range such as 200ms..1s", "")
		return load.Range{}
	}
	from, to, ok := strings.Cut(n.text, "..")
	if !ok {
		t := d.duration(n, path)
		return load.Range{Min: t, Max: t}
	}
	lo, errLo := parseDuration(&node{text: strings.TrimSpace(from), quoted: n.quoted})
	hi, errHi := parseDuration(&node{text: strings.TrimSpace(to), quoted: n.quoted})
	switch {
	case errLo != nil || errHi != nil:
		d.wrong(n, path, "a range of durations such as 200ms..1s", "")
		return load.Range{}
	case hi < lo:
		d.fail(n, path, fmt.Sprintf("%s ends before it begins", shorten(n.text)), fmt.Sprintf("write %s..%s", to, from))
		return load.Range{}
	}
	return load.Range{Min: lo, Max: hi}
}

func (d *decoder) size(n *node, path string) load.Size {
	if n.kind == scalarNode {
		if size, ok := ParseSize(n.text); ok {
			return size
		}
	}
	d.wrong(n, path, "a size such as 8MiB", "units are B, KB, KiB, MB, MiB, GB, GiB")
	return 0
}

// json is n as JSON text, with the order of its keys and the text of its numbers.
func (d *decoder) json(n *node, path string) load.JSON {
	var b bytes.Buffer
	d.appendJSON(&b, n, path)
	return load.JSON(b.String())
}

func (d *decoder) appendJSON(b *bytes.Buffer, n *node, path string) {
	switch n.kind {
	case mapNode:
		b.WriteByte('{')
		first := true
		d.eachEntry(n, path, func(key, value *node) {
			if !first {
				b.WriteByte(',')
			}
			first = false
			writeString(b, key.text)
			b.WriteByte(':')
			d.appendJSON(b, value, path)
		})
		b.WriteByte('}')
	case listNode:
		b.WriteByte('[')
		for i := range n.kids {
			if i > 0 {
				b.WriteByte(',')
			}
			d.appendJSON(b, &n.kids[i], path)
		}
		b.WriteByte(']')
	default:
		d.secrets(n, path)
		writeScalar(b, n)
	}
}

func writeScalar(b *bytes.Buffer, n *node) {
	switch n.scalar() {
	case textScalar:
		writeString(b, n.text)
	case nullScalar:
		b.WriteString("null")
	default:
		b.WriteString(n.text)
	}
}

// pick reads first, last, random, all, or a number from 1.
func (d *decoder) pick(n *node, p *load.Pick, path string) {
	words := []string{"first", "last", "random", "all"}
	if n.kind != scalarNode {
		d.wrong(n, path, "first, last, random, all or a number from 1", "")
		return
	}
	if i, err := strconv.Atoi(n.text); err == nil {
		if i < 1 || strconv.Itoa(i) != n.text {
			d.fail(n, path, "pick counts from 1", "")
		}
		*p = load.Pick(n.text)
		return
	}
	d.word(n, reflect.ValueOf(p).Elem(), words, path)
}

func (d *decoder) connectionMode(n *node, c *load.Connections, path string) {
	for _, f := range d.fields(reflect.TypeFor[load.Connections]()) {
		if f.key == "mode" {
			d.word(n, reflect.ValueOf(&c.Mode).Elem(), f.oneof, path)
		}
	}
}

// userLife reads run, iteration, a duration, or a range of durations.
func (d *decoder) userLife(n *node, u *load.UserLife, path string) {
	switch n.text {
	case "run":
	case "iteration":
		u.Iterations = 1
	default:
		if n.text == "" || n.text[0] < '0' || n.text[0] > '9' {
			d.wrong(n, path, "run, iteration, a duration, or {iterations: 20}", "")
			return
		}
		u.After = d.durations(n, path)
	}
}

// auth reads none; its long form is a map with exactly one key.
func (d *decoder) auth(n *node, a *load.Auth, path string) bool {
	if n.kind == mapNode {
		return false
	}
	if n.kind == scalarNode && n.text == "none" {
		a.None = true
		return true
	}
	d.wrong(n, path, "none, {basic: {user, password}} or {bearer: token}", "")
	return true
}

// pairs reads the map form {name: value}; the list form has no reader of its own.
func (d *decoder) pairs(n *node, p *[]load.Pair, path string) bool {
	if n.kind == listNode {
		d.pairList(n, p, path)
		return true
	}
	if n.kind != mapNode {
		d.wrong(n, path, "a map, or a list of {name, value}", "")
		return true
	}
	*p = namedEntries(d, n, path, func(key string, v *node, path string) load.Pair {
		pair := load.Pair{Name: key}
		d.pairValue(v, &pair, path)
		return pair
	})
	return true
}

func (d *decoder) pairValue(n *node, p *load.Pair, path string) {
	switch {
	case n.isNull():
		p.Drop = true
	case n.kind != scalarNode:
		d.wrong(n, path, "one value", "several of one name are written as a list of {name, value}")
	default:
		p.Value = load.Text(d.string(n, path))
	}
}

func (d *decoder) pairList(n *node, p *[]load.Pair, path string) {
	pairs := make([]load.Pair, len(n.kids))
	for i := range n.kids {
		item, path := &n.kids[i], at(path, i)
		value := item.get("value")
		pairs[i].Drop = value != nil && value.isNull()
		d.structure(withoutNull(item, "value"), reflect.ValueOf(&pairs[i]).Elem(), path)
		switch {
		case item.kind == mapNode && item.get("name") == nil:
			d.fail(item, path, "a pair without a name", "")
		case item.kind == mapNode && value == nil:
			d.fail(item, path, "a pair without a value", "")
		}
	}
	*p = pairs
}

// withoutNull is map n without the entry of key if that is null.
func withoutNull(n *node, key string) *node {
	if v := n.get(key); v == nil || !v.isNull() {
		return n
	}
	out := *n
	out.kids = nil
	for i := 0; i+1 < len(n.kids); i += 2 {
		if n.kids[i].text != key {
			out.kids = append(out.kids, n.kids[i], n.kids[i+1])
		}
	}
	return &out
}

// namedEntries reads a map of names into a list, in order.
func namedEntries[T any](d *decoder, n *node, path string, read func(key string, v *node, path string) T) []T {
	if n.kind != mapNode {
		d.wrong(n, path, "a map of names", "")
		return nil
	}
	out := make([]T, 0, len(n.kids)/2)
	d.eachEntry(n, path, func(key, value *node) {
		out = append(out, read(key.text, value, join(path, key.text)))
	})
	return out
}

func (d *decoder) variables(n *node, p *[]load.Variable, path string) {
	*p = namedEntries(d, n, path, func(key string, v *node, path string) load.Variable {
		return load.Variable{Name: key, Value: d.json(v, path)}
	})
}

// weights reads {name: weight}, or a list of names that weigh the same.
func (d *decoder) weights(n *node, p *[]load.Weight, path string) {
	if n.kind != listNode {
		*p = namedEntries(d, n, path, func(key string, v *node, path string) load.Weight {
			w := load.Weight{Transaction: key}
			d.value(v, reflect.ValueOf(&w.Weight).Elem(), path)
			return w
		})
		return
	}
	*p = make([]load.Weight, len(n.kids))
	for i := range n.kids {
		(*p)[i] = load.Weight{Transaction: d.string(&n.kids[i], at(path, i)), Weight: 1}
	}
}

// statuses reads 404, 2xx, or a list of these.
func (d *decoder) statuses(n *node, p *[]load.Status, path string) {
	items := []node{*n}
	if n.kind == listNode {
		items = n.kids
	}
	*p = make([]load.Status, len(items))
	for i := range items {
		s, ok := parseStatus(&items[i])
		if !ok {
			d.wrong(&items[i], path, "a status such as 404, or a class such as 2xx", "")
		}
		(*p)[i] = s
	}
}

func parseStatus(n *node) (load.Status, bool) {
	t := n.text
	if n.kind != scalarNode || len(t) != 3 || t[0] < '1' || t[0] > '9' {
		return load.Status{}, false
	}
	class := int(t[0]-'0') * 100
	if t[1:] == "xx" && class < 600 {
		return load.Status{From: class, To: class + 99}, true
	}
	if digits(t) != 3 {
		return load.Status{}, false
	}
	code := class + int(t[1]-'0')*10 + int(t[2]-'0')
	return load.Status{From: code, To: code}, true
}
