package lint

import "strings"

// Requires is the names that a text requires as they are written, each once, and whether
// it requires others, by names that are made when it runs. It reads any text, also one
// that is no Lua, once.
func Requires(text string) (names []string, dynamic bool) {
	s := scanner{text: text}
	seen := map[string]bool{}
	var before, last token
	for t := s.next(); t.kind != endToken; t = s.next() {
		if t.kind == stringToken && t.text == "require" {
			dynamic = true // _G["require"]
		}
		if t.kind == nameToken && t.text == "require" && isCall(before, last) {
			name, plain := s.argument()
			switch {
			case !plain:
				dynamic = true
			case !seen[name]:
				seen[name] = true
				names = append(names, name)
			}
		}
		before, last = last, t
	}
	return names, dynamic
}

// isCall says that the word require after these two tokens is the function: not a field,
// but for _G.require.
func isCall(before, last token) bool {
	if last.text == "." && last.kind == signToken {
		return before.text == "_G"
	}
	return last.kind != signToken || last.text != ":"
}

// argument is the one text that a call is given. plain is false when there is anything
// else; then nothing is skipped but what was looked at.
func (s *scanner) argument() (name string, plain bool) {
	at := s.at
	t := s.next()
	if t.kind == stringToken {
		return t.text, t.plain
	}
	if t.text == "(" && t.kind == signToken {
		name, end := s.next(), s.next()
		if name.kind == stringToken && end.kind == signToken && end.text == ")" {
			return name.text, name.plain
		}
	}
	s.at = at
	return "", false
}

type tokenKind uint8

const (
	endToken tokenKind = iota
	nameToken
	stringToken
	signToken // one byte
)

type token struct {
	kind  tokenKind
	text  string // of a string what is between its quotes
	plain bool   // a string without escapes
}

// scanner splits a text into tokens of Lua, as far as require asks for it.
type scanner struct {
	text string
	at   int
}

func (s *scanner) next() token {
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			s.at++
		case strings.HasPrefix(s.text[s.at:], "--"):
			s.comment()
		case c == '"' || c == '\'':
			return s.quoted(c)
		case c == '[':
			if t, ok := s.long(); ok {
				return t
			}
			s.at++
			return token{kind: signToken, text: "["}
		case isWord(c):
			start := s.at
			for s.at < len(s.text) && isWord(s.text[s.at]) {
				s.at++
			}
			return token{kind: nameToken, text: s.text[start:s.at]}
		default:
			s.at++
			return token{kind: signToken, text: s.text[s.at-1 : s.at]}
		}
	}
	return token{}
}

func (s *scanner) comment() {
	s.at += len("--")
	if s.at < len(s.text) && s.text[s.at] == '[' {
		if _, ok := s.long(); ok {
			return
		}
	}
	if end := strings.IndexByte(s.text[s.at:], '\n'); end >= 0 {
		s.at += end
	} else {
		s.at = len(s.text)
	}
}

// quoted reads a text in quotes; one that does not end ends with its line.
func (s *scanner) quoted(quote byte) token {
	start := s.at + 1
	plain := true
	for s.at = start; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case quote:
			s.at++
			return token{stringToken, s.text[start : s.at-1], plain}
		case '\\':
			plain = false
			s.at++
		case '\n':
			return token{stringToken, s.text[start:s.at], false}
		}
	}
	s.at = len(s.text)
	return token{stringToken, s.text[start:], false}
}

// long reads [[text]] and [==[text]==]; ok is false, and nothing is read, when there is
// none.
func (s *scanner) long() (t token, ok bool) {
	level := 0
	for s.at+1+level < len(s.text) && s.text[s.at+1+level] == '=' {
		level++
	}
	open := s.at + 1 + level
	if open >= len(s.text) || s.text[open] != '[' {
		return t, false
	}
	body, _, closed := strings.Cut(s.text[open+1:], "]"+strings.Repeat("=", level)+"]")
	s.at = min(open+1+len(body)+level+2, len(s.text))
	return token{stringToken, strings.TrimPrefix(body, "\n"), closed}, true
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
