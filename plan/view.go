package plan

import (
	"fmt"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/net/html"

	"github.com/locust-http/locust-http/load"
)

// Response is what extractors and checks read. Body is the decoded body; it may be
// called several times, and fails when the body cannot be decompressed. Headers is all
// lines of a name, of which Header is the first. What Header, Cookie and Body return must
// stay unchanged until the next View.Reset.
type Response interface {
	Status() int
	Header(name string) (value []byte, ok bool)
	Headers(name string) []string
	Cookie(name string) (value []byte, ok bool)
	Body() ([]byte, error)
	Latency() time.Duration
}

// View holds one response with what several extractors and checks share of it: the
// parsed JSON, the parsed HTML. A user has one and resets it for each response; it
// keeps nothing of the response before. The zero value is ready for Reset. Not safe
// for concurrent use.
type View struct {
	response Response
	body     string
	bodyErr  error
	bodyRead bool
	tree     *treeNode
	treeErr  error
	page     *html.Node
	pageErr  error
	found    []match
	paths    []string
	scratch  []byte
}

// keptMatches bounds the memory that a View keeps from one response to the next, in
// matches.
const keptMatches = 256

// Reset points v at a new response.
func (v *View) Reset(r Response) {
	*v = View{response: r, found: emptied(v.found), paths: emptied(v.paths), scratch: v.scratch[:0]}
}

// emptied is s without its elements, which may hold a large body in memory.
func emptied[T any](s []T) []T {
	if cap(s) > keptMatches {
		return nil
	}
	clear(s[:cap(s)])
	return s[:0]
}

// text is the body as text that shares its memory.
func (v *View) text() (string, error) {
	if !v.bodyRead {
		v.bodyRead = true
		b, err := v.response.Body()
		if err != nil {
			v.bodyErr = fmt.Errorf("body: %w", err)
		}
		v.body = sharedText(b)
	}
	return v.body, v.bodyErr
}

// sharedText is b as a string without a copy: a View must be able to compare parts of
// a body without allocating. That holds as long as b does not change, which Response
// promises; whatever outlives the response is cloned.
func sharedText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// document is the body as a tree of JSON values.
func (v *View) document() (*treeNode, error) {
	if v.tree == nil && v.treeErr == nil {
		body, err := v.text()
		if err != nil {
			return nil, err
		}
		v.tree, v.treeErr = parseTree(body)
	}
	return v.tree, v.treeErr
}

// maxTags bounds the HTML that is parsed, in "<" characters: a node costs about 200
// bytes. Nesting is bounded by x/net/html, which refuses more than 512 open elements.
const maxTags = 100_000

// html is the body as parsed HTML. Anything parses; what is no HTML has no elements.
func (v *View) html() (*html.Node, error) {
	if v.page == nil && v.pageErr == nil {
		body, err := v.text()
		if err != nil {
			return nil, err
		}
		v.page, v.pageErr = parseHTML(body)
	}
	return v.page, v.pageErr
}

func parseHTML(body string) (*html.Node, error) {
	if n := strings.Count(body, "<"); n > maxTags {
		return nil, fmt.Errorf("the body has %d tags: HTML of more than %d is not parsed", n, maxTags)
	}
	page, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("parse the body as HTML: %w", err)
	}
	return page, nil
}

// match is one value that a finder has found. It shares memory with the response, and
// is made into text only when it is asked for.
type match struct {
	text string
	json bool       // text is JSON
	node *html.Node // text is of this element
	attr string     // of node; its text when empty
}

// value is what m found. It may share memory with the response.
func (m *match) value() load.Value {
	switch {
	case m.json:
		return rawValue(m.text)
	case m.node != nil:
		return load.StringValue(nodeText(m.node, m.attr))
	}
	return load.StringValue(m.text)
}
