package plan

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// parseJSON reads s as one JSON document (RFC 8259) with the place of every value.
// Depth is bounded as it goes.
func parseJSON(s *source) (*node, Problems) {
	p := &jsonParser{text: s.text, line: 1}
	root, err := p.document()
	if err != nil {
		line, col := p.place(err.offset)
		return nil, Problems{s.problem(line, col, err.message, "")}
	}
	return &root, nil
}

type jsonParser struct {
	text  string
	pos   int
	depth int
	// The place of an offset is counted on from the last one asked for, so that
	// counting is linear over the whole text.
	line         int
	counted, col int
}

type jsonError struct {
	offset  int
	message string
}

func (p *jsonParser) fail(format string, args ...any) *jsonError {
	return &jsonError{p.pos, fmt.Sprintf(format, args...)}
}

// place is line and column of an offset that is not before the last one asked for.
func (p *jsonParser) place(offset int) (line, col int) {
	for p.counted < offset {
		if p.text[p.counted] == '\n' {
			p.line++
			p.col = 0
		} else if utf8.RuneStart(p.text[p.counted]) {
			p.col++
		}
		p.counted++
	}
	return p.line, p.col + 1
}

func (p *jsonParser) document() (node, *jsonError) {
	n, err := p.value()
	if err != nil {
		return n, err
	}
	if p.space(); p.pos < len(p.text) {
		return n, p.fail("unexpected %s after the end", p.here())
	}
	return n, nil
}

func (p *jsonParser) space() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\n\r", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

// here names what stands at the current position, for messages.
func (p *jsonParser) here() string {
	if p.pos >= len(p.text) {
		return "end of text"
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	return fmt.Sprintf("%q", r)
}

// take consumes c if it comes next.
func (p *jsonParser) take(c byte) bool {
	p.space()
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *jsonParser) value() (node, *jsonError) {
	p.space()
	if p.pos >= len(p.text) {
		return node{}, p.fail("unexpected end of text")
	}
	line, col := p.place(p.pos)
	n := node{line: int32(line), col: int32(col)}
	switch p.text[p.pos] {
	case '{':
		n.kind = mapNode
		return n, p.nested(&n, '}', p.entry)
	case '[':
		n.kind = listNode
		return n, p.nested(&n, ']', p.item)
	case '"':
		n.quoted = true
		return n, p.string(&n)
	}
	return n, p.literal(&n)
}

// nested reads the inside of an object or an array.
func (p *jsonParser) nested(n *node, end byte, element func(*node) *jsonError) *jsonError {
	if p.depth++; p.depth > maxDepth {
		return p.fail("nested deeper than %d levels", maxDepth)
	}
	defer func() { p.depth-- }()
	p.pos++
	if p.take(end) {
		return nil
	}
	for {
		if err := element(n); err != nil {
			return err
		}
		switch {
		case p.take(end):
			return nil
		case !p.take(','):
			return p.fail("unexpected %s: a comma or %q belongs here", p.here(), end)
		}
	}
}

func (p *jsonParser) item(n *node) *jsonError {
	v, err := p.value()
	n.kids = append(n.kids, v)
	return err
}

func (p *jsonParser) entry(n *node) *jsonError {
	if p.space(); p.pos >= len(p.text) || p.text[p.pos] != '"' {
		return p.fail("unexpected %s: a key in double quotes belongs here", p.here())
	}
	key, err := p.value()
	if err != nil {
		return err
	}
	if len(key.text) > maxKey {
		return p.fail("a key of %d bytes, over the limit of %d", len(key.text), maxKey)
	}
	if !p.take(':') {
		return p.fail("unexpected %s: a colon belongs here", p.here())
	}
	v, err := p.value()
	n.kids = append(n.kids, key, v)
	return err
}

func (p *jsonParser) string(n *node) *jsonError {
	start := p.pos
	escaped := false
	for p.pos++; p.pos < len(p.text) && p.text[p.pos] != '"'; p.pos++ {
		if p.text[p.pos] == '\\' {
			escaped = true
			p.pos++
		}
	}
	if p.pos >= len(p.text) {
		p.pos = start
		return p.fail("text without its closing quote")
	}
	p.pos++
	raw := p.text[start:p.pos]
	if !escaped && !strings.ContainsAny(raw, "\n\t") {
		n.text = raw[1 : len(raw)-1]
		return nil
	}
	if err := json.Unmarshal([]byte(raw), &n.text); err != nil {
		p.pos = start
		return p.fail("unreadable text: %v", err)
	}
	return nil
}

func (p *jsonParser) literal(n *node) *jsonError {
	end := p.pos
	for end < len(p.text) && strings.IndexByte(" \t\n\r,:[]{}\"", p.text[end]) < 0 {
		end++
	}
	n.text = p.text[p.pos:end]
	if n.text == "" || n.scalar() == textScalar {
		return p.fail("unexpected %s", p.here())
	}
	p.pos = end
	return nil
}
