package plan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// Extractor takes one variable out of a response. It is immutable and shared by all
// users.
type Extractor struct {
	Name     string
	Slot     int
	Optional bool       // a miss unsets the variable, or sets Default
	Default  load.Value // Unset when there is none

	source finder
	pick   pick
}

// Extract is what e finds; a miss is an error whose text says what was looked for
// and why it is not there. The value shares no memory with the response.
func (e *Extractor) Extract(v *View, s *Scope) (load.Value, error) {
	if err := e.source.find(v, e.pick.limit()); err != nil {
		return load.Value{}, fmt.Errorf("%s: %w", e.source, err)
	}
	if e.pick.kind == pickAll && len(v.found) > 0 {
		all, err := allMatches(v.found)
		if err != nil {
			return load.Value{}, fmt.Errorf("%s: %w", e.source, err)
		}
		return all, nil
	}
	i := e.pick.index(len(v.found), s)
	if i < 0 {
		return load.Value{}, e.miss(v)
	}
	found := v.found[i].value()
	found.Text = strings.Clone(found.Text)
	return found, nil
}

func (e *Extractor) miss(v *View) error {
	if n := len(v.found); n > 0 {
		return fmt.Errorf("%s: found %d, not %d", e.source, n, e.pick.n)
	}
	body, _ := v.text()
	return fmt.Errorf("%s: nothing found (status %d, %d bytes of body)", e.source, v.response.Status(), len(body))
}

// maxAll bounds the value of pick: all, in bytes: what is nested is in it repeatedly.
const maxAll = 16 << 20

// allMatches is the found values as a JSON array.
func allMatches(found []match) (load.Value, error) {
	dst := []byte{'['}
	for i := range found {
		if i > 0 {
			dst = append(dst, ',')
		}
		if found[i].json {
			dst = append(dst, found[i].text...)
		} else {
			dst = appendJSON(dst, found[i].value())
		}
		if len(dst) > maxAll {
			return load.Value{}, fmt.Errorf("all that was found is more than %d bytes", maxAll)
		}
	}
	return load.Value{Kind: load.Composite, Text: string(append(dst, ']'))}, nil
}

// pick chooses one of several matches.
type pick struct {
	kind pickKind
	n    int // of pickNumber, from 1
}

type pickKind uint8

const (
	pickFirst pickKind = iota
	pickLast
	pickRandom
	pickAll
	pickNumber
)

// parsePick reads first, last, random, all, or a number from 1.
func parsePick(p load.Pick) (pick, bool) {
	words := map[load.Pick]pickKind{"": pickFirst, "first": pickFirst, "last": pickLast, "random": pickRandom, "all": pickAll}
	if kind, ok := words[p]; ok {
		return pick{kind: kind}, true
	}
	n, err := strconv.Atoi(string(p))
	return pick{pickNumber, n}, err == nil && n >= 1 && n <= maxMatches
}

// limit is how many matches are needed at most; 0: all.
func (p pick) limit() int {
	switch p.kind {
	case pickFirst:
		return 1
	case pickNumber:
		return p.n
	}
	return 0
}

// index is the chosen one of n matches, or -1.
func (p pick) index(n int, s *Scope) int {
	switch {
	case n == 0:
		return -1
	case p.kind == pickLast:
		return n - 1
	case p.kind == pickRandom:
		return s.Rand.IntN(n)
	case p.kind == pickNumber && p.n > n:
		return -1
	case p.kind == pickNumber:
		return p.n - 1
	}
	return 0
}

// extractor compiles x, which stands at path.
func (c *compiler) extractor(path string, x *load.Extract) *Extractor {
	e := &Extractor{Name: x.Name, Slot: c.slots[x.Name], Optional: x.Optional}
	sources := sourceSpec{json: x.JSON, css: x.CSS, attr: x.Attr, xpath: x.XPath, regex: x.Regex, group: x.Group, header: x.Header, cookie: x.Cookie}
	e.source = c.source(path, sources)
	if e.source == nil {
		return nil
	}
	var ok bool
	if e.pick, ok = parsePick(x.Pick); !ok {
		c.issue(path+".pick", "", "%q is none of first, last, random, all and a number from 1 to %d", x.Pick, maxMatches)
	}
	if x.Default != "" {
		e.Optional = true
		if e.Default, ok = jsonValue(string(x.Default)); !ok {
			c.issue(path+".default", "", "is not a JSON value")
		}
	}
	return e
}

// sourceSpec is the words of an extraction or a check that say where to look; exactly
// one of them is set.
type sourceSpec struct {
	json, css, attr, xpath, regex, header, cookie string
	group                                         *int
}

// source compiles the one source of x, or reports why it cannot.
func (c *compiler) source(path string, x sourceSpec) finder {
	kinds := []struct {
		word, expr string
		compile    func() (finder, error)
	}{
		{"json", x.json, func() (finder, error) { return newJSONSource(x.json) }},
		{"css", x.css, func() (finder, error) { return newCSSSource(x.css, x.attr) }},
		{"xpath", x.xpath, func() (finder, error) { return newXPathSource(x.xpath) }},
		{"regex", x.regex, func() (finder, error) { return newRegexSource(&c.regexes, x.regex, x.group) }},
		{"header", x.header, func() (finder, error) { return headerSource(x.header), nil }},
		{"cookie", x.cookie, func() (finder, error) { return cookieSource(x.cookie), nil }},
	}
	var found finder
	n := 0
	for _, k := range kinds {
		if k.expr == "" {
			continue
		}
		n++
		s, err := k.compile()
		if err != nil {
			c.sourceIssue(path+"."+k.word, k.word, k.expr, err)
			return nil
		}
		found = s
	}
	if n != 1 {
		c.issue(path, "give exactly one of json, css, xpath, regex, header and cookie", "has %d sources", n)
		return nil
	}
	if x.attr != "" && x.css == "" {
		c.issue(path+".attr", "", "goes with css only")
	}
	if x.group != nil && x.regex == "" {
		c.issue(path+".group", "", "goes with regex only")
	}
	return found
}

func (c *compiler) sourceIssue(path, word, expr string, err error) {
	hint := ""
	if word == "json" && !strings.HasPrefix(expr, "$") {
		hint = "a JSONPath begins with $: $." + strings.TrimPrefix(expr, ".")
	}
	c.issue(path, hint, "%v", err)
}
