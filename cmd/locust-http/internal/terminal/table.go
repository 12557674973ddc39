package terminal

import (
	"io"
	"strings"
)

// column is one column of a table. A flexible one gives way when the table is wider
// than the terminal.
type column struct {
	title    string
	right    bool
	flexible bool
}

// row is one line of a table; indent shifts its first cell, tint colours it.
type row struct {
	cells  []string
	indent int
	tint   string
}

type table struct {
	columns []column
	rows    []row
}

func (t *table) add(r row) {
	for i, c := range r.cells {
		r.cells[i] = Safe(c)
	}
	r.cells[0] = strings.Repeat("  ", r.indent) + r.cells[0]
	t.rows = append(t.rows, r)
}

const (
	gap         = 2  // between columns
	minFlexible = 12 // columns that a flexible cell keeps at least
)

// widths fits the columns into width; 0 means that there is no limit.
func (t *table) widths(width int) []int {
	w := make([]int, len(t.columns))
	for i, c := range t.columns {
		w[i] = Width(c.title)
		for _, r := range t.rows {
			w[i] = max(w[i], Width(r.cells[i]))
		}
	}
	for over := t.excess(w, width); over > 0; {
		i := t.widestFlexible(w)
		if i < 0 {
			break
		}
		cut := min(over, w[i]-minFlexible)
		w[i] -= cut
		over -= cut
	}
	return w
}

func (t *table) excess(w []int, width int) int {
	if width <= 0 {
		return 0
	}
	total := gap * (len(w) - 1)
	for _, n := range w {
		total += n
	}
	return total - width
}

func (t *table) widestFlexible(w []int) int {
	best := -1
	for i, c := range t.columns {
		if c.flexible && w[i] > minFlexible && (best < 0 || w[i] > w[best]) {
			best = i
		}
	}
	return best
}

func (t *table) write(out io.Writer, style Style, width int) {
	w := t.widths(width)
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = c.title
	}
	t.line(out, style, w, row{cells: titles, tint: faint})
	for _, r := range t.rows {
		t.line(out, style, w, r)
	}
}

func (t *table) line(out io.Writer, style Style, w []int, r row) {
	cells := make([]string, len(r.cells))
	for i, c := range r.cells {
		cells[i] = pad(Truncate(c, w[i]), w[i], t.columns[i].right)
	}
	text := strings.TrimRight(strings.Join(cells, strings.Repeat(" ", gap)), " ")
	io.WriteString(out, style.paint(r.tint, text)+"\n")
}
