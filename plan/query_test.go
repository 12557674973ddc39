package plan

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func TestQueryValue(t *testing.T) {
	number := func(s string) load.Value { return load.Value{Kind: load.Number, Text: s} }
	list := func(s string) load.Value { return load.Value{Kind: load.Composite, Text: s} }
	text := load.StringValue
	tests := []struct {
		body       string
		kind       QueryKind
		expr, attr string
		want       load.Value
		miss       string
	}{
		{shopJSON, JSONQuery, "$.total", "", number("1.10"), ""},
		{shopJSON, JSONQuery, "$.a.b[0].c", "", text(`x"é`), ""},
		{shopJSON, JSONQuery, "$.a.b[-1].c", "", number("2"), ""},
		{shopJSON, JSONQuery, "$.none", "", load.Value{Kind: load.Null, Text: "null"}, ""},
		{shopJSON, JSONQuery, "$.nothing", "", load.Value{}, ""},
		{shopJSON, JSONQuery, "$.items[*].id", "", list(`[11,"z",{"k": [1, 2]}]`), ""},
		{shopJSON, JSONQuery, "$.items[?@.id == 'z']", "", list(`[{"id":"z"}]`), ""},
		{shopJSON, JSONQuery, "$..none", "", list(`[null]`), ""},
		{shopJSON, JSONQuery, "$.items[9:]", "", list(`[]`), ""},
		{shopJSON, JSONQuery, "$['total','ok']", "", list(`[1.10,true]`), ""},
		{shopHTML, JSONQuery, "$.total", "", load.Value{}, "the body is not JSON"},
		{shopHTML, JSONQuery, "$..total", "", load.Value{}, "the body is not JSON"},
		{"", JSONQuery, "$", "", load.Value{}, "the body is empty, not JSON"},
		{shopHTML, CSSQuery, "li.b", "", text("two bold"), ""},
		{shopHTML, CSSQuery, "input[name=csrf]", "value", text("t&k"), ""},
		{shopHTML, CSSQuery, "table", "", load.Value{}, ""},
		{shopHTML, XPathQuery, "//li[2]/b", "", text("bold"), ""},
		{shopHTML, XPathQuery, "count(//li)", "", text("3"), ""},
		{shopHTML, XPathQuery, "//table", "", load.Value{}, ""},
		{shopHTML, RegexQuery, `<h1>(\w+)`, "", text("Welcome"), ""},
		{shopHTML, RegexQuery, `We\w+`, "", text("Welcome"), ""},
		{shopHTML, RegexQuery, `nowhere`, "", load.Value{}, ""},
		{strings.Repeat("x", 1<<20), RegexQuery, `(y?){300}z`, "", load.Value{}, "may take too long"},
	}
	var v View
	for _, tt := range tests {
		q, err := CompileQuery(tt.kind, tt.expr, tt.attr)
		if err != nil {
			t.Error(err)
			continue
		}
		v.Reset(&reply{body: tt.body})
		got, err := q.Value(&v)
		if tt.miss != "" {
			if err == nil || !strings.Contains(err.Error(), tt.miss) {
				t.Errorf("%s: %v, %v; want %s", tt.expr, got, err, tt.miss)
			}
		} else if err != nil || got != tt.want {
			t.Errorf("%s: %v, %v; want %v", tt.expr, got, err, tt.want)
		}
	}
}

func TestQueryFind(t *testing.T) {
	var v View
	v.Reset(&reply{body: shopHTML})
	for kind, expr := range map[QueryKind]string{CSSQuery: "li", XPathQuery: "//li", RegexQuery: `<li[^>]*>(\w+)`} {
		q, err := CompileQuery(kind, expr, "")
		if err != nil {
			t.Fatal(err)
		}
		all, err := q.Find(&v)
		if err != nil || len(all) != 3 || all[0] != load.StringValue("one") || !strings.HasPrefix(all[1].Text, "two") {
			t.Errorf("%s: %v, %v", expr, all, err)
		}
	}
}

