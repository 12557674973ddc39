package dataset

import (
	"fmt"
	"strings"
)

// columns are the names found so far, in order. Which row had one last says whether a
// row has it twice.
type columns struct {
	names  []string
	number map[string]int
	last   []int64 // row that had it last
}

func newColumns() *columns { return &columns{number: map[string]int{}} }

// see notes that a row (from 0) has the column name; guess is the number that it
// probably has. The answer is its number, or what is wrong with it.
func (c *columns) see(row int64, name []byte, guess int) (number int, wrong string) {
	if guess < len(c.names) && c.names[guess] == string(name) {
		number = guess
	} else if n, known := c.number[string(name)]; known {
		number = n
	} else {
		return c.add(row, name)
	}
	if c.last[number] == row {
		return 0, fmt.Sprintf("the key %q stands twice in one row", name)
	}
	c.last[number] = row
	return number, ""
}

func (c *columns) add(row int64, name []byte) (number int, wrong string) {
	switch {
	case len(name) > MaxName:
		return 0, fmt.Sprintf("a column name of %d bytes, over the limit of %d", len(name), MaxName)
	case len(c.names) == MaxColumns:
		return 0, fmt.Sprintf("more than %d columns", MaxColumns)
	}
	number = len(c.names)
	c.names = append(c.names, string(name))
	c.number[string(name)] = number
	c.last = append(c.last, row)
	return number, ""
}

// ColumnError is a column that a file does not have.
type ColumnError struct {
	File    string // as the plan names it
	Column  string
	Index   int      // of the column in what was asked for
	Nearest string   // the column that was probably meant, or empty
	Known   []string // all columns of the file
	hint    string
}

func (e *ColumnError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s has no column %q", e.File, clip(e.Column))
	if e.Nearest != "" {
		fmt.Fprintf(&b, ", did you mean %q?", e.Nearest)
	}
	const most = 20
	known := e.Known[:min(most, len(e.Known))]
	for i, name := range known {
		b.WriteString([]string{", ", "; it has "}[min(1, max(0, 1-i))])
		fmt.Fprintf(&b, "%q", clip(name))
	}
	if more := len(e.Known) - len(known); more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	if len(e.Known) == 0 {
		b.WriteString("; none of its rows has any key")
	}
	return b.String() + e.hint
}

// clip shortens a name for a message.
func clip(name string) string {
	const most = 64
	if len(name) <= most {
		return name
	}
	return strings.ToValidUTF8(name[:most], "") + "…"
}

// nearest is the word that was probably meant by s, or empty.
func nearest(s string, words []string) string {
	const most = 40
	if s == "" || len(s) > most {
		return ""
	}
	best, word := max(1, len(s)/3)+1, ""
	for _, w := range words {
		if len(w) > 2*most {
			continue
		}
		if n := editDistance(strings.ToLower(s), strings.ToLower(strings.TrimSpace(w))); n < best {
			best, word = n, w
		}
	}
	return word
}

// editDistance is how many bytes to insert, delete or replace to turn a into b.
func editDistance(a, b string) int {
	last, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
		}
		last, row = row, last
	}
	return last[len(b)]
}
