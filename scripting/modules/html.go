package modules

// Each function parses its page anew; for the body of a response res:css and res:xpath keep
// what they have parsed.
//
// html.escape(text) → text: & < > " ' as character references
//   html.escape("a < b")  --> a &lt; b
// html.unescape(text) → text: character references decoded
//   html.unescape("caf&eacute;")  --> café
// html.text(page) → text: what a reader sees of it, with single spaces
//   html.text("<p>a <b>b</b></p><script>c</script>")  --> a b
// html.css(page, selector [, attribute]) → text, or nil: of the first element that matches,
//   its attribute or its text; an element without the attribute does not match
//   html.css('<input name="csrf" value="x1">', "input[name=csrf]", "value")  --> x1
// html.css_all(page, selector [, attribute]) → list: of all elements that match
//   #html.css_all("<li>a</li><li>b</li>", "li")  --> 2
// html.xpath(page, expression) → text, or nil: of the first node, or what the expression says
//   html.xpath("<p>a</p><p>b</p>", "count(//p)")  --> 2
// html.xpath_all(page, expression) → list: of all nodes
//   html.xpath_all("<p>a</p><p>b</p>", "//p")[2]  --> b
// html.form(page [, selector]) → table, or nil: the first form, or the one that matches:
//   action, method, and fields, what a browser would send of it as it is (a name that occurs
//   twice has a list)
//   html.form('<form action="/in"><input name="csrf" value="x1"></form>').fields.csrf  --> x1

import (
	"html"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting/sandbox"
)

// pages asks pages, with queries that all users share.
type pages struct{ queries plan.QueryCache }

func htmlLibrary() *sandbox.Library {
	var p pages
	return library("html", map[string]function{
		"escape":    htmlEscape,
		"unescape":  func(a args) int { return a.text(html.UnescapeString(a.string(1, "text"))) },
		"text":      htmlText,
		"css":       func(a args) int { return p.first(a, plan.CSSQuery) },
		"css_all":   func(a args) int { return p.all(a, plan.CSSQuery) },
		"xpath":     func(a args) int { return p.first(a, plan.XPathQuery) },
		"xpath_all": func(a args) int { return p.all(a, plan.XPathQuery) },
		"form":      htmlForm,
	})
}

func htmlEscape(a args) int {
	text := html.EscapeString(a.string(1, "text"))
	if len(text) > MaxText {
		a.exceeded("makes more than %d bytes", MaxText)
	}
	return a.text(text)
}

// page is a text as the body of a response.
type page []byte

func (p page) Status() int                  { return 200 }
func (p page) Header(string) ([]byte, bool) { return nil, false }
func (p page) Headers(string) []string      { return nil }
func (p page) Cookie(string) ([]byte, bool) { return nil, false }
func (p page) Body() ([]byte, error)        { return p, nil }
func (p page) Latency() time.Duration       { return 0 }

// ask reads the page and the query.
func (p *pages) ask(a args, kind plan.QueryKind) (*plan.View, *plan.Query) {
	text := a.page()
	name, attr := "expression", ""
	if kind == plan.CSSQuery {
		name, attr = "selector", a.optString(3, "attribute", "")
	}
	q, err := p.queries.Compile(kind, a.string(2, name), attr)
	if err != nil {
		a.bad(2, name, err.Error())
	}
	var v plan.View
	v.Reset(page(bytesOf(text)))
	return &v, q
}

// maxPage bounds a page that is parsed, in bytes.
const maxPage = 4 << 20

func (a args) page() string {
	text := a.string(1, "page")
	if len(text) > maxPage {
		a.exceeded("argument 1 (page) is longer than %d bytes", maxPage)
	}
	return text
}

func (p *pages) first(a args, kind plan.QueryKind) int {
	v, q := p.ask(a, kind)
	found, err := q.First(v)
	if err != nil {
		a.exceeded("%v", err)
	}
	if found.Kind == load.Unset {
		return a.push(lua.LNil)
	}
	return a.text(found.Text)
}

func (p *pages) all(a args, kind plan.QueryKind) int {
	v, q := p.ask(a, kind)
	found, err := q.Find(v)
	if err != nil {
		a.exceeded("%v", err)
	}
	if len(found) >= sandbox.MaxTable {
		a.exceeded("it finds more than %d elements", sandbox.MaxTable-1)
	}
	list := a.L.CreateTable(len(found), 0)
	for i := range found {
		list.RawSetInt(i+1, lua.LString(found[i].Text))
	}
	return a.push(list)
}
