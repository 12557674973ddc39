// Package dataset opens data files: rows of named values, as CSV, JSON or JSON lines.
//
// A file is checked in full when it is opened and then kept as its bytes, mapped from
// disk, and an index of a few bytes for every 256: whatever the file looks like, 100 MiB
// of it cost about 3 MiB of memory and the pages of the file that are in use.
package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// Bounds of a data file, besides load.MaxDataFile.
const (
	MaxColumns = 1_000
	MaxName    = 1 << 10 // bytes of a column's name
	MaxRow     = 1 << 20 // bytes of a row
	MaxDepth   = 64      // levels of JSON, the row's own among them
)

// Table is an open data file. It is immutable and safe for concurrent use.
//
// On Unix the file is mapped: it must not be written to or shortened while the table is
// open (a read behind its new end would end the process), so open files of a private
// cache only, which are written once. Removing or replacing the name is harmless.
type Table struct {
	file    string
	data    []byte
	release func() error
	closed  atomic.Bool

	csv     *csvFormat // nil: JSON
	columns []string
	rows    int64
	index   index
}

// Open opens and checks the data file at path. What it is follows from the ending of
// source.File, as whose content path is taken: .csv with a header, .json with an array
// of objects, .jsonl with an object on each line. It takes about a second for 100 MiB
// of CSV. Problems of the content are of type *Error.
func Open(path string, source load.DataSource) (*Table, error) {
	t := &Table{file: source.File}
	read, err := t.reading(source)
	if err != nil {
		return nil, err
	}
	if err := t.open(path); err != nil {
		return nil, err
	}
	if f := t.check(read); f != nil {
		err := t.problem(f)
		_ = t.release()
		return nil, err
	}
	t.forget()
	return t, nil
}

// reading is the function that reads the rows of t's format, from an offset.
func (t *Table) reading(source load.DataSource) (func(from int) *fault, error) {
	name := strings.ToLower(source.File)
	switch {
	case strings.HasSuffix(name, ".csv"):
		c, err := newCSV(source.Delimiter)
		if err != nil {
			return nil, &Error{File: source.File, Message: err.Error()}
		}
		t.csv = c
		return t.readCSV, nil
	case source.Delimiter != "":
		return nil, &Error{File: source.File, Message: "a delimiter is for .csv only"}
	case strings.HasSuffix(name, ".json"):
		return t.readArray, nil
	case strings.HasSuffix(name, ".jsonl"):
		return t.readLines, nil
	}
	return nil, &Error{File: source.File, Message: "the name of a data file must end in .csv, .json or .jsonl"}
}

// open maps the file at path.
func (t *Table) open(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open data file %s: %w", t.file, err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open data file %s: %w", t.file, err)
	}
	switch size := info.Size(); {
	case !info.Mode().IsRegular():
		return &Error{File: t.file, Message: "is not a regular file"}
	case size == 0:
		return &Error{File: t.file, Message: "the file is empty"}
	case size > load.MaxDataFile:
		return &Error{File: t.file, Message: fmt.Sprintf("%d bytes, over the limit of %d MiB for a data file", size, load.MaxDataFile>>20)}
	}
	t.data, t.release, err = mapFile(f, int(info.Size()))
	if err != nil {
		return fmt.Errorf("map data file %s: %w", t.file, err)
	}
	return nil
}

// check reads the whole file, once for its text and once for its rows.
func (t *Table) check(read func(from int) *fault) *fault {
	from := 0
	if bytes.HasPrefix(t.data, []byte("\xef\xbb\xbf")) {
		from = 3
	}
	if f := checkText(t.data); f != nil {
		return f
	}
	t.index = newIndex(len(t.data))
	if f := read(from); f != nil {
		return f
	}
	if t.rows == 0 {
		return &fault{at: len(t.data), text: "the file has no rows"}
	}
	t.index.trim()
	return nil
}

// checkText refuses what is not UTF-8 without NUL.
func checkText(data []byte) *fault {
	const save = "save the file as UTF-8"
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return &fault{text: "the file is UTF-16: " + save}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return &fault{text: "the file is a ZIP archive or a spreadsheet: export it as CSV in UTF-8"}
	}
	nul := bytes.IndexByte(data, 0)
	text := data
	if nul >= 0 {
		text = data[:nul]
	}
	if !utf8.Valid(text) {
		return &fault{at: invalid(text), text: "a byte that is not UTF-8: " + save}
	}
	if nul >= 0 {
		return &fault{at: nul, text: "a NUL byte, which no text has; if this is UTF-16, " + save}
	}
	return nil
}

// invalid is where the first byte of b is that is not UTF-8.
func invalid(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// Rows is how many rows the file has, at least 1. The header of a CSV is none.
func (t *Table) Rows() int64 { return t.rows }

// Columns are the names of the columns: the header of a CSV, or the keys of all rows in
// the order of their first appearance.
func (t *Table) Columns() []string { return slices.Clone(t.columns) }

// Close releases the file. Nobody may be reading a row; later reads are errors.
func (t *Table) Close() error {
	if t.closed.Swap(true) {
		return nil
	}
	if err := t.release(); err != nil {
		return fmt.Errorf("close data file %s: %w", t.file, err)
	}
	return nil
}

// Inspect opens the data file at path, as Open, only to say how many rows it has and
// that it has all columns.
func Inspect(path string, source load.DataSource, columns []string) (rows int64, err error) {
	t, err := Open(path, source)
	if err != nil {
		return 0, err
	}
	_, err = t.Bind(columns)
	return t.Rows(), errors.Join(err, t.Close())
}
