package dataset

import (
	"bytes"
	"fmt"
)

// Error is a data file that cannot be used. Its text names no value of any row.
type Error struct {
	File    string // as the plan names it
	Line    int    // from 1; 0: the file as a whole
	Message string // what is wrong, and what was expected
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Message)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// fault is what is wrong at an offset of the data.
type fault struct {
	at    int
	text  string
	ended bool // only since the data end here
}

func faultf(at int, format string, args ...any) *fault {
	return &fault{at: at, text: fmt.Sprintf(format, args...)}
}

// problem is f with its line, which is counted only now.
func (t *Table) problem(f *fault) *Error {
	return &Error{File: t.file, Line: 1 + bytes.Count(t.data[:min(f.at, len(t.data))], []byte{'\n'}), Message: f.text}
}

// tooLong is a row that does not end within MaxRow.
func tooLong(at int) *fault {
	return faultf(at, "the row that begins here is longer than %d MiB; is a quote or a bracket of it not closed?", MaxRow>>20)
}
