package plan

import (
	"fmt"
	"strings"

	"github.com/locust-http/locust-http/load"
)

func (c *compiler) transaction(i int, t *load.Transaction) *Transaction {
	out := &Transaction{Index: i, Name: t.Name, Weight: 1, Pace: t.Pace, Think: c.plan.Defaults.Think}
	if t.Weight != nil {
		out.Weight = *t.Weight
	}
	if t.Off {
		out.Weight = 0
	}
	if t.Think != nil {
		out.Think = *t.Think
	}
	path := transactionPath(i)
	out.Script = c.script(path+".script", t.Script)
	out.OnFailure = reaction(t.OnFailure, c.plan.OnFailure)
	out.Steps = c.steps(path+".steps", t.Steps)
	return out
}

// reaction is the first that is set, from the innermost level outwards.
func reaction(levels ...load.Reaction) load.Reaction {
	for _, r := range levels {
		if r != "" {
			return r
		}
	}
	return load.StopTransaction
}

// steps compiles a list, without those that are switched off. What they inherit, and
// the steps of blocks, come with expand.
func (c *compiler) steps(path string, steps []load.Step) []*Step {
	var out []*Step
	for i := range steps {
		step := c.step(at(path, i), &steps[i])
		if !steps[i].Off {
			out = append(out, step)
		}
	}
	return out
}

// step compiles s, also when it is switched off: its mistakes are shown now.
func (c *compiler) step(path string, s *load.Step) *Step {
	out := &Step{Path: path, Name: s.Name, Think: s.Think, OnFailure: s.OnFailure, Script: c.script(path+".script", s.Script)}
	switch {
	case s.Request != nil:
		c.requestStep(path, s, out)
	case s.Group != "":
		out.Group, out.Name = true, s.Group
	case s.Repeat != nil:
		c.repeat(path+".repeat", s.Repeat, out)
	case s.If != nil:
		out.If = c.condition(path+".if", s.If)
		out.nameIt("if " + out.If.Rule)
	case s.Use != "":
		c.use(path+".use", s.Use, out)
	default:
		c.unknown(path, "", "is none of request, group, repeat, if and use")
	}
	out.Data = c.takeNeeded()
	if s.Group != "" || s.Repeat != nil || s.If != nil {
		c.inner(path, s, out)
	}
	return out
}

// nameIt gives a step that the plan does not name what messages call it.
func (s *Step) nameIt(name string) {
	if s.Name == "" {
		s.Name = name
	}
}

func (c *compiler) requestStep(path string, s *load.Step, out *Step) {
	for _, v := range s.Set {
		out.Set = append(out.Set, Assignment{c.slots[v.Name], c.valueTemplate(path+".set."+v.Name, v.Value)})
	}
	out.Request = c.request(path+".request", s.Request)
	if out.Name == "" {
		out.Name = defaultName(out.Request.Method, string(s.Request.URL))
	}
	for i := range s.Extract {
		if e := c.extractor(fmt.Sprintf("%s.extract[%d]", path, i), &s.Extract[i]); e != nil {
			out.Extracts = append(out.Extracts, e)
			out.ReadsBody = out.ReadsBody || readsBody(e.source)
		}
	}
	c.checks(path, s.Check, out)
}

// readsBody says whether a source needs the body.
func readsBody(s finder) bool {
	switch s.(type) {
	case headerSource, cookieSource, nil:
		return false
	}
	return true
}

// defaultName is the name of a step without one: its method and path, with numbers
// and UUIDs as {id} and placeholders by their names, so that one row holds all of them.
func defaultName(method, url string) string {
	parts, _ := parseTemplate(url)
	var text strings.Builder
	for _, p := range parts {
		if p.call == nil {
			text.WriteString(p.literal)
			continue
		}
		text.WriteString("{" + strings.TrimPrefix(p.call.name, "$") + "}")
	}
	path := text.String()
	if _, rest, ok := strings.Cut(path, "://"); ok {
		_, rest, _ = strings.Cut(rest, "/")
		path = "/" + rest
	}
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	if i := strings.IndexByte(path, '/'); i > 0 { // {{host}}/path
		path = path[i:]
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if isID(s) {
			segments[i] = "{id}"
		}
	}
	return method + " " + strings.Join(segments, "/")
}

// isID says whether a segment of a path is a number or a UUID.
func isID(s string) bool {
	if s != "" && strings.Trim(s, "0123456789") == "" {
		return true
	}
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(strings.ToLower(s)) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && strings.IndexByte(lowerHex, c) < 0 {
			return false
		}
	}
	return true
}
