package plan

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Bounds of a search with CSS selectors. Matching one element tries all ways up the page
// and along the siblings; it cannot be stopped, so that its work is estimated before. The
// elements together have a time.
const (
	maxCSSWork = 100_000_000 // ways that one element may have: half a second
	maxCSSTime = 5 * time.Second
	cssLook    = 64 // elements from one look at the clock to the next
)

// cssSteps is what makes matching an element expensive: how many steps a selector has up
// the page, along the siblings, and into all that is below an element. Counted in its
// text, several selectors together, it is never too low.
type cssSteps struct{ up, along, into int }

func stepsOfCSS(text string) cssSteps {
	text = bareCSS(text)
	s := cssSteps{along: strings.Count(text, "~"), into: strings.Count(text, ":has") + strings.Count(text, ":contains") + strings.Count(text, ":matches")}
	near := 0
	for _, word := range strings.Fields(strings.NewReplacer(">", " > ", "+", " + ", "~", " ~ ").Replace(text)) {
		if word == ">" || word == "+" || word == "~" {
			near += 2 // the space on both sides of it
		}
		s.up++
	}
	s.up = max(s.up-1-near, 0)
	return s
}

// bareCSS is text without what is quoted, escaped, or in square brackets: nothing in there
// is a step.
func bareCSS(text string) string {
	bare := make([]byte, 0, len(text))
	quote, inBrackets := byte(0), false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
			bare = append(bare, 'x')
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[' || c == ']':
			inBrackets = c == '['
			bare = append(bare, 'x')
		case !inBrackets:
			bare = append(bare, c)
		}
	}
	return string(bare)
}

// cheap says that no page is too large.
func (s cssSteps) cheap() bool { return s.up <= 3 && s.along <= 1 && s.into <= 1 }

// fits says why a page is not searched.
func (s cssSteps) fits(page *html.Node) error {
	if s.cheap() {
		return nil
	}
	var size pageSize
	size.measure(page, 0)
	work := ways(size.deep, s.up) * ways(size.wide, s.along)
	for range s.into {
		work *= float64(size.nodes)
	}
	if work > maxCSSWork {
		return fmt.Errorf("the selector may take too long on this page of %d elements, %d deep: use fewer steps, or > instead of spaces", size.nodes, size.deep)
	}
	return nil
}

// ways is how many ways there are to take k of n steps.
func ways(n, k int) float64 {
	w := 1.0
	for i := range min(k, n) {
		w *= float64(n-i) / float64(i+1)
	}
	return w
}

// pageSize is the number of elements, how deep they are, and how many siblings one has.
type pageSize struct{ nodes, deep, wide int }

// measure is as deep as the page, which is bounded.
func (p *pageSize) measure(n *html.Node, depth int) {
	p.deep = max(p.deep, depth)
	kids := 0
	for kid := n.FirstChild; kid != nil; kid = kid.NextSibling {
		if kid.Type == html.ElementNode {
			kids++
			p.nodes++
			p.measure(kid, depth+1)
		}
	}
	p.wide = max(p.wide, kids)
}

// cssWalk is one search.
type cssWalk struct {
	source  *cssSource
	v       *View
	limit   int
	visited int
	start   time.Time
}

// walk visits elements in the order of the document; an element without the wanted
// attribute is no match. It is as deep as the HTML, which is bounded.
func (w *cssWalk) walk(n *html.Node) error {
	s := w.source
	for kid := n.FirstChild; kid != nil && !enough(w.v, w.limit); kid = kid.NextSibling {
		if kid.Type == html.ElementNode {
			if err := w.look(); err != nil {
				return err
			}
			if s.selector.Match(kid) && (s.attr == "" || hasAttr(kid, s.attr)) {
				w.v.found = append(w.v.found, match{node: kid, attr: s.attr})
			}
		}
		if err := w.walk(kid); err != nil {
			return err
		}
	}
	return nil
}

// look looks at the clock now and then.
func (w *cssWalk) look() error {
	w.visited++
	switch {
	case w.visited == cssLook:
		w.start = time.Now()
	case w.visited%cssLook == 0 && time.Since(w.start) > maxCSSTime:
		return fmt.Errorf("the selector takes longer than %v on this page: use a more direct one", maxCSSTime)
	}
	return nil
}
