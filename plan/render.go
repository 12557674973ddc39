package plan

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
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

// excerpt is the part of line around column col (from 1), safe to print, and where
// col is in it.
func excerpt(line string, col int) (source string, caret int) {
	runes := []rune(line)
	at := min(max(col-1, 0), len(runes))
	from := 0
	if len(runes) > maxSource {
		from = min(max(at-maxSource/2, 0), len(runes)-maxSource)
		runes = runes[from : from+maxSource]
	}
	return printable(string(runes)), at - from
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
