package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// csvFormat is RFC 4180 with a header, and
//   - any delimiter of one character,
//   - CRLF or LF between rows; a quoted value keeps its line ends as they are,
//   - empty lines skipped, so the empty value of a single column is written "",
//   - a double quote only around a whole value, doubled inside.
type csvFormat struct {
	delimiter string
	special   [256]bool // bytes that may end a value without quotes
}

func newCSV(delimiter string) (*csvFormat, error) {
	switch delimiter {
	case "":
		delimiter = ","
	case `\t`:
		delimiter = "\t"
	}
	switch r, n := utf8.DecodeRuneInString(delimiter); {
	case n != len(delimiter) || r == utf8.RuneError:
		return nil, fmt.Errorf("the delimiter must be one character, not %q", clip(delimiter))
	case r == '"' || r == '\n' || r == '\r' || r == 0 || r == '\ufeff':
		return nil, errors.New("the delimiter must not be a quote, a line end or invisible")
	}
	c := &csvFormat{delimiter: delimiter}
	for _, b := range []byte{'\n', '\r', '"', delimiter[0]} {
		c.special[b] = true
	}
	return c, nil
}

// readCSV reads all rows.
func (t *Table) readCSV(from int) *fault {
	at := t.csv.blank(t.data, from)
	if at == len(t.data) {
		return &fault{at: at, text: "the file is empty: a header with the names of the columns was expected"}
	}
	at, f := t.readHeader(at)
	for f == nil && at < len(t.data) {
		t.index.add(t.rows, at)
		t.rows++
		at, f = t.checkRow(at)
	}
	return f
}

// readHeader reads the names of the columns and answers where the first row begins.
func (t *Table) readHeader(at int) (int, *fault) {
	c, header, found := t.csv, at, newColumns()
	data := window(t.data, at)
	for last := false; !last; {
		var name span
		var f *fault
		begin := at
		if name, at, last, f = c.field(data, at); f != nil {
			return 0, t.within(header, f)
		}
		text := string(appendCSV(nil, t.data, name))
		if text == "" {
			return 0, faultf(begin, "the header has no name for column %d", len(found.names)+1)
		}
		if _, twice := found.number[text]; twice {
			return 0, faultf(begin, "the header names the column %q twice", clip(text))
		}
		if _, wrong := found.add(0, []byte(text)); wrong != "" {
			return 0, &fault{at: begin, text: wrong}
		}
	}
	if at-header > MaxRow {
		return 0, tooLong(header)
	}
	t.columns = found.names
	return c.blank(t.data, at), nil
}

// checkRow checks the row at an offset and answers where the next one begins.
func (t *Table) checkRow(at int) (int, *fault) {
	c, row, fields := t.csv, at, 0
	data := window(t.data, at)
	for last := false; !last; fields++ {
		var f *fault
		if _, at, last, f = c.field(data, at); f != nil {
			return 0, t.within(row, f)
		}
	}
	switch {
	case at-row > MaxRow:
		return 0, tooLong(row)
	case fields != len(t.columns):
		return 0, faultf(row, "fields of this row: %d, of the header: %d%s", fields, len(t.columns), t.delimiterHint())
	}
	return c.blank(t.data, at), nil
}

// window is data up to where a row that begins at an offset must have ended, and one
// byte more.
func window(data []byte, at int) []byte { return data[:min(len(data), at+MaxRow+1)] }

// within is f, or what it comes from: that the row is cut off.
func (t *Table) within(row int, f *fault) *fault {
	if f.ended && len(t.data) > row+MaxRow {
		return tooLong(row)
	}
	return f
}

