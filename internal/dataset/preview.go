package dataset

import (
	"bytes"
	"errors"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// Bounds of a preview.
const (
	MaxPreview   = 16 << 20 // bytes of a file that are worth reading for one
	previewValue = 300      // bytes of a value
	previewTotal = 1 << 20  // bytes of all values
)

// Preview is the beginning of a data file, for people. What is wrong with the file does not
// keep the rows before it from being seen.
type Preview struct {
	Columns []string
	Rows    [][]string // as many values each as there are columns; long ones are cut
	Total   int64      // rows that are good
	Problem *Error     // the first one; nil: none
}

// Peek previews the first rows of a data file. data is the file, or with more its beginning:
// Total is then of that. Unlike a Table it needs no file that nobody writes to.
func Peek(data []byte, more bool, source load.DataSource, rows int) Preview {
	t := &Table{file: source.File, data: data, release: func() error { return nil }}
	p := Preview{Columns: []string{}, Rows: [][]string{}}
	read, err := t.reading(source)
	if err != nil {
		errors.As(err, &p.Problem)
		return p
	}
	if len(data) == 0 {
		p.Problem = &Error{File: source.File, Message: "the file is empty"}
		return p
	}
	if more {
		t.data = wholeLines(data)
	}
	if f := checkText(t.data); f != nil {
		p.Problem = t.problem(f)
		t.data, more = wholeLines(t.data[:f.at]), true
	}
	if f := t.peek(read); f != nil && p.Problem == nil && !(more && (f.ended || f.at >= len(t.data))) {
		p.Problem = t.problem(f)
	}
	if t.rows == 0 && p.Problem == nil && !more {
		p.Problem = t.problem(&fault{at: len(t.data), text: "the file has no rows"})
	}
	p.Columns = append(p.Columns, t.columns...)
	p.Total = t.rows
	p.Rows = append(p.Rows, t.first(rows)...)
	return p
}

// wholeLines is data up to its last line end.
func wholeLines(data []byte) []byte { return data[:bytes.LastIndexByte(data, '\n')+1] }

// peek reads the rows before the first bad one.
func (t *Table) peek(read func(from int) *fault) *fault {
	t.index = newIndex(len(t.data))
	from := 0
	if bytes.HasPrefix(t.data, []byte("\xef\xbb\xbf")) {
		from = 3
	}
	f := read(from)
	if f != nil && t.csv != nil && t.rows > 0 {
		t.rows-- // a row of CSV is counted before it is checked
	}
	return f
}

// first is the first rows.
func (t *Table) first(rows int) (out [][]string) {
	r, err := t.Bind(t.columns)
	if err != nil || len(t.columns) == 0 {
		return nil
	}
	var values []load.Value
	room := previewTotal
	for i := range min(int64(rows), t.rows) {
		if values, err = r.Row(values[:0], i); err != nil {
			return out
		}
		row := make([]string, len(values))
		for n, v := range values {
			row[n] = v.Text
			if len(v.Text) > previewValue {
				row[n] = strings.ToValidUTF8(v.Text[:previewValue], "") + "…"
			}
			room -= len(row[n])
		}
		if room < 0 {
			return out
		}
		out = append(out, row)
	}
	return out
}
