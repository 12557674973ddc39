package plan

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Format writes every problem for people: place and message, the line of the text, a
// caret under the place, and the hint. With color it uses ANSI escapes.
func (ps Problems) Format(w io.Writer, color bool) error {
	b := bufio.NewWriter(w)
	for i, p := range ps {
		if i > 0 {
			b.WriteByte('\n')
		}
		p.format(b, paint{on: color})
	}
	return b.Flush()
}

// paint wraps text in ANSI colours when it is on.
type paint struct{ on bool }

func (p paint) with(code, s string) string {
	if !p.on {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p Problem) format(b *bufio.Writer, c paint) {
	kind, ink := "", "31"
	if p.Warning {
		kind, ink = "warning: ", "33"
	}
	fmt.Fprintf(b, "%s%s%s\n", c.with("1", printable(p.place())), c.with(ink, kind), c.with(ink, printable(p.Message)))
	gutter := ""
	if p.Line > 0 {
		number := fmt.Sprintf("%5d", p.Line)
		gutter = strings.Repeat(" ", len(number))
		fmt.Fprintf(b, "%s | %s\n", c.with("2", number), p.Source)
		fmt.Fprintf(b, "%s | %s%s\n", gutter, indentTo(p.Source, p.caret), c.with(ink, "^"))
	}
	if p.Hint != "" {
		fmt.Fprintf(b, "%s = %s\n", gutter, c.with("36", printable(p.Hint)))
	}
}

// indentTo is the white space that is as wide as the first n characters of s.
func indentTo(s string, n int) string {
	width := 0
	for _, r := range s {
		if n == 0 {
			break
		}
		n--
		width++
		if isWide(r) {
			width++
		}
	}
	return strings.Repeat(" ", width+n)
}

// isWide says whether a terminal shows r in two columns (Unicode TR 11, roughly).
func isWide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115F ||
		r >= 0x2E80 && r <= 0xA4CF || r >= 0xAC00 && r <= 0xD7A3 ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0xFE30 && r <= 0xFE6F ||
		r >= 0xFF00 && r <= 0xFF60 || r >= 0xFFE0 && r <= 0xFFE6 ||
		r >= 0x1F300 && r <= 0x1FAFF || r >= 0x20000 && r <= 0x3FFFD)
}

// maxSource is how much of a line is shown, in characters.
const maxSource = 100

// column is a place within one line, which may be the whole of a large plan: it only
// moves forward.
type column struct{ offset, runes int }

// advance moves to column col (from 1), or to the end of the line.
func (c *column) advance(line string, col int) {
	for c.runes < col-1 && c.offset < len(line) {
		_, n := utf8.DecodeRuneInString(line[c.offset:])
		c.offset += n
		c.runes++
	}
}

// excerpt is the part of line around c, safe to print, and where c is in it.
func (c column) excerpt(line string) (source string, caret int) {
	from, back := c.offset, 0
	for from > 0 && back < maxSource/2 {
		_, n := utf8.DecodeLastRuneInString(line[:from])
		from -= n
		back++
	}
	to := from
	for i := 0; i < maxSource && to < len(line); i++ {
		_, n := utf8.DecodeRuneInString(line[to:])
		to += n
	}
	return printable(line[from:to]), back
}

// printable is s with every control and invisible formatting character replaced, so
// that a plan cannot steer the terminal that shows its mistakes.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