// field reads the value at an offset. next is behind it and its delimiter; last is
// whether it ends its row.
func (c *csvFormat) field(data []byte, at int) (value span, next int, last bool, f *fault) {
	if at < len(data) && data[at] == '"' {
		return c.quoted(data, at)
	}
	for i := at; i < len(data); i++ {
		if !c.special[data[i]] {
			continue
		}
		if data[i] == '"' {
			return span{}, 0, false, &fault{at: i, text: `a quote within a value that has none around it: write the value as "…" with its quotes doubled`}
		}
		if n, last, ok := c.end(data, i); ok {
			return span{from: at, to: i, kind: load.String}, i + n, last, nil
		}
		if data[i] == '\r' {
			return span{}, 0, false, &fault{at: i, text: "a carriage return that ends no line: put the value in quotes, or save the file with LF or CRLF line ends"}
		}
	}
	return span{from: at, to: len(data), kind: load.String}, len(data), true, nil
}

// quoted reads the value whose opening quote is at an offset.
func (c *csvFormat) quoted(data []byte, at int) (value span, next int, last bool, f *fault) {
	value = span{from: at + 1, kind: load.String}
	for i := at + 1; ; i += 2 {
		n := bytes.IndexByte(data[min(i, len(data)):], '"')
		if n < 0 {
			return span{}, 0, false, &fault{at: at, text: "a quote that is not closed", ended: true}
		}
		if i += n; i+1 < len(data) && data[i+1] == '"' {
			value.coded = true
			continue
		}
		value.to = i
		if n, last, ok := c.end(data, i+1); ok {
			return value, i + 1 + n, last, nil
		}
		return span{}, 0, false, &fault{at: i, text: `text behind a closing quote: a delimiter or the end of the line was expected; quotes within "…" must be doubled`}
	}
}

// end says whether a delimiter or a line end is at an offset, how long it is, and
// whether it ends the row.
func (c *csvFormat) end(data []byte, at int) (n int, last, ok bool) {
	if at >= len(data) {
		return 0, true, true
	}
	switch b := data[at]; {
	case b == '\n':
		return 1, true, true
	case b == '\r' && at+1 == len(data):
		return 1, true, true
	case b == '\r' && data[at+1] == '\n':
		return 2, true, true
	case b == c.delimiter[0] && (len(c.delimiter) == 1 || bytes.HasPrefix(data[at:], []byte(c.delimiter))):
		return len(c.delimiter), false, true
	}
	return 0, false, false
}

// blank is the first offset from at that begins no empty line.
func (c *csvFormat) blank(data []byte, at int) int {
	for at < len(data) {
		switch b := data[at]; {
		case b == '\n':
			at++
		case b == '\r' && (at+1 == len(data) || data[at+1] == '\n'):
			at++
		default:
			return at
		}
	}
	return at
}

// following is where the row behind the one at an offset begins.
func (c *csvFormat) following(data []byte, at int) int {
	for inside := false; at < len(data); at++ {
		switch data[at] {
		case '"':
			inside = !inside
		case '\n':
			if !inside {
				return c.blank(data, at)
			}
		}
	}
	return at
}

// pick finds the values of a row by the numbers of their columns.
func (c *csvFormat) pick(data []byte, at int, places []int, values []span) *fault {
	data = window(data, at)
	for i, place := range places {
		value, next, last, f := c.field(data, at)
		if f != nil {
			return f
		}
		if place >= 0 {
			values[place] = value
		}
		if last && i < len(places)-1 {
			return &fault{at: at, text: "the row has become shorter"}
		}
		at = next
	}
	return nil
}

// appendCSV appends the text of a value.
func appendCSV(dst, data []byte, value span) []byte {
	text := data[value.from:value.to]
	for value.coded {
		i := bytes.Index(text, []byte(`""`))
		if i < 0 {
			break
		}
		dst = append(dst, text[:i+1]...)
		text = text[i+2:]
	}
	return append(dst, text...)
}

// delimiterHint helps when the header looks as if it had another delimiter.
func (t *Table) delimiterHint() string {
	if t.csv == nil || len(t.columns) != 1 {
		return ""
	}
	for _, other := range []string{";", "\t", "|", ","} {
		if other != t.csv.delimiter && bytes.Contains([]byte(t.columns[0]), []byte(other)) {
			return fmt.Sprintf("; if the values are separated by %q, say so: delimiter: %q", other, other)
		}
	}
	return ""
}
