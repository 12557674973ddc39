package plan

import (
	"errors"
	"fmt"
	"math"
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/theory/jsonpath/spec"
)

// maxFilterWork bounds the steps of a JSONPath's filters, which cannot be stopped: a few
// seconds. $..[?@..[?@..a]] takes the square of a document's depth for each of its values.
const maxFilterWork = 50_000_000

// maxTreeSteps bounds the steps from value to value that a path takes: a second or two. A name
// that stands forty times in each of three brackets leads to 64,000 walks down.
const maxTreeSteps = 20_000_000

var (
	errTreeSteps = fmt.Errorf("the path takes more than %d steps in this body: use a more direct one", maxTreeSteps)
	errTreeRegex = errors.New("the regular expression of the path may take too long on this body: use a shorter one, or a path that leads closer")
)

// filterSteps is what makes filters expensive: how often they, or what leads to them, go
// down to all that is below a value (deep), or look through the whole document (whole);
// whether they mention it at all, and the instructions of their regular expressions. A name
// that stands twice in brackets leads twice to the same value, which leads on twice: often
// is how many ways there are to a value, within of them those in the filters themselves.
// Counted in their text it is never too low.
type filterSteps struct {
	deep, whole   int
	rooted        bool
	regex         int
	often, within float64
}

func stepsOfFilters(segments []*spec.Segment) filterSteps {
	var s filterSteps
	above := 0  // segments up to here that go down to all below
	ways := 1.0 // to a value that a filter looks at
	for _, seg := range segments {
		if seg.IsDescendant() {
			above++
		}
		ways *= float64(len(seg.Selectors()))
		for _, sel := range seg.Selectors() {
			filter, ok := sel.(*spec.FilterSelector)
			if !ok {
				continue
			}
			text := bareFilter(filter.String())
			s.rooted = s.rooted || strings.Contains(text, "$")
			within := waysIn(text)
			s.often, s.within = max(s.often, ways*within), max(s.within, within)
			s.deep = max(s.deep, strings.Count(text, "..")+max(above-1, 0))
			if strings.ContainsAny(text, "*:") || strings.Contains(text, "..") || strings.Count(text, "?") > 1 {
				s.whole = max(s.whole, strings.Count(text, "$"))
			}
		}
	}
	return s
}

// waysIn is how many ways the brackets of a bare filter make, all together.
func waysIn(bare string) float64 {
	ways := 1.0
	var open []float64 // of brackets that are open, how many things are in them; 0: of parentheses
	for i := range len(bare) {
		switch bare[i] {
		case '[':
			open = append(open, 1)
		case '(':
			open = append(open, 0)
		case ',':
			if n := len(open); n > 0 && open[n-1] > 0 {
				open[n-1]++
			}
		case ']', ')':
			if n := len(open); n > 0 {
				ways *= max(open[n-1], 1)
				open = open[:n-1]
			}
		}
	}
	return ways
}

// regexesOf is the size of the regular expressions in filters, as their String writes them.
// One that is taken from the document could be any.
func regexesOf(segments []*spec.Segment) (size int, err error) {
	for _, seg := range segments {
		for _, sel := range seg.Selectors() {
			filter, ok := sel.(*spec.FilterSelector)
			if !ok {
				continue
			}
			n, err := regexesIn(filter.String())
			if err != nil {
				return 0, err
			}
			size += n
		}
	}
	return size, nil
}

var errPattern = errors.New("match and search take a text in quotes as their pattern")

func regexesIn(filter string) (size int, err error) {
	var calls []bool // the brackets that are open: of match or search?
	literal, literalEnd := "", -1
	for i := 0; i < len(filter); i++ {
		switch filter[i] {
		case '"':
			quoted, err := strconv.QuotedPrefix(filter[i:])
			if err != nil {
				return 0, errPattern
			}
			literal, _ = strconv.Unquote(quoted)
			i += len(quoted) - 1
			literalEnd = i + 1
		case '(':
			calls = append(calls, strings.HasSuffix(filter[:i], "match") || strings.HasSuffix(filter[:i], "search"))
		case ')':
			if len(calls) == 0 {
				return 0, errPattern
			}
			if calls[len(calls)-1] {
				if literalEnd != i {
					return 0, errPattern
				}
				if tree, err := syntax.Parse(literal, syntax.Perl); err == nil {
					size += regexSize(tree)
				}
			}
			calls = calls[:len(calls)-1]
		}
	}
	if size > MaxRegexSize {
		return 0, fmt.Errorf("its regular expressions have more than %d instructions", MaxRegexSize)
	}
	return size, nil
}

// regexWork is what the regular expressions of a filter may do with a value, in steps: one
// for each instruction and byte of the value, or of the whole document where the filter
// mentions it.
func (s filterSteps) regexWork(n *treeNode, whole, depth int) int {
	if s.regex == 0 {
		return 0
	}
	size := len(n.raw)
	if s.rooted {
		size = whole
	}
	work := float64(s.regex) * float64(1+size) * s.within * math.Pow(float64(depth), float64(s.deep))
	return int(min(work, MaxRegexWork+1))
}

// bareFilter is text without what is quoted: nothing in there is a step.
func bareFilter(text string) string {
	bare := make([]byte, 0, len(text))
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		default:
			bare = append(bare, c)
		}
	}
	return string(bare)
}

// fits says why a document is not searched.
func (s filterSteps) fits(root *treeNode) error {
	if s.deep == 0 && s.whole == 0 && s.often <= 1 {
		return nil
	}
	nodes, depth := root.measure()
	work := float64(nodes) * s.often * math.Pow(float64(depth), float64(s.deep)) * math.Pow(float64(nodes), float64(s.whole))
	if work > maxFilterWork {
		return fmt.Errorf("the filter may take too long on this body of %d values, %d deep: use a more direct path, without .. in it", nodes, depth)
	}
	return nil
}

// measure is how many values there are, and how deep they are nested; it is as deep as
// the document, which is bounded.
func (n *treeNode) measure() (nodes, depth int) {
	nodes = 1
	for i := range n.kids {
		more, below := n.kids[i].measure()
		nodes, depth = nodes+more, max(depth, below)
	}
	return nodes, depth + 1
}
