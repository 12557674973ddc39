package guard

import "strings"

// Opener is a word or bracket that begins a block or an expression which has no end.
type Opener struct {
	Text string // "function", "if", "do", "repeat", "(", "{" or "["
	Line int    // of the text, from 1
}

// opener is one that is open while a text is read.
type opener struct {
	Opener
	indent int // of its line
}

// closers are the words and brackets that may end each opener. It is never changed.
var closers = map[string]string{
	"function": "end", "if": "end", "do": "end", "repeat": "until", "(": ")", "{": "}", "[": "]",
}

// Opened guesses which opener of a text that ends too early has no end of its own. An end
// that stands further left than what it ends most probably belongs to something before it;
// else it is the innermost that is open. ok is false when nothing is open, or an end fits
// nothing.
func Opened(text string) (o Opener, ok bool) {
	s := scanner{text: text, line: 1}
	var open []opener
	var suspect *Opener
	line, indent := 0, 0 // at hand
	for {
		t := s.scan()
		if t.kind == end {
			break
		}
		if t.kind != word && t.kind != symbol {
			continue
		}
		if line != s.line {
			line, indent = s.line, indentOf(text, s.i-len(t.text))
		}
		if closers[t.text] != "" {
			open = append(open, opener{Opener{t.text, s.line}, indent})
			continue
		}
		if t.text != "end" && t.text != "until" && t.text != ")" && t.text != "}" && t.text != "]" {
			continue
		}
		if len(open) == 0 || closers[open[len(open)-1].Text] != t.text {
			return Opener{}, false
		}
		last := open[len(open)-1]
		open = open[:len(open)-1]
		if suspect == nil && last.Line != s.line && indent < last.indent {
			suspect = &last.Opener
		}
	}
	switch {
	case len(open) == 0:
		return Opener{}, false
	case suspect != nil:
		return *suspect, true
	}
	return open[len(open)-1].Opener, true
}

// indentOf is how many spaces and tabs the line of text[at] begins with.
func indentOf(text string, at int) int {
	line := text[strings.LastIndexAny(text[:at], "\n\r")+1:]
	return len(line) - len(strings.TrimLeft(line, " \t"))
}