// What a query has found does not change with the response.
func TestQueryCopies(t *testing.T) {
	for kind, expr := range map[QueryKind]string{JSONQuery: "$[*]", RegexQuery: "abc", CSSQuery: "p", XPathQuery: "//p"} {
		q, err := CompileQuery(kind, expr, "")
		if err != nil {
			t.Fatal(err)
		}
		r := &reply{bytes: []byte(`["abc"]`)}
		if kind == CSSQuery || kind == XPathQuery {
			r.bytes = []byte("<p>abc</p>")
		}
		var v View
		v.Reset(r)
		first, errFirst := q.First(&v)
		all, errAll := q.Find(&v)
		clear(r.bytes)
		if errFirst != nil || errAll != nil || first.Text != "abc" || len(all) != 1 || all[0].Text != "abc" {
			t.Errorf("%s: %q, %v, %q, %v", expr, first, errFirst, all, errAll)
		}
	}
}

func TestQueryRefused(t *testing.T) {
	for _, tt := range []struct {
		kind       QueryKind
		expr, want string
	}{
		{JSONQuery, "total", "a JSONPath begins with $: $.total"},
		{JSONQuery, "$[", "$["},
		{JSONQuery, "$" + strings.Repeat(".a", 4<<10), "longer than"},
		{CSSQuery, "li[", "not a CSS selector"},
		{XPathQuery, "//li[", "not an XPath"},
		{RegexQuery, "(", "not a regular expression (RE2)"},
		{RegexQuery, strings.Repeat("(ab{3}){200}", 20), "too large"},
		{RegexQuery, strings.Repeat("a", 5<<10), "longer than"},
		{9, "", "no query language 9"},
	} {
		if _, err := CompileQuery(tt.kind, tt.expr, ""); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.20q: %v; want %s", tt.expr, err, tt.want)
		}
	}
}

// A value of a simple path costs its text, and a number of one byte not even that.
func TestQueryAllocations(t *testing.T) {
	q, err := CompileQuery(JSONQuery, "$.items[2].id", "")
	if err != nil {
		t.Fatal(err)
	}
	r := &reply{bytes: []byte(document(300))}
	var v View
	allocs := testing.AllocsPerRun(200, func() {
		v.Reset(r)
		if got, err := q.Value(&v); err != nil || got.Kind == load.Unset {
			t.Error(got, err)
		}
	})
	if allocs > 1 {
		t.Errorf("%v allocations, want at most 1: the text", allocs)
	}
}

func TestQueryCache(t *testing.T) {
	var c QueryCache
	a, err := c.Compile(JSONQuery, "$.a", "")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := c.Compile(JSONQuery, "$.a", ""); b != a {
		t.Error("it was compiled again")
	}
	if b, _ := c.Compile(CSSQuery, "a", "href"); b == a {
		t.Error("another language, the same query")
	}
	if _, err := c.Compile(RegexQuery, "(", ""); err == nil {
		t.Error("( compiles")
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = c.Compile(JSONQuery, "$.a", "") }); n != 0 {
		t.Errorf("%v allocations for a known query", n)
	}
	var users sync.WaitGroup
	for u := range 8 {
		users.Go(func() {
			for i := range 400 {
				if _, err := c.Compile(RegexQuery, fmt.Sprintf("a{0,%d}b{%d}", i%300, u), ""); err != nil {
					t.Error(err)
				}
			}
		})
	}
	users.Wait()
	if n := len(*c.known.Load()); n > maxCachedQueries || c.cost > maxCachedCost || c.cost <= 0 {
		t.Errorf("%d queries of %d bytes are kept", n, c.cost)
	}
}

