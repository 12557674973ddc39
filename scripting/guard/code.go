package guard

import "strings"

// Code is text without its comments: its tokens as they are written, a space between two,
// up to where a parser stops reading.
func Code(text string) string {
	var b strings.Builder
	s := scanner{text: text}
	for t := s.scan(); t.kind != end; t = s.scan() {
		b.WriteString(t.text)
		b.WriteByte(' ')
	}
	return b.String()
}
