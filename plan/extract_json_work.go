package plan

import (
	"fmt"
	"math"
	"strings"

	"github.com/theory/jsonpath/spec"
)

// maxFilterWork bounds the steps of a JSONPath's filters, which cannot be stopped: a few
// seconds. $..[?@..[?@..a]] takes the square of a document's depth for each of its values.
const maxFilterWork = 50_000_000

// filterSteps is what makes filters expensive: how often they, or what leads to them, go
// down to all that is below a value (deep), or look through the whole document (whole).
// Counted in their text it is never too low.
type filterSteps struct{ deep, whole int }

func stepsOfFilters(segments []*spec.Segment) filterSteps {
	var s filterSteps
	above := 0 // segments up to here that go down to all below
	for _, seg := range segments {
		if seg.IsDescendant() {
			above++
		}
		for _, sel := range seg.Selectors() {
			filter, ok := sel.(*spec.FilterSelector)
			if !ok {
				continue
			}
			text := bareFilter(filter.String())
			s.deep = max(s.deep, strings.Count(text, "..")+max(above-1, 0))
			if strings.ContainsAny(text, "*:") || strings.Contains(text, "..") || strings.Count(text, "?") > 1 {
				s.whole = max(s.whole, strings.Count(text, "$"))
			}
		}
	}
	return s
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
	if s == (filterSteps{}) {
		return nil
	}
	nodes, depth := root.measure()
	work := float64(nodes) * math.Pow(float64(depth), float64(s.deep)) * math.Pow(float64(nodes), float64(s.whole))
	if work > maxFilterWork {
		return fmt.Errorf("the filter may take too long on this body of %d values, %d deep: use a path without .. in it", nodes, depth)
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
