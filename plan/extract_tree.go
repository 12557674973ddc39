package plan

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/theory/jsonpath/spec"

	"github.com/locust-http/locust-http/load"
)

// Bounds of the general JSONPath way, which keeps a document as a tree: a node costs
// about 150 bytes.
const (
	maxTreeNodes   = 500_000
	maxTreeMatches = 100_000
)

var (
	errTreeNodes   = fmt.Errorf("the body has more than %d JSON values: use a simple path", maxTreeNodes)
	errTreeMatches = fmt.Errorf("the path finds more than %d values", maxTreeMatches)
)

// treeNode is one JSON value of a parsed document. Kids are in the order of the
// document (a repeated name keeps its first place and its last value), which is why
// theory/jsonpath parses paths and judges filters here but does not walk: it walks Go
// maps, in random order.
type treeNode struct {
	raw   string // as JSON text
	plain any    // as theory/jsonpath wants it; numbers are json.Number
	names []string
	kids  []treeNode
}

type treeParser struct {
	doc   string
	nodes int
}

// parseTree parses a whole document.
func parseTree(doc string) (*treeNode, error) {
	i := skipSpace(doc, 0)
	if end, ok := skipJSON(doc, i, 0); !ok || skipSpace(doc, end) != len(doc) {
		return nil, notJSON(doc, end)
	}
	p := treeParser{doc: doc}
	var root treeNode
	if _, err := p.value(i, &root); err != nil {
		return nil, err
	}
	return &root, nil
}

// value parses the value at doc[i], which is known to be valid.
func (p *treeParser) value(i int, n *treeNode) (end int, err error) {
	if p.nodes++; p.nodes > maxTreeNodes {
		return 0, errTreeNodes
	}
	switch p.doc[i] {
	case '{':
		end, err = p.object(i, n)
	case '[':
		end, err = p.array(i, n)
	default:
		end, _ = skipJSON(p.doc, i, 0)
		n.plain = plainScalar(p.doc[i:end])
	}
	n.raw = p.doc[i:max(i, end)]
	return end, err
}

func plainScalar(raw string) any {
	switch raw[0] {
	case '"':
		return unquote(raw)
	case 't', 'f':
		return raw == "true"
	case 'n':
		return nil
	}
	return json.Number(raw)
}

func (p *treeParser) array(i int, n *treeNode) (end int, err error) {
	i, more := enter(p.doc, i, ']')
	for more {
		var kid treeNode
		if i, err = p.value(i, &kid); err != nil {
			return i, err
		}
		n.kids = append(n.kids, kid)
		i, more, _ = next(p.doc, i, ']')
	}
	plain := make([]any, len(n.kids))
	for k := range n.kids {
		plain[k] = n.kids[k].plain
	}
	n.plain = plain
	return i, nil
}

func (p *treeParser) object(i int, n *treeNode) (end int, err error) {
	plain := map[string]any{}
	place := map[string]int{}
	i, more := enter(p.doc, i, '}')
	for more {
		quoted, at, _ := memberName(p.doc, i)
		name := unquote(quoted)
		var kid treeNode
		if i, err = p.value(at, &kid); err != nil {
			return i, err
		}
		plain[name] = kid.plain
		if k, again := place[name]; again {
			n.kids[k] = kid
		} else {
			place[name] = len(n.kids)
			n.names, n.kids = append(n.names, name), append(n.kids, kid)
		}
		i, more, _ = next(p.doc, i, '}')
	}
	n.plain = plain
	return i, nil
}

func (n *treeNode) isArray() bool  { return n.raw[0] == '[' }
func (n *treeNode) isObject() bool { return n.raw[0] == '{' }

// member is the kid of that name, or nil. Objects that are asked for many names are
// rare, so a walk will do.
func (n *treeNode) member(name string) *treeNode {
	for i, s := range n.names {
		if s == name {
			return &n.kids[i]
		}
	}
	return nil
}

