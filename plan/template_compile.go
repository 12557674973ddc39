package plan

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// maxRandomString bounds $randomString, in bytes.
const maxRandomString = 1 << 20

// template compiles text, which stands at path. On a mistake it reports an issue and
// returns what it can.
func (c *compiler) template(path, text string, p place) template {
	var t template
	c.appendTemplate(&t, path, text, p)
	return t
}

func (c *compiler) appendTemplate(t *template, path, text string, p place) {
	if name := oldPlaceholder(text); name != "" {
		c.warn(path, "write {{"+name+"}}", "{@%s@} is sent as it is", name)
	}
	parts, err := parseTemplate(text)
	if err != nil {
		c.issue(path, "a literal {{ is written {{'{{'}}", "%v", err)
		return
	}
	for i := range parts {
		c.appendPart(t, path, &parts[i], p)
	}
}

func (c *compiler) appendPart(t *template, path string, x *part, p place) {
	if x.call == nil {
		t.literal(x.literal, p)
		return
	}
	g, ok := c.segment(path, x)
	if !ok {
		return
	}
	g.place = p
	if !c.fold(path, &g, x) {
		*t = append(*t, g)
		return
	}
	t.add(g.literal)
}

// literal adds text, encoded for its place.
func (t *template) literal(text string, p place) {
	t.add(string(appendEncoded(nil, text, load.String, p)))
}

// add adds bytes as they are. Neighbours are merged, as long as that costs little: to
// grow a long text bit by bit would take its length squared.
func (t *template) add(text string) {
	if text == "" {
		return
	}
	if n := len(*t); n > 0 && (*t)[n-1].kind == literalSegment && len((*t)[n-1].literal) < maxChunk {
		(*t)[n-1].literal += text
		return
	}
	*t = append(*t, segment{literal: text})
}

// fold makes g a literal when it names a constant that nothing can change, and that is
// not too long to stand wherever it is used.
func (c *compiler) fold(path string, g *segment, x *part) bool {
	if !c.folds(g) {
		return false
	}
	size := len(c.consts[g.slot].Text)
	if !c.constant && size > maxFolded {
		return false
	}
	if c.constant && !c.copies(path, size) {
		*g = segment{}
		return true
	}
	text, err := g.expand(nil, &Scope{Consts: c.consts})
	if err != nil {
		c.issue(path, "", "%s: %v", x.source, err)
	}
	*g = segment{literal: string(text)}
	return true
}

// copies counts what constants have of others; false when it is too much, which is said
// once.
func (c *compiler) copies(path string, size int) bool {
	before := c.copied
	c.copied += size
	if c.copied > maxConstants && before <= maxConstants {
		c.issue(path, "let each use fewer of the others", "the variables of the plan make over %d MiB of one another", maxConstants>>20)
	}
	return c.copied <= maxConstants
}

// folds says that g names a constant that nothing can change. What constants are made of
// is as the plan has it, whatever scripts do later.
func (c *compiler) folds(g *segment) bool {
	return g.kind == variableSegment && !c.changes[g.slot] && c.consts[g.slot].Kind != load.Unset &&
		(c.constant || !c.scripts.may(g.name))
}

// segment resolves the names in a placeholder.
func (c *compiler) segment(path string, x *part) (segment, bool) {
	g := segment{name: x.call.name}
	ok := true
	if strings.HasPrefix(g.name, "$") {
		ok = c.function(path, &g, x)
	} else {
		ok = c.variable(path, &g, x)
	}
	if n := len(x.filters); n > maxFilters {
		c.issue(path, "", "%s: %d filters, at most %d go into one placeholder", bounded(x.source, maxRuleWord), n, maxFilters)
		return g, false
	}
	for _, f := range x.filters {
		compiled, known := c.filter(path, x, f)
		ok = ok && known
		g.filters = append(g.filters, compiled)
	}
	return g, ok
}

func (c *compiler) variable(path string, g *segment, x *part) bool {
	g.kind = variableSegment
	slot, known := c.slots[g.name]
	switch {
	case strings.Contains(g.name, "."):
		return c.dotted(path, g, x)
	case len(x.call.args) > 0:
		c.issue(path, "a filter comes after a bar: {{name | urlencode}}", "%s: a variable takes no arguments", x.source)
		return false
	case !known:
		slot, known = c.scriptSlot(path, g.name)
	}
	switch {
	case known:
		g.slot = slot
		return true
	default:
		hint := c.closest(g.name, c.names)
		if hint == "" && functions["$"+g.name].build != nil {
			hint = "did you mean $" + g.name + "?"
		}
		c.unknown(path, hint, "%s: unknown variable %s", x.source, g.name)
	}
	return false
}

