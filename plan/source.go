package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// fileKind is what a text is, in the words of messages.
type fileKind struct {
	noun  string // plan
	begin string // how one begins
}

func planFile() fileKind { return fileKind{"plan", `begin with "version: 1"`} }

func environmentFile() fileKind {
	return fileKind{"environment", "for example base_url: http://127.0.0.1:8080"}
}

// source is the text of one plan or environment, made ready for a parser.
type source struct {
	file string
	what fileKind
	text string // valid UTF-8; lines end with \n; no byte order mark, no control characters
}

// newSource checks what can be checked without parsing. A problem here means that the
// text must not reach a parser.
func newSource(file string, text []byte, what fileKind) (*source, Problems) {
	s := &source{file: file, what: what}
	if len(text) > maxText {
		return s, Problems{{File: file, Message: fmt.Sprintf("the %s has %d bytes, over the limit of 1 MiB", what.noun, len(text)),
			Hint: "large bodies and tables belong in files of their own"}}
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	}
	s.text = string(text)
	if i, message, hint := firstBadByte(s.text); i >= 0 {
		line, col := lineAndCol(s.text, i)
		s.text = strings.ToValidUTF8(s.text, "\uFFFD")
		return s, Problems{s.problem(line, col, message, hint)}
	}
	return s, nil
}

// firstBadByte is the offset of the first byte that no plan may hold; -1 if none.
func firstBadByte(text string) (offset int, message, hint string) {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\n' || c == '\t' || c >= ' ' && c <= 0x7f:
			i++
		case c == '\r':
			return i, "a carriage return without a line feed", "end lines with \\n or \\r\\n"
		case c < utf8.RuneSelf:
			return i, fmt.Sprintf("control character U+%04X", c), `write it as an escape in double quotes, such as "\u0000"`
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && n == 1 {
				return i, fmt.Sprintf("byte 0x%02x is not UTF-8", c), "save the file as UTF-8"
			}
			i += n
		}
	}
	return -1, "", ""
}

// lineAndCol is the place of a byte offset.
func lineAndCol(text string, offset int) (line, col int) {
	before := text[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// empty is the problem of a text that says nothing.
func (s *source) empty() Problem {
	return s.problem(1, 1, "the "+s.what.noun+" is empty", s.what.begin)
}

// problem is a problem at a place of s, without its excerpt; see show.
func (s *source) problem(line, col int, message, hint string) Problem {
	return Problem{File: s.file, Line: line, Col: col, Message: message, Hint: hint}
}

// show fills in the excerpts of ps in one pass over the text. ps are in order.
func (s *source) show(ps Problems) Problems {
	rest, line := s.text, 1
	var here column
	for i := range ps {
		p := &ps[i]
		if p.Line == 0 {
			continue
		}
		for line < p.Line {
			_, rest, _ = strings.Cut(rest, "\n")
			line++
			here = column{}
		}
		text, _, _ := strings.Cut(rest, "\n")
		here.advance(text, p.Col)
		p.Source, p.caret = here.excerpt(text)
	}
	return ps
}

// parse is the tree of s; nil when it has a syntax error, which is then in Problems.
func (s *source) parse() (*node, Problems) {
	first := strings.TrimLeft(s.text, " \t\n")
	if first == "" {
		return nil, Problems{s.empty()}
	}
	// JSON is nearly a subset of YAML, but only nearly (escapes, duplicate keys), and
	// its own parser is ten times cheaper: it reads every job on every worker.
	if path.Ext(s.file) == ".json" || first[0] == '{' && json.Valid([]byte(s.text)) {
		return parseJSON(s)
	}
	return parseYAML(s)
}
