package dataset

import (
	"fmt"
	"slices"
	"unsafe"

	"github.com/locust-http/locust-http/load"
)

// Reader reads the values of some columns. It is immutable and safe for concurrent use.
type Reader struct {
	table  *Table
	bound  []int          // by column as asked for: its place among the values
	values int            // different columns
	places []int          // CSV: by number of column up to the last one wanted; -1: not wanted
	keys   map[string]int // JSON: place by key
}

// span is a value as it lies in the file, without quotes.
type span struct {
	from, to int
	kind     load.Kind
	coded    bool // has escapes
}

// Bind is a reader of the given columns, in that order; one may be asked for more than
// once. A column that the file does not have is a *ColumnError. In JSON a key belongs
// to the file if any row has it.
func (t *Table) Bind(columns []string) (*Reader, error) {
	r := &Reader{table: t, keys: map[string]int{}}
	for i, name := range columns {
		number := slices.Index(t.columns, name)
		if number < 0 {
			return nil, &ColumnError{
				File: t.file, Column: name, Index: i,
				Nearest: nearest(name, t.columns), Known: t.Columns(), hint: t.delimiterHint(),
			}
		}
		place, known := r.keys[name]
		if !known {
			place = r.values
			r.keys[name] = place
			r.values++
		}
		r.bound = append(r.bound, place)
		for len(r.places) <= number {
			r.places = append(r.places, -1)
		}
		r.places[number] = place
	}
	return r, nil
}

// Row appends one value to dst for each bound column of a row, counted from 0: Unset
// for a key that the row does not have. The values stay good when the table is closed.
// CSV values are strings; JSON values keep their type, numbers and composites their
// text. An error is a row that does not exist, or a file that was changed under the
// table or is closed.
func (r *Reader) Row(dst []load.Value, row int64) ([]load.Value, error) {
	t := r.table
	if row < 0 || row >= t.rows {
		return dst, fmt.Errorf("%s: row %d of %d does not exist", t.file, row, t.rows)
	}
	if t.closed.Load() {
		return dst, fmt.Errorf("%s: row %d: the file is closed", t.file, row)
	}
	var few [16]span
	values := few[:]
	if r.values > len(few) {
		values = make([]span, r.values)
	}
	values = values[:r.values]
	if f := r.find(row, values); f != nil {
		return dst, fmt.Errorf("row %d: the file has changed while it was open: %w", row, t.problem(f))
	}
	return r.copyTo(dst, values), nil
}

// find finds the values of a row.
func (r *Reader) find(row int64, values []span) *fault {
	t := r.table
	m := t.index.before(row, t.rows)
	at := int(m.at)
	for n := row - int64(m.row); n > 0; n-- {
		if t.csv != nil {
			at = t.csv.following(t.data, at)
		} else {
			at = followingObject(t.data, at)
		}
	}
	if t.csv != nil {
		return t.csv.pick(t.data, at, r.places, values)
	}
	return pickKeys(t.data, at, r.keys, values)
}

// copyTo appends the values with one copy of the text of them all.
func (r *Reader) copyTo(dst []load.Value, values []span) []load.Value {
	size := 0
	for _, v := range values {
		size += v.to - v.from // no escape is shorter than what it stands for
	}
	text := make([]byte, 0, size)
	for i, v := range values {
		from := len(text)
		switch {
		case !v.coded:
			text = append(text, r.table.data[v.from:v.to]...)
		case r.table.csv != nil:
			text = appendCSV(text, r.table.data, v)
		default:
			text = appendJSON(text, r.table.data[v.from:v.to])
		}
		values[i].from, values[i].to = from, len(text)
	}
	all := unsafe.String(unsafe.SliceData(text), len(text)) // nobody writes to text any more
	for _, place := range r.bound {
		v := values[place]
		dst = append(dst, load.Value{Kind: v.kind, Text: all[v.from:v.to]})
	}
	return dst
}