// function is a name with $ in front: how many arguments it takes, and how they are
// read; build says what is wrong with them.
type function struct {
	kind     segmentKind
	min, max int
	usage    string
	build    func(c *compiler, g *segment, args []argument) (problem string)
}

func noArguments(*compiler, *segment, []argument) string { return "" }

// functions is never changed.
var functions = map[string]function{
	"$uuid":         {uuidSegment, 0, 0, "{{$uuid}}", noArguments},
	"$timestamp":    {timestampSegment, 0, 0, "{{$timestamp}}", noArguments},
	"$isoTimestamp": {isoTimestampSegment, 0, 0, "{{$isoTimestamp}}", noArguments},
	"$randomInt":    {randomIntSegment, 2, 2, "{{$randomInt 1 100}}", buildRandomInt},
	"$randomString": {randomStringSegment, 1, 1, "{{$randomString 12}}", buildRandomString},
	"$oneOf":        {oneOfSegment, 1, 1 << 20, "{{$oneOf red green blue}}", buildOneOf},
	"$seq":          {seqSegment, 0, 0, "{{$seq}}", noArguments},
	"$user":         {userSegment, 0, 0, "{{$user}}", noArguments},
	"$iteration":    {iterationSegment, 0, 0, "{{$iteration}}", noArguments},
	"$worker":       {workerSegment, 0, 0, "{{$worker}}", noArguments},
	"$env":          {envSegment, 1, 1, "{{$env NAME}}", buildEnv},
}

func (c *compiler) function(path string, g *segment, x *part) bool {
	f, known := functions[g.name]
	if !known {
		c.issue(path, closestOrAll(g.name, slices.Sorted(maps.Keys(functions))), "%s: unknown function %s", x.source, g.name)
		return false
	}
	g.kind = f.kind
	problem := "wrong number of arguments"
	if n := len(x.call.args); n >= f.min && n <= f.max {
		problem = f.build(c, g, x.call.args)
	}
	if problem != "" {
		c.issue(path, "write "+f.usage, "%s: %s", x.source, problem)
	}
	return problem == ""
}

func buildRandomInt(_ *compiler, g *segment, args []argument) string {
	var errLow, errHigh error
	g.low, errLow = strconv.ParseInt(args[0].text, 10, 64)
	g.high, errHigh = strconv.ParseInt(args[1].text, 10, 64)
	switch {
	case errLow != nil || errHigh != nil:
		return "the arguments are two whole numbers"
	case g.low > g.high:
		return "the first number is the smaller one"
	}
	return ""
}

func buildRandomString(_ *compiler, g *segment, args []argument) string {
	n, err := strconv.ParseInt(args[0].text, 10, 64)
	if err != nil || n < 1 || n > maxRandomString {
		return "the argument is a length from 1 to " + strconv.Itoa(maxRandomString)
	}
	g.low = n
	return ""
}

func buildOneOf(_ *compiler, g *segment, args []argument) string {
	for _, a := range args {
		g.choices = append(g.choices, a.value())
	}
	return ""
}

func buildEnv(c *compiler, g *segment, args []argument) string {
	g.name = args[0].text
	c.env[g.name] = true
	return ""
}

// filterNames is never changed.
var filterNames = []string{"urlencode", "base64", "json", "number", "bool", "default"}

func (c *compiler) filter(path string, x *part, f call) (filter, bool) {
	wanted := 0
	if f.name == "default" {
		wanted = 1
	}
	switch {
	case !slices.Contains(filterNames, f.name):
		c.issue(path, closestOrAll(f.name, filterNames), "%s: unknown filter %s", x.source, f.name)
	case len(f.args) != wanted && wanted == 1:
		c.issue(path, "write default 'x'", "%s: default takes one argument", x.source)
	case len(f.args) != wanted:
		c.issue(path, "", "%s: %s takes no arguments", x.source, f.name)
	case wanted == 1:
		return filter{f.name, f.args[0].value()}, true
	default:
		return filter{name: f.name}, true
	}
	return filter{}, false
}