// An expression that compares everything with everything ends.
func TestXPathSteps(t *testing.T) {
	body := strings.Repeat("<p><i>x</i></p>", 5_000)
	var v View
	v.Reset(&reply{body: body})
	for expr, want := range map[string]string{
		"//*[count(//p) = 1]":                       "takes more than",
		"//p[count(preceding-sibling::p) = 4999]/i": "takes more than",
		"count(//p/i)":                              "",
		"//p[4000]/i":                               "",
		"//i[text() = 'x'][last()]":                 "",
	} {
		q, err := CompileQuery(XPathQuery, expr, "")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // also after a failure
			got, err := q.First(&v)
			if want == "" && (err != nil || got.Text == "") || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s: %v, %v", expr, got, err)
			}
		}
	}
}

func TestCSSSteps(t *testing.T) {
	for text, want := range map[string]cssSteps{
		"p": {}, "ul li  a": {up: 2}, "ul > li>a": {}, "ul > li a": {up: 1}, "a ~ b~c": {along: 2}, "a + b c": {up: 1},
		"[class~=x]": {}, "p:has(a:has(b))": {into: 2}, "a, b c": {up: 2},
		`a[x="> > > >"] b c`: {up: 2}, `a\>b c d`: {up: 2}, `[x='>]>'] b`: {up: 1},
		"P:HAS(A:Has(b))": {into: 2}, "a/*'*/b/**/c/*": {up: 2}, "a:contains(x):first-child": {into: 1, counts: 1, texts: 1},
	} {
		if got := stepsOfCSS(text); got.up < want.up || got.up > want.up+1 || got.along < want.along || got.into != want.into || got.counts != want.counts || got.texts != want.texts {
			t.Errorf("%s: %+v, want %+v or a little more", text, got, want)
		}
	}
	flat := strings.Repeat("<p><i>x</i></p>", 5_000)
	deep := strings.Repeat("<div>", 400) + "<b>x</b>"
	var v View
	for _, tt := range []struct{ body, selector, want string }{
		{flat, "p ~ p ~ p ~ a", "may take too long"},
		{flat, "p ~ i, p ~ b", ""},
		{flat, "html body p i", ""},
		{flat, "p:has(a:has(b:has(c)))", "may take too long"},
		{deep, "a div div div div div b", "may take too long"},
		{deep, "body > div > div b", ""},
		{deep, "div div b", ""},
		{deep, "div/**/div/**/div/**/div/**/div/**/p", "may take too long"},
		{flat, "p:HAS(a:HAS(b:HAS(c)))", "may take too long"},
		{flat, "p:nth-child(2n+1)", ""},
		{flat, "p:has(i:nth-child(2n) b)", "may take too long"},
		{deep + strings.Repeat("x", 1<<20), ":has(:has(:contains(z)))", "may take too long"},
	} {
		v.Reset(&reply{body: tt.body})
		q, err := CompileQuery(CSSQuery, tt.selector, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := q.First(&v); (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.selector, err)
		}
	}
}

// What the libraries take beyond the languages, and what hides from who reads a text.
func TestQueriesOfNoBound(t *testing.T) {
	for expr, kind := range map[string]QueryKind{
		"//p[matches(., '(a?){900}')]": XPathQuery, "replace (//p, 'a', 'bb')": XPathQuery, "string-join(//p, string(/))": XPathQuery,
		"p:matches(a+)": CSSQuery, "p:MatchesOwn(a)": CSSQuery, "p[title#=(a+)]": CSSQuery, `p:\68 as(a)`: CSSQuery, `p:h\61s(a)`: CSSQuery,
	} {
		if _, err := CompileQuery(kind, expr, ""); err == nil || !strings.Contains(err.Error(), "regex") && !strings.Contains(err.Error(), "without") {
			t.Errorf("%s: %v", expr, err)
		}
	}
	for expr, kind := range map[string]QueryKind{
		"//p[contains(., 'matches(')]": XPathQuery, "//replace[1]": XPathQuery, "//matches": XPathQuery,
		`a[href="x#=y"]`: CSSQuery, `a[href=":matches(x)"]`: CSSQuery, `.sm\:p`: CSSQuery, "#a:hover": CSSQuery,
	} {
		if _, err := CompileQuery(kind, expr, ""); err != nil {
			t.Errorf("%s: %v", expr, err)
		}
	}
}
