package dataset

import (
	"slices"
	"sort"
)

// spacing is how many bytes there are at least from one mark to the next, so that a row
// begins less than that behind its mark. It bounds both the index (8 bytes for each
// spacing) and the search for a row.
const spacing = 256

// mark is where a row begins. Offsets fit since a file has at most load.MaxDataFile.
type mark struct{ row, at uint32 }

// index is sparse: not every row has a mark.
type index struct{ marks []mark }

// newIndex has room for all marks of size bytes, so that it never grows.
func newIndex(size int) index {
	return index{make([]mark, 0, size/spacing+1)}
}

// add notes where the next row begins.
func (x *index) add(row int64, at int) {
	if n := len(x.marks); n == 0 || at-int(x.marks[n-1].at) >= spacing {
		x.marks = append(x.marks, mark{uint32(row), uint32(at)})
	}
}

// trim gives back room that was not needed.
func (x *index) trim() {
	if len(x.marks) < cap(x.marks)/2 {
		x.marks = slices.Clone(x.marks)
	}
}

// before is the last mark that is not behind row. Where rows are of about the same
// length it is near the first guess; elsewhere what it is sought in widens fast.
func (x *index) before(row, rows int64) mark {
	guess := int(row * int64(len(x.marks)) / rows)
	low, high := guess, guess+1
	for width := 1; int64(x.marks[low].row) > row; width *= 4 {
		low = max(0, low-width)
	}
	for width := 1; high < len(x.marks) && int64(x.marks[high].row) <= row; width *= 4 {
		high = min(len(x.marks), high+width)
	}
	near := x.marks[low:high] // begins with a mark that is not behind row
	return near[sort.Search(len(near), func(i int) bool { return int64(near[i].row) > row })-1]
}