// jsonTemplate compiles a JSON text with placeholders in its strings into one flat
// list of bytes and placeholders. Space, order of keys and the text of numbers stay
// as they are written.
func (c *compiler) jsonTemplate(path string, text load.JSON) template {
	doc := string(text)
	start := skipSpace(doc, 0)
	end, ok := skipJSON(doc, start, 0)
	if !ok || skipSpace(doc, end) != len(doc) {
		c.issue(path, "", "is not JSON at byte %d", end)
		return nil
	}
	w := jsonWriter{c: c, doc: doc}
	w.value(path, start)
	return w.out
}

// jsonWriter walks a valid JSON text.
type jsonWriter struct {
	c   *compiler
	doc string
	out template
}

func (w *jsonWriter) value(path string, i int) (end int) {
	switch w.doc[i] {
	case '{':
		return w.object(path, i)
	case '[':
		return w.array(path, i)
	case '"':
		end, _ = skipString(w.doc, i)
		w.text(path, w.doc[i:end], false)
		return end
	}
	end, _ = skipJSON(w.doc, i, 0)
	w.out.add(w.doc[i:end])
	return end
}

func (w *jsonWriter) array(path string, i int) int {
	begin := i
	i, more := enter(w.doc, i, ']')
	w.out.add(w.doc[begin:i])
	for n := 0; more; n++ {
		i = w.value(path+"["+strconv.Itoa(n)+"]", i)
		begin = i
		i, more, _ = next(w.doc, i, ']')
		w.out.add(w.doc[begin:i])
	}
	return i
}

func (w *jsonWriter) object(path string, i int) int {
	begin := i
	i, more := enter(w.doc, i, '}')
	w.out.add(w.doc[begin:i])
	for more {
		name, at, _ := memberName(w.doc, i)
		member := path + "." + unquote(name)
		w.text(member, name, true)
		w.out.add(w.doc[i+len(name) : at])
		begin = w.value(member, at)
		i, more, _ = next(w.doc, begin, '}')
		w.out.add(w.doc[begin:i])
	}
	return i
}

// text adds a quoted string. One whole placeholder as a value keeps its type, which
// the name of a member cannot.
func (w *jsonWriter) text(path, quoted string, isName bool) {
	text := unquote(quoted)
	if !hasPlaceholder(text) && oldPlaceholder(text) == "" {
		w.out.add(quoted)
		return
	}
	if parts, err := parseTemplate(text); err == nil && len(parts) == 1 && parts[0].call != nil && !isName {
		w.c.appendTemplate(&w.out, path, text, inJSON)
		return
	}
	w.out.add(`"`)
	w.c.appendTemplate(&w.out, path, text, inJSONString)
	w.out.add(`"`)
}

// valueTemplate compiles a JSON value whose strings may hold placeholders.
func (c *compiler) valueTemplate(path string, text load.JSON) *ValueTemplate {
	v, ok := jsonValue(string(text))
	if !ok {
		c.issue(path, "", "is not a JSON value")
		return &ValueTemplate{constant: load.Value{Kind: load.Null, Text: "null"}}
	}
	switch v.Kind {
	case load.Composite:
		return c.compositeTemplate(path, text)
	case load.String:
		return c.textTemplate(path, v.Text)
	}
	return &ValueTemplate{constant: v}
}

func (c *compiler) compositeTemplate(path string, text load.JSON) *ValueTemplate {
	t := c.jsonTemplate(path, text)
	if t.static() {
		return &ValueTemplate{constant: load.Value{Kind: load.Composite, Text: t.text()}}
	}
	return &ValueTemplate{longer: t, kind: load.Composite}
}

func (c *compiler) textTemplate(path, text string) *ValueTemplate {
	parts, err := parseTemplate(text)
	if err == nil && len(parts) == 1 && parts[0].call != nil {
		return c.wholeTemplate(path, &parts[0])
	}
	t := c.template(path, text, inText)
	if t.static() {
		return &ValueTemplate{constant: load.StringValue(t.text())}
	}
	return &ValueTemplate{longer: t, kind: load.String}
}

// wholeTemplate is one placeholder: a constant keeps its type when it is folded.
func (c *compiler) wholeTemplate(path string, x *part) *ValueTemplate {
	g, ok := c.segment(path, x)
	if !ok {
		return &ValueTemplate{constant: load.StringValue("")}
	}
	if c.folds(&g) && len(g.filters) == 0 {
		return &ValueTemplate{constant: c.consts[g.slot]}
	}
	t := &ValueTemplate{whole: &g}
	if folded := g; c.fold(path, &folded, x) {
		t.constant, _ = t.Eval(&Scope{Consts: c.consts})
	}
	return t
}
