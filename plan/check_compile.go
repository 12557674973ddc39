package plan

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// checks compiles the checks of a step into out.
func (c *compiler) checks(path string, checks []load.Check, out *Step) {
	for i := range checks {
		check := c.check(fmt.Sprintf("%s.check[%d]", path, i), &checks[i])
		switch {
		case check == nil:
		case check.subject == statusSubject:
			out.Status = append(out.Status, check)
		default:
			out.Checks = append(out.Checks, check)
			out.ReadsBody = out.ReadsBody || check.readsBody()
		}
	}
	if len(out.Status) == 0 {
		out.Status = []*Check{{Rule: "status < 400", statuses: []load.Status{{From: 0, To: 399}}}}
	}
}

func (c *Check) readsBody() bool {
	switch c.subject {
	case sizeSubject, bodySubject:
		return true
	}
	return readsBody(c.source)
}

// check compiles x, which has exactly one subject.
func (c *compiler) check(path string, x *load.Check) *Check {
	out := &Check{Warn: x.Warn}
	if x.Status != nil {
		out.statuses, out.Rule = x.Status, "status "+statusRule(x.Status)
		if tests, _ := c.tests(path, out.subject, &x.Test); len(tests) > 0 {
			c.issue(path, "write status: [2xx, 404]", "a status check takes no words")
		}
		return out
	}
	words, wordPath, name := &x.Test, path, ""
	switch {
	case x.Size != nil:
		out.subject, words, wordPath, name = sizeSubject, x.Size, path+".size", "size"
	case x.Body != nil:
		out.subject, words, wordPath, name = bodySubject, x.Body, path+".body", "body"
	case x.Latency != nil:
		out.subject, words, wordPath, name = latencySubject, x.Latency, path+".latency", "latency"
	case x.Var != "":
		out.subject, name = varSubject, "var "+x.Var
		out.reference = c.reference(path+".var", x.Var)
	default:
		out.subject = sourceSubject
		out.source = c.source(path, sourceSpec{json: x.JSON, xpath: x.XPath, css: x.CSS, header: x.Header, cookie: x.Cookie, regex: x.Regex})
		if out.source == nil {
			return nil
		}
		name = out.source.String()
	}
	tests, rule := c.tests(wordPath, out.subject, words)
	if len(tests) == 0 && (out.subject == varSubject || out.subject == sourceSubject) {
		tests, rule = []test{{word: wordExists, exists: true}}, []string{"exists"}
	}
	if len(tests) == 0 {
		c.issue(wordPath, "for example {ge: 10}", "has no word to compare with")
		return nil
	}
	out.tests, out.Rule = tests, name+" "+strings.Join(rule, " and ")
	return out
}

// statusRule is expected statuses as text: 2xx, 404.
func statusRule(statuses []load.Status) string {
	var words []string
	for _, s := range statuses {
		switch {
		case s.From == s.To:
			words = append(words, strconv.Itoa(s.From))
		case s.From%100 == 0 && s.To == s.From+99:
			words = append(words, strconv.Itoa(s.From/100)+"xx")
		default:
			words = append(words, fmt.Sprintf("%d-%d", s.From, s.To))
		}
	}
	return strings.Join(words, ", ")
}

// Bounds of what a rule shows: bytes of one wanted value, and how many of them.
const (
	maxRuleWord  = 100
	maxRuleWords = 10
)

// testCompiler compiles the words of one test and collects their text.
type testCompiler struct {
	c     *compiler
	path  string
	on    subject
	plain bool // wanted texts are shown without quotes
	tests []test
	rule  []string
}

// tests compiles the words of x in a fixed order, with the text of each.
func (c *compiler) tests(path string, on subject, x *load.Test) ([]test, []string) {
	t := testCompiler{c: c, path: path, on: on, plain: on == latencySubject || on == sizeSubject}
	t.words(x)
	return t.tests, t.rule
}

