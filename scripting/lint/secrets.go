package lint

// Secrets is the names of the secrets that a text asks for, each once: secret.NAME and
// secret["NAME"]. Others, by names that are made when it runs, are not among them, nor is
// what follows a local of that name. It reads any text, also one that is no Lua, once.
func Secrets(text string) (names []string) {
	s := scanner{text: text}
	seen := map[string]bool{}
	var before, last token
	for t := s.next(); t.kind != endToken; t = s.next() {
		if t.kind == nameToken && t.text == "secret" && last.text == "local" {
			break // from here on it is something else
		}
		if t.kind == nameToken && t.text == "secret" && (isCall(before, last) || isConcat(before, last)) {
			if name, ok := s.key(); ok && !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
		before, last = last, t
	}
	return names
}

// isConcat says that two tokens are the operator that joins texts.
func isConcat(before, last token) bool {
	return before.kind == signToken && before.text == "." && last.kind == signToken && last.text == "."
}

// key is .NAME or ["NAME"]; when there is neither nothing is read.
func (s *scanner) key() (name string, ok bool) {
	at := s.at
	switch t := s.next(); {
	case t.kind == signToken && t.text == ".":
		if t = s.next(); t.kind == nameToken {
			return t.text, true
		}
	case t.kind == signToken && t.text == "[":
		t = s.next()
		if end := s.next(); t.kind == stringToken && t.plain && end.kind == signToken && end.text == "]" {
			return t.text, true
		}
	}
	s.at = at
	return "", false
}
