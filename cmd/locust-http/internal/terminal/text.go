// Package terminal draws a run for people: its progress while it goes on and its
// summary at the end, for a terminal of any width, a file, or a CI log.
//
// Names, messages and rules may come from a target, so every text goes through Safe
// before it reaches the terminal.
package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Safe is s with everything escaped that a terminal would obey rather than show:
// control characters (C0, DEL, C1), line breaks, invalid UTF-8, and the marks that
// reorder text (bidirectional overrides and isolates, "Trojan Source", CVE-2021-42574).
func Safe(s string) string {
	if isSafe(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		writeSafe(&b, r, s[:n])
		s = s[n:]
	}
	return b.String()
}

func isSafe(s string) bool {
	for _, r := range s {
		if !shown(r) || r == utf8.RuneError {
			return false
		}
	}
	return true
}

func writeSafe(b *strings.Builder, r rune, raw string) {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		fmt.Fprintf(b, `\x%02x`, raw[0])
	case shown(r):
		b.WriteRune(r)
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	case r < 0x100:
		fmt.Fprintf(b, `\x%02x`, r)
	default:
		fmt.Fprintf(b, `\u%04x`, r)
	}
}

func shown(r rune) bool {
	if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
		return false
	}
	bidi := r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f' || r == '\u061c'
	return !bidi
}

// Width is how many columns s takes: two for a CJK character, none for a combining
// mark. s must be safe.
func Width(s string) int { return columns.StringWidth(s) }

// columns counts ambiguous characters (✓, ·) as one column whatever the locale is,
// so that a table looks the same in a log as on a terminal.
var columns = &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}

// Truncate is s in at most width columns, with … for what was cut from its middle:
// both ends of a long name tell it from its neighbours.
func Truncate(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	if width <= 1 {
		return strings.Repeat("…", max(width, 0))
	}
	head, tail := width/2, width-1-width/2
	return columns.Truncate(s, head, "") + "…" + lastColumns(s, tail)
}

// lastColumns is the longest end of s that fits into width columns.
func lastColumns(s string, width int) string {
	at := len(s)
	for at > 0 {
		_, n := utf8.DecodeLastRuneInString(s[:at])
		if Width(s[at-n:]) > width {
			break
		}
		at -= n
	}
	return s[at:]
}

func pad(s string, width int, right bool) string {
	space := strings.Repeat(" ", max(width-Width(s), 0))
	if right {
		return space + s
	}
	return s + space
}

// SafeLines is like Safe but keeps line breaks: for messages of several lines.
func SafeLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Safe(l)
	}
	return strings.Join(lines, "\n")
}
