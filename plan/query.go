package plan

import (
	"fmt"
	"strings"

	"github.com/theory/jsonpath/spec"

	"github.com/locust-http/locust-http/load"
)

// QueryKind is the language of a Query.
type QueryKind uint8

// The languages: JSONPath (RFC 9535), XPath 1.0 and CSS selectors on HTML, and regular
// expressions (RE2).
const (
	JSONQuery QueryKind = iota
	XPathQuery
	CSSQuery
	RegexQuery
)

// Query is a question that a script asks about a response. It is immutable and shared by
// all users. It finds what an extraction with the same words finds.
type Query struct {
	source   finder
	definite bool
	cost     int // bytes that it takes, about
	size     int // of a regular expression, in instructions; 0: none
}

// CompileQuery compiles a query. attr is the attribute that a CSS query wants; empty, or
// for the other languages: none. Errors say what is wrong with text.
func CompileQuery(kind QueryKind, text, attr string) (*Query, error) {
	q := &Query{definite: true, cost: 512 + 64*len(text)}
	var err error
	switch kind {
	case JSONQuery:
		var s *jsonSource
		if s, err = newJSONSource(text); err != nil {
			return nil, fmt.Errorf("%w%s", err, pathHint(text))
		}
		q.source, q.definite = s, isDefinite(s.segments)
	case XPathQuery:
		q.source, err = newXPathSource(text)
	case CSSQuery:
		q.source, err = newCSSSource(text, attr)
	case RegexQuery:
		s := &regexSource{text: text}
		if s.re, q.size, err = CompileRegex(text); err == nil {
			s.group = min(s.re.NumSubexp(), 1)
		}
		q.source, q.cost = s, q.cost+40*q.size
	default:
		return nil, fmt.Errorf("no query language %d", kind)
	}
	if err != nil {
		return nil, err
	}
	return q, nil
}

func pathHint(text string) string {
	if strings.HasPrefix(text, "$") {
		return ""
	}
	return " (a JSONPath begins with $: $." + bounded(strings.TrimPrefix(text, "."), 40) + ")"
}

// isDefinite says whether a path can find one value at most: names and indexes only.
func isDefinite(segments []*spec.Segment) bool {
	for _, seg := range segments {
		if seg.IsDescendant() || len(seg.Selectors()) != 1 {
			return false
		}
		switch seg.Selectors()[0].(type) {
		case spec.Name, spec.Index:
		default:
			return false
		}
	}
	return true
}

// Definite says whether q finds one value: all queries but JSONPaths with wildcards,
// slices, filters, .. or several names.
func (q *Query) Definite() bool { return q.definite }

// Value is what q finds, as scripts see it: the first match of a definite query, Unset
// without one; all matches of another one as a JSON array, which may be empty. The error
// says why the response cannot be searched: its body is not JSON. The value shares no
// memory with the response. On a simple path nothing but its text is allocated.
func (q *Query) Value(v *View) (load.Value, error) {
	if q.definite {
		return q.First(v)
	}
	if err := q.find(v, 0); err != nil {
		return load.Value{}, err
	}
	return allMatches(v.found)
}

// First is the first match of q; Unset: there is none. Otherwise as Value.
func (q *Query) First(v *View) (load.Value, error) {
	if err := q.find(v, 1); err != nil || len(v.found) == 0 {
		return load.Value{}, err
	}
	found := v.found[0].value()
	found.Text = strings.Clone(found.Text)
	return found, nil
}

// Find is all matches of q in the order of the document, at most 100,000 of them and
// 16 MiB. Otherwise as Value.
func (q *Query) Find(v *View) ([]load.Value, error) {
	if err := q.find(v, 0); err != nil || len(v.found) == 0 {
		return nil, err
	}
	all, size := make([]load.Value, len(v.found)), 0
	for i := range all {
		all[i] = v.found[i].value()
		all[i].Text = strings.Clone(all[i].Text)
		if size += len(all[i].Text); size > maxAll {
			return nil, fmt.Errorf("all that was found is more than %d bytes", maxAll)
		}
	}
	return all, nil
}

func (q *Query) find(v *View, limit int) error {
	if q.size > 0 {
		body, err := v.text()
		if err != nil {
			return err
		}
		if err := RegexFits(q.size, len(body)); err != nil {
			return err
		}
	}
	return q.source.find(v, limit)
}

// Text is the decoded body. It shares memory with the response, and is valid until the
// next Reset at most: what outlives the response must be cloned.
func (v *View) Text() (string, error) { return v.text() }
