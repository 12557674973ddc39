package plan

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Layout of written YAML.
const (
	yamlIndent = 2
	yamlWidth  = 100 // columns; what would be longer in one line is a block
	flowHeight = 2   // levels of maps and lists that go into one line
)

// yamlWriter writes a tree as YAML: blocks outside, short leaves in one line.
type yamlWriter struct {
	out    bytes.Buffer
	quoted bool // every text in quotes
}

func (w *yamlWriter) document(root *node) {
	if root.kind != mapNode || len(root.kids) == 0 {
		w.out.WriteString(w.flow(root))
		w.out.WriteByte('\n')
		return
	}
	w.entries(root, 0)
}

// entries writes map n as a block. The cursor is in the column of its keys.
func (w *yamlWriter) entries(n *node, column int) {
	for i := 0; i+1 < len(n.kids); i += 2 {
		if i > 0 {
			w.spaces(column)
		}
		key := w.key(&n.kids[i])
		w.out.WriteString(key + ":")
		w.value(&n.kids[i+1], column, column+utf8.RuneCountInString(key)+2)
	}
}

// value writes what follows a key in column and ends the line; at is where it would
// begin in the key's own line.
func (w *yamlWriter) value(n *node, column, at int) {
	most := flowHeight
	if column == 0 {
		most = 1 // the large parts of a plan are blocks
	}
	switch {
	case n.kind == scalarNode:
		w.out.WriteByte(' ')
		w.line(n, column)
	case w.fits(n, at, most):
		w.out.WriteString(" " + w.flow(n) + "\n")
	case n.kind == listNode:
		w.out.WriteByte('\n')
		w.items(n, column+yamlIndent)
	default:
		w.out.WriteByte('\n')
		w.spaces(column + yamlIndent)
		w.entries(n, column+yamlIndent)
	}
}

func (w *yamlWriter) items(n *node, column int) {
	for i := range n.kids {
		item := &n.kids[i]
		w.spaces(column)
		w.out.WriteString("- ")
		switch {
		case item.kind == scalarNode:
			w.line(item, column)
		case item.kind == listNode || len(item.kids) == 0 || w.fits(item, column+yamlIndent, flowHeight):
			w.out.WriteString(w.flow(item) + "\n")
		default:
			w.entries(item, column+yamlIndent)
		}
	}
}

func (w *yamlWriter) spaces(n int) { w.out.WriteString(strings.Repeat(" ", n)) }

// fits says whether n can stand in one line from column at on.
func (w *yamlWriter) fits(n *node, at, most int) bool {
	switch {
	case len(n.kids) == 0:
		return true
	case n.height() > most || hasLines(n):
		return false
	case n.kind == listNode && len(n.kids) > 1 && n.height() > 1:
		return false // one to a line
	}
	size := yamlWidth - at
	return roomFor(n, &size) && at+utf8.RuneCountInString(w.flow(n)) <= yamlWidth
}

// roomFor counts down room by what n takes at least, so that no large part is written
// only to see that it is too long.
func roomFor(n *node, room *int) bool {
	*room -= utf8.RuneCountInString(n.text)
	for i := range n.kids {
		if *room -= 2; *room < 0 || !roomFor(&n.kids[i], room) {
			return false
		}
	}
	return *room >= 0
}

// height is how many levels of maps and lists n has; it does not count beyond what
// anybody asks for.
func (n *node) height() int {
	most := 0
	if len(n.kids) == 0 {
		return 0
	}
	for i := range n.kids {
		if most = max(most, n.kids[i].height()); most > flowHeight {
			break
		}
	}
	return most + 1
}

// hasLines says that a text in n has several lines.
func hasLines(n *node) bool {
	if n.kind == scalarNode {
		return strings.Contains(n.text, "\n")
	}
	for i := range n.kids {
		if hasLines(&n.kids[i]) {
			return true
		}
	}
	return false
}

// flow is n in one line.
func (w *yamlWriter) flow(n *node) string {
	var b strings.Builder
	w.appendFlow(&b, n)
	return b.String()
}

func (w *yamlWriter) appendFlow(b *strings.Builder, n *node) {
	switch n.kind {
	case scalarNode:
		b.WriteString(w.scalar(n, true))
	case listNode:
		b.WriteByte('[')
		for i := range n.kids {
			if i > 0 {
				b.WriteString(", ")
			}
			w.appendFlow(b, &n.kids[i])
		}
		b.WriteByte(']')
	default:
		b.WriteByte('{')
		for i := 0; i+1 < len(n.kids); i += 2 {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(w.key(&n.kids[i]) + ": ")
			w.appendFlow(b, &n.kids[i+1])
		}
		b.WriteByte('}')
	}
}

// line writes a scalar that has the rest of its line to itself, and may go on in the
// lines below, further in than column.
func (w *yamlWriter) line(n *node, column int) {
	body, chomp, ok := literalBlock(n.text)
	if w.quoted || n.scalar() != textScalar || !ok {
		w.out.WriteString(w.scalar(n, false) + "\n")
		return
	}
	w.out.WriteString("|" + chomp + "\n")
	for _, l := range strings.Split(body, "\n") {
		if l != "" {
			w.spaces(column + yamlIndent)
		}
		w.out.WriteString(l + "\n")
	}
}

// literalBlock is s without the line break at its end, if it can be a literal block,
// and the sign for that break.
func literalBlock(s string) (body, chomp string, ok bool) {
	body, found := strings.CutSuffix(s, "\n")
	if !found {
		chomp = "-"
	}
	if !strings.Contains(body, "\n") {
		return "", "", false
	}
	for i, l := range strings.Split(body, "\n") {
		// Space at the ends of lines is invisible, at their beginning it can be taken
		// for indentation.
		blank := strings.TrimSpace(l) == ""
		if blank && l != "" || strings.HasPrefix(l, "\t") || i == 0 && (blank || l[0] == ' ') || strings.HasSuffix(l, " ") {
			return "", "", false
		}
		if strings.ContainsFunc(l, func(r rune) bool { return r != '\t' && escaped(r) }) {
			return "", "", false
		}
	}
	last := body[strings.LastIndexByte(body, '\n')+1:]
	return body, chomp, last != ""
}
