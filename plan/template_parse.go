package plan

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/locust-http/locust-http/load"
)

// part is one piece of a template as written: literal text, or a placeholder.
//
//	placeholder = "{{" (name | "$" function argument* | quoted) ("|" filter argument*)* "}}"
//	argument    = word | quoted
//	quoted      = "'" any "'" | '"' any '"'
type part struct {
	literal string
	call    *call // nil: literal
	source  string
	filters []call
}

// call is a name with arguments: a variable, a function or a filter.
type call struct {
	name string
	args []argument
}

// argument is a word (typed: 5 is a number) or a quoted text.
type argument struct {
	text   string
	quoted bool
}

func (a argument) value() load.Value {
	if a.quoted {
		return load.StringValue(a.text)
	}
	return wordValue(a.text)
}

// parseTemplate cuts text into its parts. It knows no names yet.
func parseTemplate(text string) ([]part, error) {
	var parts []part
	for {
		open := strings.Index(text, "{{")
		if open < 0 {
			return appendLiteral(parts, text), nil
		}
		parts = appendLiteral(parts, text[:open])
		p, n, err := parsePlaceholder(text[open:])
		if err != nil {
			return nil, err
		}
		if p.call == nil {
			parts = appendLiteral(parts, p.literal)
		} else {
			parts = append(parts, p)
		}
		text = text[open+n:]
	}
}

func appendLiteral(parts []part, text string) []part {
	if text == "" {
		return parts
	}
	if n := len(parts); n > 0 && parts[n-1].call == nil {
		parts[n-1].literal += text
		return parts
	}
	return append(parts, part{literal: text})
}

// parsePlaceholder reads the placeholder at the start of text and its length.
func parsePlaceholder(text string) (part, int, error) {
	l := lexer{rest: text[2:]}
	var calls []call
	for {
		words, end, err := l.words()
		if err != nil {
			return part{}, 0, fmt.Errorf("%s: %w", bounded(text, 40), err)
		}
		n := len(text) - len(l.rest)
		if len(words) == 0 {
			return part{}, 0, fmt.Errorf("%s: a name is missing", bounded(text[:n], 60))
		}
		if words[0].quoted && (len(calls) > 0 || len(words) > 1 || !end) {
			return part{}, 0, fmt.Errorf("%s: a quoted text stands alone", bounded(text[:n], 60))
		}
		if words[0].quoted {
			return part{literal: words[0].text}, n, nil
		}
		calls = append(calls, call{words[0].text, words[1:]})
		if end {
			return part{call: &calls[0], source: text[:n], filters: calls[1:]}, n, nil
		}
	}
}

// lexer reads words up to a bar or the end of a placeholder.
type lexer struct{ rest string }

// words reads up to "|" or, with end, "}}".
func (l *lexer) words() (words []argument, end bool, err error) {
	for {
		l.rest = strings.TrimLeft(l.rest, " \t\r\n")
		switch {
		case l.rest == "":
			return nil, false, fmt.Errorf("is not closed with }}")
		case strings.HasPrefix(l.rest, "}}"):
			l.rest = l.rest[2:]
			return words, true, nil
		case l.rest[0] == '|':
			l.rest = l.rest[1:]
			return words, false, nil
		}
		word, err := l.word()
		if err != nil {
			return nil, false, err
		}
		words = append(words, word)
	}
}

func (l *lexer) word() (argument, error) {
	if q := l.rest[0]; q == '\'' || q == '"' {
		end := strings.IndexByte(l.rest[1:], q)
		if end < 0 {
			return argument{}, fmt.Errorf("the quote %c is not closed", q)
		}
		text := l.rest[1 : 1+end]
		l.rest = l.rest[end+2:]
		return argument{text, true}, nil
	}
	end := strings.IndexAny(l.rest, " \t\r\n|'\"}")
	if end == 0 { // a single closing brace
		end = 1
	}
	if end < 0 {
		end = len(l.rest)
	}
	word := l.rest[:end]
	l.rest = l.rest[end:]
	return argument{word, false}, nil
}

// hasPlaceholder says whether text needs to be parsed at all.
func hasPlaceholder(text string) bool { return strings.Contains(text, "{{") }

// oldPlaceholder is the first {@name@} in text, the form of the older locust-http, or "".
func oldPlaceholder(text string) string {
	_, rest, _ := strings.Cut(text, "{@")
	name, _, ok := strings.Cut(rest, "@}")
	if !ok || !isVariableName(name) {
		return ""
	}
	return name
}

// isVariableName says whether a placeholder can name a variable so: a letter or _,
// then letters, digits, _ and -.
func isVariableName(s string) bool {
	for i, r := range s {
		letter := r == '_' || unicode.IsLetter(r)
		if !letter && (i == 0 || r != '-' && !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

// closestOrAll is closest of a few candidates; where none is near, all of them.
func closestOrAll(name string, candidates []string) string {
	if near := closest(name, candidates); near != "" {
		return near
	}
	return "one of " + strings.Join(candidates, ", ")
}

// closest is the candidate that was probably meant by name, as a hint; else "".
func closest(name string, candidates []string) string {
	if best := nearest(name, candidates); best != "" {
		return "did you mean " + best + "?"
	}
	return ""
}
