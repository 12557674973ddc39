package plan

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
	"pgregory.net/rapid"
)

// generator draws values of a plan's types by reflection, so that a key of the format
// cannot be forgotten: every field that has one is set in some of the draws. What it
// draws can be said in a text; whether it means something is another matter.
type generator struct {
	t    *rapid.T
	used map[string]bool // "Step.think": fields that were set
}

// nastyTexts are those that some reader of YAML takes for something else.
var nastyTexts = []string{
	"", "a", "1", "010", "1.10", "-0", "1e400", "0x1F", "0o17", "1_000", "12:30:45", "2001-01-01", ".5", "5.", "+1", ".inf", ".NaN",
	"true", "True", "yes", "No", "on", "OFF", "y", "null", "Null", "~", "<<", "=", "-", "--", "---", "...", "- a", "? a", "a: b", "a:", ":a", "a : b",
	"a #b", "#a", "a# b", "{{x}}", "{{'{{'}}", "{a: b}", "[a]", "a, b", "a,b", "&a", "*a", "!a", "!!str a", "|", ">", "|-\n a", "%a", "@a", "`a`",
	"'a'", "\"a\"", "it's", "a\\b", "\\n", " a", "a ", "  ", "\ta", "a\t", "a\tb", "\n", "\n\n", "a\n", "a\nb", "a\nb\n", "a\n\nb\n\n", "a\n  b\n", "  a\nb", "a\n\tb",
	"a\n \nb", "a \nb", "# a\n- b: c\n", "---\na\n", "\x00", "\x01\x1f\x7f", "\u0085", "\u00a0", "\u2028\u2029", "\ufeff", "\ufffd", "é", "日本語", "😀", "a\u0301",
	"$.items[*].id", "input[name=csrf]", "//h1/text()", `sid=(\w+)`, "http://127.0.0.1:8099/a?b=c&d=e#f", "2xx", "8MiB", "200ms..1s", "p95 < 200ms", "a > b", "Bearer {{token}}",
	"local x = 1\nif x then\n  print(\"a\")\nend\n", strings.Repeat("word ", 60), strings.Repeat("x", 300), "a\r\nb", "\r", "C:\\dir", "a..b", "{", "}", "[", "]", "\"", "'", "a\"b\nc",
}

func (g *generator) text() string {
	if rapid.IntRange(0, 2).Draw(g.t, "sort of text") > 0 {
		return rapid.SampledFrom(nastyTexts).Draw(g.t, "nasty text")
	}
	return strings.ToValidUTF8(rapid.StringN(0, 20, 60).Draw(g.t, "text"), "")
}

// name is a key of a map.
func (g *generator) name() string { return g.text() }

func (g *generator) bool() bool { return rapid.Bool().Draw(g.t, "bool") }

func (g *generator) duration() load.Duration {
	return rapid.SampledFrom([]load.Duration{0, 1, 1500, 1e6, 250e6, 1e9, 90e9, 60e9, 600e9, 3600e9, 36000e9, 3660e9, 3601e9, 86400e9 + 1}).Draw(g.t, "duration")
}

// json draws canonical JSON.
func (g *generator) json(depth int) load.JSON {
	kinds := 6
	if depth <= 0 {
		kinds = 4
	}
	var b bytes.Buffer
	switch rapid.IntRange(0, kinds-1).Draw(g.t, "json") {
	case 0:
		writeString(&b, g.text())
	case 1:
		b.WriteString(rapid.SampledFrom([]string{"0", "-0", "1.10", "1e400", "-2.50E-3", "12345678901234567890.00"}).Draw(g.t, "number"))
	case 2:
		b.WriteString(rapid.SampledFrom([]string{"true", "false"}).Draw(g.t, "boolean"))
	case 3:
		b.WriteString("null")
	case 4:
		g.jsonItems(&b, depth, "[]", func() {})
	default:
		seen := map[string]bool{}
		g.jsonItems(&b, depth, "{}", func() {
			writeString(&b, g.unique(seen))
			b.WriteByte(':')
		})
	}
	return load.JSON(b.String())
}

func (g *generator) jsonItems(b *bytes.Buffer, depth int, brackets string, key func()) {
	b.WriteByte(brackets[0])
	for i := range rapid.IntRange(0, 3).Draw(g.t, "items") {
		if i > 0 {
			b.WriteByte(',')
		}
		key()
		b.WriteString(string(g.json(depth - 1)))
	}
	b.WriteByte(brackets[1])
}

// unique is a name that was not drawn before.
func (g *generator) unique(seen map[string]bool) string {
	name := g.name()
	for seen[name] {
		name += "'"
	}
	seen[name] = true
	return name
}

