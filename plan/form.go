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
		return d.short(n, path, func() {
			before := d.failed
			if p.Total = d.duration(n, path); p.Total == 0 && d.failed == before {
				d.fail(n, path, "timeout must be above 0", "leave it out for that of defaults, or 10s")
			}
		})
	case *load.Connections:
		return d.short(n, path, func() { d.connectionMode(n, p, path) })
	case *load.UserLife:
		d.userLife(n, p, path)
	case *load.Repeat:
		d.structure(n, reflect.ValueOf(p).Elem(), path)
		if p.Each != "" && p.As == "" {
			p.As = load.DefaultAs
		}
	case *load.Part:
		d.part(n, p, path)
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
			if size == 0 {
				d.fail(n, path, lastKey(path)+" must be above 0", "leave it out for the default")
			}
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

// userLife reads run, iteration, a duration, a range of durations, or the map.
func (d *decoder) userLife(n *node, u *load.UserLife, path string) {
	before := d.failed
	if !d.short(n, path, func() { d.userLifeWord(n, u, path) }) {
		d.structure(n, reflect.ValueOf(u).Elem(), path)
	}
	// A life of nothing would read as the whole run.
	if *u == (load.UserLife{}) && d.failed == before && n.text != "run" {
		d.fail(n, path, "user_life must be above 0", "write run for users that live as long as the run")
	}
}

func (d *decoder) userLifeWord(n *node, u *load.UserLife, path string) {
	switch {
	case n.text == "run":
	case n.text == "iteration":
		u.Iterations = 1
	case n.text == "" || digits(n.text) == 0:
		d.wrong(n, path, "run, iteration, a duration such as 30m, or {iterations: 20}", "")
	default:
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
