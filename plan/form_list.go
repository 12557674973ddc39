package plan

import (
	"reflect"

	"github.com/locust-http/locust-http/load"
)

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
	if n.kind == scalarNode {
		d.wrong(n, path, "a map of names and weights, or a list of names", "")
		return
	}
	if n.kind == mapNode {
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

// part reads one part of a multipart body: a value, which may be empty, or a file.
func (d *decoder) part(n *node, p *load.Part, path string) {
	d.structure(n, reflect.ValueOf(p).Elem(), path)
	if n.kind != mapNode {
		return
	}
	switch value, file := n.get("value"), n.get("file"); {
	case value == nil && file == nil:
		d.fail(n, path, "a part has neither value nor file", "")
	case value != nil && file != nil:
		d.fail(n, path, "a part has a value or a file, not both", "")
	case file != nil && p.File == "":
		d.fail(n, join(path, "file"), "a part without a file", "")
	}
}