// entries draws the names of a map, none of them twice.
func entriesOf[T any](g *generator, named func(name string) T) []T {
	seen := map[string]bool{}
	out := []T{}
	for range rapid.IntRange(0, 3).Draw(g.t, "entries") {
		out = append(out, named(g.unique(seen)))
	}
	return out
}

// value sets v, which is at the given depth of a plan.
func (g *generator) value(v reflect.Value, depth int) {
	if g.special(v, depth) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		g.value(v.Elem(), depth)
	case reflect.Struct:
		g.structure(v, depth)
	case reflect.Slice:
		n := rapid.IntRange(0, 2).Draw(g.t, "length")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			g.value(v.Index(i), depth+1)
		}
	case reflect.String:
		v.SetString(g.text())
	case reflect.Bool:
		v.SetBool(g.bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(g.t, "int"))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(g.t, "uint"))
	case reflect.Float64:
		v.SetFloat(rapid.SampledFrom([]float64{0, 1, 0.1, 50.5, 1e-7, 1e21, 123456.789}).Draw(g.t, "float"))
	default:
		panic("no generator for " + v.Type().String())
	}
}

// structure sets some of the fields that have a key.
func (g *generator) structure(v reflect.Value, depth int) {
	for _, f := range fieldsOf(v.Type()) {
		if depth > 6 && f.typ.Kind() != reflect.String || rapid.IntRange(0, 3).Draw(g.t, "set") == 0 {
			continue
		}
		x := v.FieldByIndex(f.index)
		if len(f.oneof) > 0 && x.Kind() == reflect.String {
			x.SetString(rapid.SampledFrom(f.oneof).Draw(g.t, "word"))
		} else {
			g.value(x, depth+1)
		}
		if !x.IsZero() {
			g.used[f.parent+"."+f.key] = true
		}
	}
}

// special sets the types whose values are not any combination of their fields.
func (g *generator) special(v reflect.Value, depth int) bool {
	switch x := v.Addr().Interface().(type) {
	case *load.Duration:
		*x = g.duration()
	case *load.Range:
		x.Min = g.duration()
		x.Max = x.Min + g.duration()
	case *load.Size:
		*x = load.Size(rapid.SampledFrom([]int64{0, 1, 100, 1024, 1000, 8 << 20, 3 << 30, 1<<40 + 1}).Draw(g.t, "size"))
	case *load.JSON:
		*x = g.json(3)
	case *load.Pick:
		*x = load.Pick(rapid.SampledFrom([]string{"first", "last", "random", "all", "1", "30"}).Draw(g.t, "pick"))
	case *load.Connections:
		x.Mode = rapid.SampledFrom([]load.ConnectionMode{"", "user", "shared", "per_request"}).Draw(g.t, "mode")
		x.Idle = g.duration()
		g.used["Connections.mode"], g.used["Connections.idle"] = true, true
	case *load.UserLife:
		g.life(x)
	case *load.Auth:
		*x = rapid.SampledFrom([]load.Auth{{None: true}, {Basic: &load.BasicAuth{User: load.Text(g.text()), Password: load.Text(g.text())}}, {Bearer: load.Text("b" + g.text())}}).Draw(g.t, "auth")
		for _, key := range []string{"Auth.basic", "Auth.bearer", "BasicAuth.user", "BasicAuth.password"} {
			g.used[key] = true
		}
	case *load.Script:
		*x = rapid.SampledFrom([]load.Script{{Source: g.text()}, {File: "f" + g.text()}}).Draw(g.t, "script")
		g.used["Script.file"] = true
	case *load.Repeat:
		g.structure(v, depth)
		if x.Each != "" && x.As == "" {
			x.As = load.DefaultAs
		}
	case *load.Part:
		g.part(x)
	case *load.Pair:
		g.pair(x)
	case *[]load.Variable:
		*x = entriesOf(g, func(name string) load.Variable { return load.Variable{Name: name, Value: g.json(2)} })
	case *[]load.Label:
		*x = entriesOf(g, func(name string) load.Label { return load.Label{Name: name, Value: g.text()} })
	case *[]load.Weight:
		*x = entriesOf(g, func(name string) load.Weight {
			return load.Weight{Transaction: name, Weight: rapid.IntRange(-1, 2).Draw(g.t, "weight")}
		})
	case *[]load.Block:
		*x = entriesOf(g, func(name string) load.Block {
			b := load.Block{Name: name}
			g.value(reflect.ValueOf(&b.Steps).Elem(), depth+1)
			return b
		})
	case *[]load.DataSource:
		*x = entriesOf(g, func(name string) load.DataSource {
			s := load.DataSource{}
			g.structure(reflect.ValueOf(&s).Elem(), depth+1)
			s.Name = name
			return s
		})
	case *load.Status:
		*x = rapid.SampledFrom([]load.Status{{From: 200, To: 299}, {From: 404, To: 404}, {From: 999, To: 999}, {From: 500, To: 599}}).Draw(g.t, "status")
	case *load.Threshold:
		rule, err := ParseThreshold(rapid.SampledFrom([]string{"p99.9(a / b) <= 1.5s", "failures < 1%", "rps > 1e3 abort", "cart < 5", "min(a / b) > -0.5 abort", "mean scheduled (#: a) < 5ms over 3s after 1s"}).Draw(g.t, "rule"))
		if err != nil {
			panic(err)
		}
		*x = rule
	case *load.Profile:
		*x = g.profile()
	case *load.Test:
		if depth > 6 {
			return true
		}
		g.structure(v, depth+1)
	default:
		return false
	}
	return true
}

