package rows

import (
	"testing"

	"pgregory.net/rapid"
)

// All shares together are the file, each row once, and none is a chunk larger than
// another.
func TestShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.OneOf(rapid.Int64Range(0, 300), rapid.Int64Range(0, 60_000)).Draw(t, "rows")
		of := rapid.IntRange(1, 40).Draw(t, "of")
		size := chunkSize(rows, of)
		owner := make([]int, rows)
		least, most := rows, int64(0)
		for index := range of {
			s := shareOf(rows, index, of)
			last := int64(-1)
			for k := range s.len() {
				row := s.row(k)
				if row <= last || row >= rows {
					t.Fatalf("worker %d: row %d behind %d of %d", index, row, last, rows)
				}
				if row/size%int64(of) != int64(index) {
					t.Fatalf("worker %d has row %d of chunk %d", index, row, row/size)
				}
				last = row
				owner[row]++
			}
			least, most = min(least, s.len()), max(most, s.len())
		}
		for row, n := range owner {
			if n != 1 {
				t.Fatalf("row %d belongs to %d workers", row, n)
			}
		}
		if most-least > size {
			t.Fatalf("shares of %d to %d rows with chunks of %d", least, most, size)
		}
	})
}

func TestChunkSize(t *testing.T) {
	for _, c := range []struct {
		rows int64
		of   int
		want int64
	}{
		{0, 1, 1}, {1, 3, 1}, {16, 1, 1}, {32, 1, 2}, {1000, 3, 20}, {48_000, 3, 1000}, {47_999, 3, 999}, {50_000_000, 1, 1000}, {50_000_000, 1000, 1000},
	} {
		if got := chunkSize(c.rows, c.of); got != c.want {
			t.Errorf("%d rows over %d workers: chunks of %d, want %d", c.rows, c.of, got, c.want)
		}
	}
}

// A share is not a list: that of a hundred million rows is as cheap.
func TestLargeShare(t *testing.T) {
	s := shareOf(100<<20, 2, 3)
	if n := s.len(); n != 34_952_000 || s.row(0) != 2000 || s.row(n-1) != 104_855_999 {
		t.Fatalf("%d rows from %d to %d", n, s.row(0), s.row(n-1))
	}
}
