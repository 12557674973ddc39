package modules

import (
	"strings"

	"golang.org/x/net/html"
)

// maxTags bounds the pages that are parsed, in "<" characters.
const maxTags = 100_000

// parse parses a page. Its nesting is bounded by x/net/html.
func (a args) parse() *html.Node {
	text := a.page()
	if strings.Count(text, "<") > maxTags {
		a.exceeded("the page has more than %d tags", maxTags)
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		a.exceeded("cannot parse the page: %v", err)
	}
	return root
}

// unseen are the elements whose text nobody reads. They are never changed.
var unseen = map[string]bool{"script": true, "style": true, "template": true, "head": true, "noscript": true}

// inline are the elements that stand in a line: what follows them is the same word.
var inline = map[string]bool{
	"a": true, "abbr": true, "b": true, "bdi": true, "bdo": true, "cite": true, "code": true, "data": true, "dfn": true,
	"em": true, "font": true, "i": true, "kbd": true, "label": true, "mark": true, "q": true, "s": true, "small": true,
	"span": true, "strong": true, "sub": true, "sup": true, "time": true, "tt": true, "u": true, "var": true, "wbr": true,
}

func htmlText(a args) int {
	var text strings.Builder
	appendText(&text, a.parse())
	return a.text(strings.Join(strings.Fields(text.String()), " "))
}

// appendText is as deep as the page, which is bounded.
func appendText(text *strings.Builder, n *html.Node) {
	for kid := n.FirstChild; kid != nil; kid = kid.NextSibling {
		switch {
		case kid.Type == html.TextNode:
			text.WriteString(kid.Data)
		case kid.Type != html.ElementNode || unseen[kid.Data]:
		case inline[kid.Data]:
			appendText(text, kid)
		default:
			text.WriteByte(' ')
			appendText(text, kid)
			text.WriteByte(' ')
		}
	}
}