func (t *testCompiler) words(x *load.Test) {
	for _, w := range []struct {
		word word
		name string
		want load.JSON
	}{
		{wordEquals, "equals", x.Equals}, {wordNot, "not", x.Not},
		{wordGT, "gt", x.GT}, {wordGE, "ge", x.GE}, {wordLT, "lt", x.LT}, {wordLE, "le", x.LE},
	} {
		if w.want != "" {
			t.compare(w.word, w.name, []load.JSON{w.want}, ", ")
		}
	}
	if x.In != nil {
		t.compare(wordIn, "in", x.In, ", ")
	}
	if x.Between != nil {
		t.compare(wordBetween, "between", x.Between, " and ")
		if len(x.Between) != 2 {
			t.c.issue(t.path+".between", "write [from, to]", "takes two values, not %d", len(x.Between))
		}
	}
	t.texts(x)
	if x.Exists != nil {
		t.add(test{word: wordExists, exists: *x.Exists}, map[bool]string{true: "exists", false: "does not exist"}[*x.Exists])
	}
	if x.Count != nil {
		t.count(x.Count)
	}
}

func (t *testCompiler) add(x test, rule string) {
	t.tests, t.rule = append(t.tests, x), append(t.rule, rule)
}

func (t *testCompiler) compare(w word, name string, wants []load.JSON, separator string) {
	x := test{word: w}
	var shown []string
	for i, want := range wants {
		path := t.path + "." + name
		if len(wants) > 1 {
			path = fmt.Sprintf("%s[%d]", path, i)
		}
		x.want = append(x.want, t.value(path, want))
		switch {
		case i < maxRuleWords:
			shown = append(shown, bounded(t.shown(want), maxRuleWord))
		case i == maxRuleWords:
			shown = append(shown, "…")
		}
	}
	t.add(x, name+" "+strings.Join(shown, separator))
}

// shown is a wanted value as a rule shows it.
func (t *testCompiler) shown(want load.JSON) string {
	if v, ok := jsonValue(string(want)); ok && t.plain {
		return v.Text
	}
	return string(want)
}

// value compiles a wanted value; a constant is resolved to the unit of the subject.
func (t *testCompiler) value(path string, want load.JSON) *ValueTemplate {
	v := t.c.valueTemplate(path, want)
	if v.constant.Kind == load.Unset {
		return v
	}
	constant, ok := inUnit(t.on, v.constant)
	if !ok && t.on == latencySubject {
		t.c.issue(path, "write it with its unit: 500ms", "%s is not a duration", want)
	} else if !ok {
		t.c.issue(path, "write bytes, or 8KiB", "%s is not a size", want)
	}
	return &ValueTemplate{constant: constant}
}

// inUnit turns a wanted latency into ns and a wanted size into bytes.
func inUnit(on subject, v load.Value) (load.Value, bool) {
	switch on {
	case latencySubject:
		d, err := time.ParseDuration(v.Text)
		return load.Value{Kind: load.Number, Text: strconv.FormatInt(int64(d), 10)}, err == nil
	case sizeSubject:
		n, ok := parseSize(v.Text)
		return load.Value{Kind: load.Number, Text: strconv.FormatInt(n, 10)}, ok
	}
	return v, true
}

// texts compiles the words whose argument is text.
func (t *testCompiler) texts(x *load.Test) {
	if x.Contains != nil {
		t.contains(wordContains, "contains", *x.Contains)
	}
	if x.NotContains != nil {
		t.contains(wordNotContains, "not_contains", *x.NotContains)
	}
	if x.Matches == "" {
		return
	}
	regex, err := t.c.regexes.compile(x.Matches)
	if err != nil {
		t.c.issue(t.path+".matches", "", "%v", err)
	}
	t.add(test{word: wordMatches, regex: regex}, "matches "+bounded(x.Matches, maxRuleWord))
}

func (t *testCompiler) contains(w word, name string, text load.Text) {
	if t.on == sizeSubject || t.on == latencySubject {
		t.c.issue(t.path+"."+name, "", "goes with text, not with numbers")
	}
	want := t.c.textTemplate(t.path+"."+name, string(text))
	t.add(test{word: w, want: []*ValueTemplate{want}}, name+" "+bounded(string(text), maxRuleWord))
}

func (t *testCompiler) count(x *load.Test) {
	inner, rule := t.c.tests(t.path+".count", varSubject, x)
	if t.on != sourceSubject {
		t.c.issue(t.path+".count", "", "goes with json, css, xpath, regex, header and cookie")
	}
	if len(inner) == 0 {
		t.c.issue(t.path+".count", "for example {ge: 1}", "has no word to compare with")
	}
	t.add(test{word: wordCount, count: inner}, "count "+strings.Join(rule, " and "))
}
