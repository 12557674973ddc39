package load

import (
	"strings"
	"unicode/utf8"
)

// Clip makes s, which a target may have written, a text that can travel: valid UTF-8
// of at most n bytes, cut between characters.
func Clip(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	// One byte replaces one or more that are no character, so it gets no longer.
	return strings.ToValidUTF8(s, "?")
}
