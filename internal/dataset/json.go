package dataset

import "bytes"

// readArray reads the rows of an array of objects.
func (t *Table) readArray(from int) *fault {
	s := scanner{data: t.data, at: from}
	s.space()
	if !s.take('[') {
		if s.here() == '{' {
			return &fault{at: s.at, text: "an array of objects was expected; if every line is an object, the name must end in .jsonl"}
		}
		return s.unexpected("an array of objects, [{…}, …],")
	}
	found := newColumns()
	defer func() { t.columns = found.names }() // of the rows before a bad one, too
	if s.space(); s.take(']') {
		return t.behindArray(&s)
	}
	for {
		s.space()
		if f := t.readObject(&s, found, len(t.data)); f != nil {
			return f
		}
		switch s.space(); {
		case s.take(']'):
			return t.behindArray(&s)
		case !s.take(','):
			return s.unexpected("a comma or the ] that ends the rows")
		}
	}
}

func (t *Table) behindArray(s *scanner) *fault {
	if s.space(); s.at < len(t.data) {
		return s.unexpected("nothing more behind the ] that ends the rows")
	}
	return nil
}

// readLines reads the rows of a file with an object on each line. Empty lines are
// skipped.
func (t *Table) readLines(from int) *fault {
	found := newColumns()
	defer func() { t.columns = found.names }() // of the rows before a bad one, too
	s := scanner{data: t.data, at: from}
	for {
		s.space()
		if s.at == len(t.data) {
			return nil
		}
		if s.here() == '[' && t.rows == 0 {
			return &fault{at: s.at, text: "an object was expected on each line; if the file is an array of objects, its name must end in .json"}
		}
		end := len(t.data)
		if n := bytes.IndexByte(window(t.data, s.at)[s.at:], '\n'); n >= 0 {
			end = s.at + n
		}
		if f := t.readObject(&s, found, end); f != nil {
			return f
		}
		s.data = t.data[:end]
		if s.space(); s.at < end {
			return s.unexpected("one object on each line, and the end of the line")
		}
		s.data = t.data
	}
}

// readObject checks the row at s, which must end before an offset.
func (t *Table) readObject(s *scanner, found *columns, end int) *fault {
	begin, guess := s.at, 0
	if s.here() != '{' {
		return s.unexpected("a row as an object, {…},")
	}
	s.data = t.data[:min(end, begin+MaxRow)]
	var name []byte
	f := s.object(1, func(key, value span) *fault {
		text := s.data[key.from:key.to]
		if key.coded {
			name = appendJSON(name[:0], text)
			text = name
		}
		number, wrong := found.see(t.rows, text, guess)
		if wrong != "" {
			return &fault{at: key.from, text: wrong}
		}
		guess = number + 1
		return nil
	})
	if f != nil && f.ended {
		switch {
		case len(s.data) < end:
			return tooLong(begin)
		case end < len(t.data):
			f.text = "the line ends within the row: JSON lines have one object on each line"
		}
	}
	if f != nil {
		return f
	}
	s.data = t.data
	t.index.add(t.rows, begin)
	t.rows++
	return nil
}

// followingObject is where the row behind the one at an offset begins.
func followingObject(data []byte, at int) int {
	inside, depth := false, 0
	for ; at < len(data); at++ {
		switch b := data[at]; {
		case b == '"':
			inside = !inside
		case inside:
			if b == '\\' {
				at++
			}
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			if depth--; depth == 0 {
				return betweenRows(data, at+1)
			}
		}
	}
	return len(data)
}

// betweenRows is the first offset from at that is neither space nor a comma.
func betweenRows(data []byte, at int) int {
	for at < len(data) && (isSpace[data[at]] || data[at] == ',') {
		at++
	}
	return at
}

// pickKeys finds the values of a row by their keys.
func pickKeys(data []byte, at int, places map[string]int, values []span) *fault {
	s := scanner{data: window(data, at), at: at}
	if s.here() != '{' {
		return s.unexpected("a row")
	}
	return s.object(1, func(key, value span) *fault {
		var place int
		var wanted bool
		if text := s.data[key.from:key.to]; key.coded {
			place, wanted = places[string(appendJSON(nil, text))]
		} else {
			place, wanted = places[string(text)]
		}
		if wanted {
			values[place] = value
		}
		return nil
	})
}