// treeWalk follows the segments of a path from node to node (RFC 9535, 2.5).
type treeWalk struct {
	root       *treeNode
	found      []*treeNode // of the segment under way
	filters    filterSteps
	steps      int // left
	regexSteps int // left
	depth      int // of the document, where filters go down
}

var errSelector = errors.New("unknown selector")

func (w *treeWalk) query(segments []*spec.Segment) ([]*treeNode, error) {
	nodes := []*treeNode{w.root}
	for _, seg := range segments {
		w.found = nil
		for _, n := range nodes {
			if err := w.segment(seg, n); err != nil {
				return nil, err
			}
		}
		nodes = w.found
	}
	return nodes, nil
}

func (w *treeWalk) segment(seg *spec.Segment, n *treeNode) error {
	for _, sel := range seg.Selectors() {
		if w.steps -= 1 + len(n.kids); w.steps < 0 {
			return errTreeSteps
		}
		if err := w.selector(sel, n); err != nil {
			return err
		}
	}
	if len(w.found) > maxTreeMatches {
		return errTreeMatches
	}
	if !seg.IsDescendant() {
		return nil
	}
	for i := range n.kids {
		if err := w.segment(seg, &n.kids[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *treeWalk) selector(sel spec.Selector, n *treeNode) error {
	switch sel := sel.(type) {
	case spec.Name:
		if kid := n.member(string(sel)); kid != nil {
			w.found = append(w.found, kid)
		}
	case spec.Index:
		w.index(int(sel), n)
	case spec.SliceSelector:
		w.slice(sel, n)
	case spec.WildcardSelector:
		for i := range n.kids {
			w.found = append(w.found, &n.kids[i])
		}
	case *spec.FilterSelector:
		for i := range n.kids {
			if w.regexSteps -= w.filters.regexWork(&n.kids[i], len(w.root.raw), w.depth); w.regexSteps < 0 {
				return errTreeRegex
			}
			if sel.Eval(n.kids[i].plain, w.root.plain) {
				w.found = append(w.found, &n.kids[i])
			}
		}
	default:
		return errSelector
	}
	return nil
}

func (w *treeWalk) index(i int, n *treeNode) {
	if i < 0 {
		i += len(n.kids)
	}
	if n.isArray() && i >= 0 && i < len(n.kids) {
		w.found = append(w.found, &n.kids[i])
	}
}

func (w *treeWalk) slice(s spec.SliceSelector, n *treeNode) {
	if !n.isArray() {
		return
	}
	lower, upper := s.Bounds(len(n.kids))
	for i := lower; s.Step() > 0 && i < upper; i += s.Step() {
		w.found = append(w.found, &n.kids[i])
		if s.Step() > len(n.kids) {
			return // adding it again could overflow
		}
	}
	for i := upper; s.Step() < 0 && i > lower; i += s.Step() {
		w.found = append(w.found, &n.kids[i])
		if s.Step() < -len(n.kids) {
			return
		}
	}
}

// equalJSON compares two JSON texts by what they say: members in any order, numbers
// by value.
func equalJSON(a, b string) bool {
	x, errA := parseTree(a)
	y, errB := parseTree(b)
	return errA == nil && errB == nil && equalTrees(x, y)
}

func equalTrees(a, b *treeNode) bool {
	if !a.isArray() && !a.isObject() {
		return equalScalars(rawValue(a.raw), rawValue(b.raw))
	}
	if a.raw[0] != b.raw[0] || len(a.kids) != len(b.kids) {
		return false
	}
	for i := range a.kids {
		other := &b.kids[i]
		if a.isObject() {
			if other = b.member(a.names[i]); other == nil {
				return false
			}
		}
		if !equalTrees(&a.kids[i], other) {
			return false
		}
	}
	return true
}

// equalScalars is strict about types, as members of one JSON text are.
func equalScalars(a, b load.Value) bool { return a.Kind == b.Kind && equalValues(a, b) }
