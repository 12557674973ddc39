package plan

import (
	"fmt"
	"regexp"

	"github.com/antchfx/htmlquery"
	"github.com/antchfx/xpath"
	"golang.org/x/net/html"
)

// maxXPathSteps bounds the steps from element to element that one evaluation takes: about half
// a second. //*[.//*] alone takes as many as the square of the page's elements.
const maxXPathSteps = 4_000_000

// stepsPerText is the bytes of an element's text that cost as much as a step.
const stepsPerText = 64

var errXPathSteps = fmt.Errorf("the expression takes more than %d steps on this page: use a more direct one", maxXPathSteps)

// endless are functions of XPath 2.0 that the library has besides, whose work and result
// have no bound that could be told before: a replacement can be the whole page, for each of
// its letters; a regular expression may be of any size, made anew for each element, and
// is kept for ever.
var endless = regexp.MustCompile(`(?:^|[^-\w])(matches|replace|string-join)\s*\(`)

// endlessFunction is one of them that text calls, or empty.
func endlessFunction(text string) string {
	if found := endless.FindStringSubmatch(quotedText.ReplaceAllString(text, "''")); found != nil {
		return found[1]
	}
	return ""
}

var quotedText = regexp.MustCompile(`"[^"]*"|'[^']*'`)

// navigator walks a page on a budget of steps, which it shares with its copies. It panics
// with errXPathSteps when they are used up; evaluate makes an error of that.
type navigator struct {
	*htmlquery.NodeNavigator
	left *int
}

func newNavigator(page *html.Node) *navigator {
	left := maxXPathSteps
	return &navigator{htmlquery.CreateXPathNavigator(page), &left}
}

func (n *navigator) pay(steps int) {
	if *n.left -= steps; *n.left < 0 {
		panic(errXPathSteps)
	}
}

func (n *navigator) Copy() xpath.NodeNavigator {
	at := *n.NodeNavigator
	return &navigator{&at, n.left}
}

func (n *navigator) MoveTo(other xpath.NodeNavigator) bool {
	to, ok := other.(*navigator)
	return ok && n.NodeNavigator.MoveTo(to.NodeNavigator)
}

func (n *navigator) Value() string {
	text := n.NodeNavigator.Value()
	n.pay(1 + len(text)/stepsPerText)
	return text
}

func (n *navigator) String() string { return n.Value() }

func (n *navigator) MoveToParent() bool {
	n.pay(1)
	return n.NodeNavigator.MoveToParent()
}

func (n *navigator) MoveToNextAttribute() bool {
	n.pay(1)
	return n.NodeNavigator.MoveToNextAttribute()
}

func (n *navigator) MoveToChild() bool {
	n.pay(1)
	return n.NodeNavigator.MoveToChild()
}

func (n *navigator) MoveToNext() bool {
	n.pay(1)
	return n.NodeNavigator.MoveToNext()
}

func (n *navigator) MoveToPrevious() bool {
	n.pay(1)
	return n.NodeNavigator.MoveToPrevious()
}

func (n *navigator) MoveToFirst() bool {
	moved := false
	for n.MoveToPrevious() {
		moved = true
	}
	return moved
}
