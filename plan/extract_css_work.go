package plan

import (
	"errors"
	"fmt"
	"math"
	"regexp"
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
// the page, along the siblings, and into all that is below an element; how often it counts
// siblings, and how often it reads the text of an element. Counted in its text, several
// selectors together, it is never too low.
type cssSteps struct{ up, along, into, counts, texts int }

func stepsOfCSS(text string) cssSteps {
	text = bareCSS(text)
	s := cssSteps{along: strings.Count(text, "~"), texts: strings.Count(text, ":contains")}
	s.into = strings.Count(text, ":has") + s.texts
	for _, word := range []string{":nth-", ":first-", ":last-", ":only-", ":lang"} {
		s.counts += strings.Count(text, word)
	}
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

// refusedCSS says why a selector that can be parsed is not used: its cost could not be told
// from its text. Regular expressions are no CSS, but the parser takes them.
func refusedCSS(text string) error {
	bare := bareCSS(text)
	switch {
	case strings.Contains(bare, ":matches"), strings.Contains(bare, "#="):
		return errors.New("there are no regular expressions in CSS selectors: use regex")
	case escapedPseudo.MatchString(bare):
		return errors.New(`the name of a pseudo-class is written without \`)
	}
	return nil
}

var escapedPseudo = regexp.MustCompile(`:[-\w]*\\`)

// bareCSS is text in lower case without what is quoted, a comment, or in square brackets
// but the operator there: nothing of these is a step. What is escaped is a backslash.
func bareCSS(text string) string {
	text = strings.ToLower(text)
	bare := make([]byte, 0, len(text))
	quote, inBrackets := byte(0), false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
			if quote == 0 {
				bare = append(bare, '\\')
			}
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '/' && strings.HasPrefix(text[i:], "/*"):
			end := strings.Index(text[i+2:], "*/")
			if end < 0 {
				end = len(text)
			}
			i += end + 3
			bare = append(bare, ' ')
		case c == '[' || c == ']':
			inBrackets = c == '['
			bare = append(bare, 'x')
		case !inBrackets:
			bare = append(bare, c)
		case c == '#' && strings.HasPrefix(text[i:], "#="):
			bare = append(bare, "#="...)
		}
	}
	return string(bare)
}

// cheap says that no page is too large.
func (s cssSteps) cheap() bool {
	return s.up <= 3 && s.along <= 1 && s.into <= 1 && (s.counts == 0 || s.up+s.along+s.into == 0)
}

// fits says why a page, made of a body of so many bytes, is not searched.
func (s cssSteps) fits(page *html.Node, body int) error {
	if s.cheap() {
		return nil
	}
	var size pageSize
	size.measure(page, 0)
	ways := ways(size.deep, s.up) * ways(size.wide, s.along)
	if s.counts > 0 {
		ways *= float64(size.wide + size.deep)
	}
	work := ways * math.Pow(float64(size.nodes), float64(s.into))
	if s.texts > 0 {
		// All elements together have as much text as the page has, times its depth.
		work += ways * float64(body/stepsPerText) * math.Pow(float64(size.deep), float64(s.into-1))
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
	dear    bool // matching one element may take long
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

// look looks at the clock now and then; at each element where one takes long.
func (w *cssWalk) look() error {
	w.visited++
	switch {
	case w.start.IsZero() && (w.dear || w.visited == cssLook):
		w.start = time.Now()
	case (w.dear || w.visited%cssLook == 0) && time.Since(w.start) > maxCSSTime:
		return fmt.Errorf("the selector takes longer than %v on this page: use a more direct one", maxCSSTime)
	}
	return nil
}
