package rows

import (
	"cmp"
	"slices"

	"github.com/locust-http/locust-http/load"
)

// ascending turns around ranges that were cut off from the far end, and joins what
// belongs together.
func ascending(cut []load.RowRange) []load.RowRange {
	var out []load.RowRange
	for _, r := range slices.Backward(cut) {
		out = join(out, r)
	}
	return out
}

// join appends r to ranges, as part of the last one where that ends at its beginning.
func join(ranges []load.RowRange, r load.RowRange) []load.RowRange {
	n := len(ranges)
	switch {
	case r.Len() == 0:
		return ranges
	case n > 0 && ranges[n-1].To == r.From:
		ranges[n-1].To = r.To
		return ranges
	}
	return append(ranges, r)
}

// merge is the rows of ranges that a file of rows rows has, each once and in rising
// order.
func merge(ranges []load.RowRange, rows int64) []load.RowRange {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b load.RowRange) int { return cmp.Compare(a.From, b.From) })
	var out []load.RowRange
	end := int64(0) // behind all rows so far
	for _, r := range sorted {
		r = load.RowRange{From: max(r.From, end), To: min(r.To, rows)}
		if r.From < r.To {
			end = r.To
			out = join(out, r)
		}
	}
	return out
}

// without is ranges without the rows of others; both are in rising order and have no
// row twice.
func without(ranges, others []load.RowRange) []load.RowRange {
	var out []load.RowRange
	for _, r := range ranges {
		for len(others) > 0 && others[0].To <= r.From {
			others = others[1:]
		}
		for _, o := range others {
			if o.From >= r.To {
				break
			}
			out = join(out, load.RowRange{From: r.From, To: o.From})
			r.From = o.To
		}
		out = join(out, r)
	}
	return out
}
