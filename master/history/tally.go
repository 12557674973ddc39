package history

import (
	"math"

	"github.com/locust-http/locust-http/load"
)

const (
	pageBuckets = 1024
	tallyPages  = (load.NumBuckets + pageBuckets - 1) / pageBuckets
)

// tally adds histograms up. Unlike load.Hist it can be emptied and used again, and it
// takes room only for the powers of two that it has values of, since there are hundreds
// at once when all rows of a run are added up. The zero value is empty.
type tally struct {
	pages [tallyPages]*[pageBuckets]int64
	count int64
}

func (t *tally) add(buckets []load.Bucket) {
	for _, b := range buckets {
		if int(b.Index) >= load.NumBuckets {
			continue
		}
		page := t.pages[b.Index/pageBuckets]
		if page == nil {
			page = new([pageBuckets]int64)
			t.pages[b.Index/pageBuckets] = page
		}
		page[b.Index%pageBuckets] += int64(b.Count)
		t.count += int64(b.Count)
	}
}

// merge adds all of o.
func (t *tally) merge(o *tally) {
	for i, page := range o.pages {
		if page == nil {
			continue
		}
		if t.pages[i] == nil {
			t.pages[i] = new([pageBuckets]int64)
		}
		for j, n := range page {
			t.pages[i][j] += n
		}
	}
	t.count += o.count
}

func (t *tally) reset() {
	if t.count == 0 {
		return
	}
	for _, page := range t.pages {
		if page != nil {
			clear(page[:])
		}
	}
	t.count = 0
}

// each calls f for every bucket that is not empty, in order.
func (t *tally) each(f func(bucket int, count int64)) {
	for i, page := range t.pages {
		if page == nil {
			continue
		}
		for j, n := range page {
			if n != 0 {
				f(i*pageBuckets+j, n)
			}
		}
	}
}

// buckets is the sum. A count that does not fit stays at the largest that does.
func (t *tally) buckets() []load.Bucket {
	var list []load.Bucket
	t.each(func(bucket int, count int64) {
		list = append(list, load.Bucket{Index: uint16(bucket), Count: uint32(min(count, math.MaxUint32))})
	})
	return list
}

// quantiles are those that are shown, in rising order.
var quantiles = [...]float64{0.5, 0.9, 0.95, 0.99, 0.999}

// spread says how latencies are distributed, in µs. It is what is stored of a histogram
// where only a chart's columns are.
type spread struct {
	count int64
	at    [len(quantiles)]int64
	max   int64
	mean  float64
}

// spread is the distribution of t. Quantiles are by the rule of load.Hist: nearest rank,
// and the largest value that the bucket holds. The mean takes the middle of each bucket,
// which is right to a thousandth.
func (t *tally) spread() spread { return t.without(nil) }

// without is the distribution of t less o, which is a part of it or nil.
func (t *tally) without(o *tally) spread {
	s := spread{count: t.count}
	if o != nil {
		s.count -= o.count
	}
	if s.count <= 0 {
		return spread{}
	}
	var ranks [len(quantiles)]int64
	for i, q := range quantiles {
		// A rank that is whole but for the rounding of q·count must not go one up.
		ranks[i] = max(int64(math.Ceil(q*float64(s.count)-1e-9)), 1)
	}
	var sum float64
	var seen int64
	next := 0
	t.each(func(bucket int, count int64) {
		if o != nil {
			count -= o.at(bucket)
		}
		if count <= 0 {
			return
		}
		high := load.BucketHigh(bucket)
		sum += float64(count) * float64(load.BucketLow(bucket)+high) / 2
		seen += count
		for ; next < len(ranks) && seen >= ranks[next]; next++ {
			s.at[next] = high
		}
		s.max = high
	})
	s.mean = sum / float64(s.count)
	return s
}

func (t *tally) at(bucket int) int64 {
	page := t.pages[bucket/pageBuckets]
	if page == nil {
		return 0
	}
	return page[bucket%pageBuckets]
}

// latencies adds up how long requests took, and those of them that failed once more by
// themselves. The zero value is empty.
type latencies struct{ all, failed tally }

func (l *latencies) reset() {
	l.all.reset()
	l.failed.reset()
}

func (l *latencies) addRow(r *load.RowSecond) {
	l.all.add(r.OK)
	l.all.add(r.Failed)
	l.failed.add(r.Failed)
}

// describe sets what p says of latencies, but for the heat maps.
func (l *latencies) describe(p *point) {
	p.latency = l.all.spread()
	p.ok = p.latency
	if l.failed.count > 0 {
		p.ok = l.all.without(&l.failed)
	}
}

// heat is how many values are in each row of a heat map.
type heat [load.HeatRows]int64

func (t *tally) heat() (h heat) {
	t.each(func(bucket int, count int64) { h[load.HeatRow(load.BucketHigh(bucket))] += count })
	return h
}

// pairs are the rows that are not empty, each followed by its count.
func (h *heat) pairs() []int64 {
	list := []int64{}
	for row, n := range h {
		if n != 0 {
			list = append(list, int64(row), n)
		}
	}
	return list
}