func (g *generator) life(u *load.UserLife) {
	*u = rapid.SampledFrom([]load.UserLife{{Iterations: 1}, {Iterations: 20}, {After: load.Range{Min: 1e9, Max: 1e9}}, {After: load.Range{Min: 1e9, Max: 60e9}},
		{Iterations: 1, After: load.Range{Min: 1, Max: 2}}}).Draw(g.t, "life")
	g.used["UserLife.iterations"], g.used["UserLife.after"] = true, true
}

func (g *generator) part(p *load.Part) {
	*p = load.Part{Name: g.text(), Type: load.Text(g.text()), Filename: load.Text(g.text())}
	if g.bool() {
		p.File = load.Text("f" + g.text())
	} else {
		p.Value = load.Text(g.text())
	}
	for _, key := range []string{"name", "value", "file", "filename", "type"} {
		g.used["Part."+key] = true
	}
}

func (g *generator) pair(p *load.Pair) {
	*p = load.Pair{Name: g.name()}
	if rapid.IntRange(0, 3).Draw(g.t, "rare") == 0 {
		p.Off, p.Note = g.bool(), g.text()
	}
	if p.Drop = rapid.IntRange(0, 5).Draw(g.t, "drop") == 0; !p.Drop {
		p.Value = load.Text(g.text())
	}
	for _, key := range []string{"name", "value", "enabled", "note"} {
		g.used["Pair."+key] = true
	}
}

func (g *generator) profile() load.Profile {
	p := load.Profile{
		Model:   rapid.SampledFrom([]load.Model{load.UsersModel, load.ArrivalsModel}).Draw(g.t, "model"),
		MaxWait: load.DefaultMaxWait, GracefulStop: load.DefaultGracefulStop, Stages: []load.Stage{},
		MaxUsers: rapid.SampledFrom([]int{50, 1, 7000}).Draw(g.t, "max users"), ReadyUsers: rapid.IntRange(0, 2).Draw(g.t, "ready"),
	}
	if g.bool() {
		p.MaxWait, p.GracefulStop = g.duration(), g.duration()
	}
	switch rapid.IntRange(0, 2).Draw(g.t, "iterations") {
	case 1:
		p.Iterations = 1000
	case 2:
		p.IterationsPerUser = 5
	}
	level := rapid.SampledFrom([]float64{0, 1, 50, 0.5, 200}).Draw(g.t, "level")
	if g.bool() {
		p.Stages = load.Ramp(level, rapid.SampledFrom([]float64{0, 1, 5, 0.3, 7}).Draw(g.t, "per second"), g.duration())
		return p
	}
	for range rapid.IntRange(1, 3).Draw(g.t, "stages") {
		p.Stages = append(p.Stages, load.Stage{Name: g.text(), Target: level, Jump: g.bool(), Duration: g.duration()})
	}
	return p
}

// keysOf are all keys of the format, as "Step.think", but for those of the types that a
// map or another form stands for.
func keysOf(t reflect.Type, keys map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		keysOf(t.Elem(), keys)
		return
	case reflect.Struct:
	default:
		return
	}
	if slices.Contains([]string{"Variable", "Label", "Weight", "Block", "Profile", "Threshold", "Status", "Range"}, t.Name()) {
		if t.Name() == "Block" {
			keysOf(reflect.TypeFor[load.Step](), keys)
		}
		return
	}
	for _, f := range fieldsOf(t) {
		if key := fmt.Sprintf("%s.%s", t.Name(), f.key); !keys[key] {
			keys[key] = true
			keysOf(f.typ, keys)
		}
	}
}
