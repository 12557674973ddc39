package guard

import "strings"

// Opener is a word or bracket that begins a block or an expression which has no end.
type Opener struct {
	Text   string // "function", "if", "do", "repeat", "(", "{" or "["
	Line   int    // of the text, from 1
	Column int    // in bytes, from 1
}

// Closer is what ends an opener.
func (o Opener) Closer() string { return closers[o.Text] }

// closers are the words and brackets that may end each opener. It is never changed.
var closers = map[string]string{
	"function": "end", "if": "end", "do": "end", "repeat": "until", "(": ")", "{": "}", "[": "]",
}

// opener is one that is open while a text is read.
type opener struct {
	Opener
	indent int // of its line
}

// reader follows what is open in a text.
type reader struct {
	scanner
	open    []opener
	suspect *Opener // was probably ended by an end that is somebody else's
	awaited string  // "then" or "do" that an if or a loop still needs
	before  token
	broken  bool // an end fits nothing
	row     int  // the line at hand,
	start   int  // where it begins,
	indent  int  // and how far it is indented
}

// next takes a token; false: there is none, or nothing can be said any more.
func (r *reader) next() (t token, at int, ok bool) {
	t = r.scan()
	at = r.i - len(t.text)
	if t.kind == end || r.broken {
		return t, at, false
	}
	if r.row != r.line {
		r.row, r.start = r.line, strings.LastIndexAny(r.text[:at], "\n\r")+1
		line := r.text[r.start:at]
		r.indent = len(line) - len(strings.TrimLeft(line, " \t"))
	}
	return t, at, true
}

// take follows a token.
func (r *reader) take(t token, at int) {
	r.before = t
	if t.kind != word && t.kind != symbol {
		return
	}
	switch t.text {
	case "if", "elseif":
		r.awaited = "then"
	case "while", "for":
		r.awaited = "do"
	case "then", "do":
		r.awaited = ""
	}
	switch {
	case closers[t.text] != "":
		r.open = append(r.open, opener{Opener{t.text, r.line, at - r.start + 1}, r.indent})
	case t.text == "end" || t.text == "until" || t.text == ")" || t.text == "}" || t.text == "]":
		r.closed(t.text)
	}
}

func (r *reader) closed(by string) {
	n := len(r.open)
	if n == 0 || r.open[n-1].Closer() != by {
		r.broken = true
		return
	}
	last := r.open[n-1]
	r.open = r.open[:n-1]
	if r.suspect == nil && last.Line != r.line && r.indent < last.indent {
		r.suspect = &last.Opener
	}
}

// Opened guesses which opener of a text that ends too early has no end of its own. An end
// that stands further left than what it ends most probably belongs to something before it;
// else it is the innermost that is open. ok is false when nothing is open, or an end fits
// nothing.
func Opened(text string) (o Opener, ok bool) {
	r := reader{scanner: scanner{text: text, line: 1}}
	for {
		t, at, ok := r.next()
		if !ok {
			break
		}
		r.take(t, at)
	}
	switch {
	case len(r.open) == 0 || r.broken:
		return Opener{}, false
	case r.suspect != nil:
		return *r.suspect, true
	}
	return r.open[len(r.open)-1].Opener, true
}

// Before is what probably should stand before the token that a parser did not understand
// ("then", "do", "," or a closing bracket; empty: nobody knows), and the name that does
// stand there.
func Before(text string, line, column int) (missing, name string) {
	r := reader{scanner: scanner{text: text, line: 1}}
	for {
		t, at, ok := r.next()
		if !ok {
			return "", ""
		}
		if r.line > line || r.line == line && at-r.start+1 >= column {
			return r.missing(t), r.name()
		}
		r.take(t, at)
	}
}

func (r *reader) name() string {
	if r.before.kind == name {
		return r.before.text
	}
	return ""
}

// missing is what t would need before it.
func (r *reader) missing(t token) string {
	n := len(r.open)
	operand := t.kind == name || t.kind == number || t.kind == literal || t.text == "{" || t.text == "["
	switch {
	case n > 0 && r.open[n-1].Text == "{" && operand:
		return ","
	case n > 0 && len(r.open[n-1].Text) == 1 && t.kind == word:
		return r.open[n-1].Closer()
	}
	return r.awaited
}
