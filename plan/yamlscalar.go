package plan

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// scalar is n as it stands in a line. Only what nobody can take for anything but the
// text that it is goes without quotes: not what another reader of YAML knows as a
// number, a date or a yes, and nothing with a sign that means something.
func (w *yamlWriter) scalar(n *node, flow bool) string {
	if n.scalar() != textScalar {
		return n.text
	}
	if !w.quoted && plainText(n.text) && !(flow && strings.ContainsAny(n.text, "[]{},")) {
		return n.text
	}
	if !w.quoted && strings.ContainsAny(n.text, `"\`) && !strings.ContainsFunc(n.text, func(r rune) bool { return r == '\'' || escaped(r) }) {
		return "'" + n.text + "'"
	}
	return quoteYAML(n.text)
}

// key is n as it stands before a colon.
func (w *yamlWriter) key(n *node) string {
	if strings.Contains(n.text, ":") {
		return quoteYAML(n.text)
	}
	return w.scalar(n, true)
}

// plainForms are the texts that go without quotes. They are compiled once and never
// changed.
var plainForms = struct{ word, measure *regexp.Regexp }{
	// A colon only within a word (http://h), a sign of comparison only between words.
	word: regexp.MustCompile(`^[\pL_$/(][\pL\pN_$/().*\[\]@+%^;=~-]*(:[\pL\pN_$/().*@+%^;=~-]+)*,?( [\pL\pN_$/().<>@+%^;=~-]+,?)*$`),
	// 200ms..1s, 8MiB, 2xx
	measure: regexp.MustCompile(`^([0-9]+(\.[0-9]+)?(h|ms|m|s|us|ns))+(\.\.([0-9]+(\.[0-9]+)?(h|ms|m|s|us|ns))+)?$|^[0-9]+[KMG]iB$|^[1-5]xx$`),
}

// plainText says whether s is the same text with or without quotes.
func plainText(s string) bool {
	if len(s) > 200 {
		return false
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity":
		return false
	}
	return plainForms.word.MatchString(s) && !strings.Contains(s, "<<") || plainForms.measure.MatchString(s)
}

// escaped says that r is written as an escape.
func escaped(r rune) bool {
	return r < ' ' || r >= 0x7f && r <= 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || !unicode.IsGraphic(r)
}

// quoteYAML is s in double quotes.
func quoteYAML(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r > 0xffff && escaped(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		case escaped(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
