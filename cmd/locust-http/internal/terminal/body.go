package terminal

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// Bounds of what is printed of a body, and of a value, unless all is asked for.
const (
	shownBody      = 2_000 // bytes
	shownBodyLines = 40
	shownValue     = 200 // bytes
)

// keptBody is how much of a body an exchange keeps (load.Attempt). Its text may be
// shorter than its size for another reason: a secret in it is masked.
const keptBody = 5 << 20

// body is the body of a request or response, as far as it was kept.
type body struct {
	text   string
	base64 string // instead of text, when it is none
	size   int64  // of a request: all of it; of a response: what was kept
	cut    bool   // there was more than what was kept
}

// body prints a body line by line, or says how large it is when it is no text.
func (p *exchangePrinter) body(b body) {
	switch {
	case b.base64 != "":
		p.line(faint, "    (%s that are no text)", b.total())
	case b.text != "":
		shown := b.text
		if !p.o.Full {
			shown = beginning(b.text)
		}
		for line := range strings.Lines(shown) {
			fmt.Fprintln(p.Out, "    "+Safe(strings.TrimRight(line, "\r\n")))
		}
		switch {
		case len(shown) < len(b.text):
			p.line(faint, "    … (%s in all; --full prints more)", b.total())
		case b.cut || b.size > keptBody:
			p.line(faint, "    … (%s in all)", b.total())
		}
	case b.size > 0:
		p.line(faint, "    (%s)", b.total())
	}
}

// total is how large the body is.
func (b body) total() string {
	text := Bytes(max(b.size, int64(len(b.text))))
	if b.cut {
		text = "over " + text
	}
	return text
}

// beginning is as much of a text as is read at one glance.
func beginning(text string) string {
	text = load.Clip(text, shownBody)
	lines, end := 0, 0
	for line := range strings.Lines(text) {
		if lines++; lines > shownBodyLines {
			return text[:end]
		}
		end += len(line)
	}
	return text
}

// value is a value of a variable or what a check saw, in one line with what is around it.
func (p *exchangePrinter) value(v string) string {
	if p.o.Full || len(v) <= shownValue {
		return v
	}
	return fmt.Sprintf("%s… (%s characters)", load.Clip(v, shownValue), count(int64(utf8.RuneCountInString(v))))
}
