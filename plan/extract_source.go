package plan

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/andybalholm/cascadia"
	"github.com/antchfx/htmlquery"
	"github.com/antchfx/xpath"
	"github.com/theory/jsonpath/spec"
	"golang.org/x/net/html"
)

// finder finds values in a response. It is immutable and shared by all users; its
// String is how the plan says it, for messages.
type finder interface {
	// find puts what it finds into v.found, in the order of the document; no match is
	// no error. It may stop after limit matches unless limit is 0. Errors say why the
	// response cannot be searched at all.
	find(v *View, limit int) error
	String() string
}

const (
	// maxMatches bounds what one expression may find.
	maxMatches = 100_000
	// maxExpression bounds the length of a path or selector in bytes, and with it the
	// recursion of the parsers that we do not own.
	maxExpression = 4 << 10
)

var errLongExpression = fmt.Errorf("is longer than %d bytes", maxExpression)

// jsonSource is a JSONPath (RFC 9535). Names, indexes from the front and [*] on arrays
// go the fast way.
type jsonSource struct {
	text     string
	simple   []pathStep // nil when the path needs the general way
	isSimple bool
	segments []*spec.Segment
	filters  filterSteps
}

func newJSONSource(text string) (*jsonSource, error) {
	if len(text) > maxExpression {
		return nil, errLongExpression
	}
	path, err := parseJSONPath(text)
	if err != nil {
		return nil, fmt.Errorf("%q: %s", text, strings.TrimPrefix(err.Error(), "jsonpath: "))
	}
	s := &jsonSource{text: text, segments: path.Query().Segments()}
	s.simple, s.isSimple = simplePath(s.segments)
	s.filters = stepsOfFilters(s.segments)
	if s.filters.regex, err = regexesOf(s.segments); err != nil {
		return nil, fmt.Errorf("%q: %w", bounded(text, maxRuleWord), err)
	}
	return s, nil
}

func simplePath(segments []*spec.Segment) ([]pathStep, bool) {
	var steps []pathStep
	for _, seg := range segments {
		if seg.IsDescendant() || len(seg.Selectors()) != 1 {
			return nil, false
		}
		switch sel := seg.Selectors()[0].(type) {
		case spec.Name:
			steps = append(steps, pathStep{string(sel), memberStep})
		case spec.Index:
			if sel < 0 {
				return nil, false
			}
			steps = append(steps, pathStep{"", int(sel)})
		case spec.WildcardSelector:
			steps = append(steps, pathStep{"", everyElement})
		default:
			return nil, false
		}
	}
	return steps, true
}

func (s *jsonSource) String() string { return "json " + s.text }

func (s *jsonSource) find(v *View, _ int) error {
	v.found = v.found[:0]
	if !s.isSimple {
		return s.findGeneral(v)
	}
	body, err := v.text()
	if err != nil {
		return err
	}
	f := pathScan{doc: body, found: v.paths[:0]}
	err = f.find(s.simple)
	v.paths = f.found[:0]
	if err != nil {
		return err
	}
	if f.general {
		return s.findGeneral(v)
	}
	for _, text := range f.found {
		v.found = append(v.found, match{text: text, json: true})
	}
	return nil
}

func (s *jsonSource) findGeneral(v *View) error {
	root, err := v.document()
	if err != nil {
		return err
	}
	if err := s.filters.fits(root); err != nil {
		return err
	}
	walk := treeWalk{root: root, filters: s.filters, steps: maxTreeSteps, regexSteps: MaxRegexWork}
	if s.filters.regex > 0 && s.filters.deep > 0 {
		_, walk.depth = root.measure()
	}
	nodes, err := walk.query(s.segments)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		v.found = append(v.found, match{text: n.raw, json: true})
	}
	return nil
}

// cssSource is a group of CSS selectors; what it finds is an attribute of the element,
// or its text without space around it.
type cssSource struct {
	text, attr string
	selector   cascadia.SelectorGroup
	steps      cssSteps
}

func newCSSSource(text, attr string) (*cssSource, error) {
	if len(text) > maxExpression {
		return nil, errLongExpression
	}
	selector, err := cascadia.ParseGroup(text)
	if err != nil {
		return nil, fmt.Errorf("%q is not a CSS selector: %v", text, err)
	}
	if err := refusedCSS(text); err != nil {
		return nil, fmt.Errorf("%q: %w", bounded(text, maxRuleWord), err)
	}
	return &cssSource{text, strings.ToLower(attr), selector, stepsOfCSS(text)}, nil
}

func (s *cssSource) String() string {
	if s.attr == "" {
		return "css " + s.text
	}
	return "css " + s.text + " attr " + s.attr
}

func (s *cssSource) find(v *View, limit int) error {
	v.found = v.found[:0]
	page, err := v.html()
	if err != nil {
		return err
	}
	if err := s.steps.fits(page, len(v.body)); err != nil {
		return err
	}
	walk := cssWalk{source: s, v: v, limit: limit, dear: s.steps.into > 0 || !s.steps.cheap()}
	return walk.walk(page)
}

func enough(v *View, limit int) bool {
	return len(v.found) >= maxMatches || limit > 0 && len(v.found) >= limit
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// nodeText is an attribute of n, or the text in it without space around it.
func nodeText(n *html.Node, attr string) string {
	if attr != "" {
		return htmlquery.SelectAttr(n, attr)
	}
	return strings.TrimSpace(htmlquery.InnerText(n))
}

// xpathSource is an XPath 1.0 expression over HTML: nodes, or a string, number or
// truth value.
type xpathSource struct {
	text string
	// pool of *xpath.Expr: an expression keeps state while it is evaluated, so that two
	// users cannot share one.
	pool sync.Pool
}

func newXPathSource(text string) (*xpathSource, error) {
	if len(text) > maxExpression {
		return nil, errLongExpression
	}
	expr, err := compileXPath(text)
	if err != nil {
		return nil, fmt.Errorf("%q is not an XPath: %v", text, err)
	}
	s := &xpathSource{text: text}
	s.pool.Put(expr)
	return s, nil
}

// compileXPath and evaluate turn panics of the library into errors: it has some for
// expressions that make no sense, sum("x") and boolean() among them.
func compileXPath(text string) (expr *xpath.Expr, err error) {
	defer recovered(&err)
	if name := endlessFunction(text); name != "" {
		return nil, fmt.Errorf("there is no function %s in XPath 1.0: take the text, and use regex or a script", name)
	}
	return xpath.Compile(text)
}

func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%v", r)
	}
}

func (s *xpathSource) String() string { return "xpath " + s.text }

func (s *xpathSource) find(v *View, limit int) error {
	v.found = v.found[:0]
	page, err := v.html()
	if err != nil {
		return err
	}
	expr, ok := s.pool.Get().(*xpath.Expr)
	if !ok {
		if expr, err = compileXPath(s.text); err != nil {
			return err
		}
	}
	if err := evaluate(expr, page, v, limit); err != nil {
		return err // and expr, in an unknown state, is not used again
	}
	s.pool.Put(expr)
	return nil
}

func evaluate(expr *xpath.Expr, page *html.Node, v *View, limit int) (err error) {
	defer recovered(&err)
	switch found := expr.Evaluate(newNavigator(page)).(type) {
	case *xpath.NodeIterator:
		for !enough(v, limit) && found.MoveNext() {
			v.found = append(v.found, nodeMatch(found.Current()))
		}
	case string:
		v.found = append(v.found, match{text: found})
	case float64:
		v.found = append(v.found, match{text: formatFloat(found)})
	case bool:
		v.found = append(v.found, match{text: fmt.Sprint(found)})
	default:
		return errors.New("the expression has no value")
	}
	return nil
}

// nodeMatch leaves the text of an element for later: that of nested ones together can
// be much longer than the body.
func nodeMatch(at xpath.NodeNavigator) match {
	if nav, ok := at.(*navigator); ok && nav.NodeType() == xpath.ElementNode {
		return match{node: nav.Current()}
	}
	return match{text: strings.TrimSpace(at.Value())}
}

// regexSource is a regular expression (RE2, so time is linear in the body).
type regexSource struct {
	text  string
	re    *regexp.Regexp
	group int
}

func newRegexSource(all *regexes, text string, group *int) (*regexSource, error) {
	re, err := all.compile(text)
	if err != nil {
		return nil, err
	}
	s := &regexSource{text: text, re: re, group: min(re.NumSubexp(), 1)}
	if group != nil {
		s.group = *group
	}
	if s.group < 0 || s.group > re.NumSubexp() {
		return nil, fmt.Errorf("%q has %d groups, not %d", bounded(text, maxRuleWord), re.NumSubexp(), s.group)
	}
	return s, nil
}

func (s *regexSource) String() string { return "regex " + s.text }

func (s *regexSource) find(v *View, limit int) error {
	v.found = v.found[:0]
	body, err := v.text()
	if err != nil {
		return err
	}
	if limit == 1 {
		s.add(v, body, s.re.FindStringSubmatchIndex(body))
		return nil
	}
	if limit == 0 {
		limit = maxMatches
	}
	for _, at := range s.re.FindAllStringSubmatchIndex(body, limit) {
		s.add(v, body, at)
	}
	return nil
}

// add takes the group out of one match; a group that took no part is no match.
func (s *regexSource) add(v *View, body string, at []int) {
	if at != nil && at[2*s.group] >= 0 {
		v.found = append(v.found, match{text: body[at[2*s.group]:at[2*s.group+1]]})
	}
}

// headerSource is the name of a response header.
type headerSource string

func (s headerSource) String() string { return "header " + string(s) }

func (s headerSource) find(v *View, limit int) error {
	v.found = v.found[:0]
	if limit != 1 {
		for _, line := range v.response.Headers(string(s)) {
			v.found = append(v.found, match{text: line})
		}
		return nil
	}
	if b, ok := v.response.Header(string(s)); ok {
		v.found = append(v.found, match{text: sharedText(b)})
	}
	return nil
}

// cookieSource is the name of a cookie that the response sets.
type cookieSource string

func (s cookieSource) String() string { return "cookie " + string(s) }

func (s cookieSource) find(v *View, _ int) error {
	v.found = v.found[:0]
	if b, ok := v.response.Cookie(string(s)); ok {
		v.found = append(v.found, match{text: sharedText(b)})
	}
	return nil
}
