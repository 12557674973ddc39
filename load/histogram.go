package load

import (
	"math"
	"math/bits"
	"slices"
)

// The histogram layout is that of HdrHistogram with 3 significant digits and unit
// 1 µs (Gil Tene, https://hdrhistogram.org): below 2,048 µs every microsecond has a
// bucket, above that each power of two is cut into 1,024 equal buckets. A value is
// thereby known to better than 0.1 %. A bucket is an index into one flat array,
// which is why recording can be one atomic increment and merging is addition.
const (
	subBucketHalfBits = 10
	subBucketHalf     = 1 << subBucketHalfBits
	subBucketCount    = subBucketHalf * 2
	maxExponent       = 21 // 2,048 µs · 2^21 is 71 minutes

	// NumBuckets is the length of the flat array.
	NumBuckets = (maxExponent + 2) * subBucketHalf
	// MaxLatency is the largest value that has a bucket of its own, in µs; a larger
	// one is counted in the last bucket (its exact value is still in Max).
	MaxLatency = subBucketCount<<maxExponent - 1
)

// BucketOf is the index of the bucket that holds us microseconds. Negative values
// count as 0.
func BucketOf(us int64) int {
	if us < 0 {
		us = 0
	}
	if us > MaxLatency {
		us = MaxLatency
	}
	e := bits.Len64(uint64(us)|(subBucketCount-1)) - (subBucketHalfBits + 1)
	return e<<subBucketHalfBits + int(us>>uint(e))
}

// BucketHigh is the largest value, in µs, that falls into bucket i: what a quantile
// reports, as HdrHistogram's "highest equivalent value" does.
func BucketHigh(i int) int64 {
	low, width := bucketRange(i)
	return low + width - 1
}

// BucketLow is the smallest value, in µs, that falls into bucket i.
func BucketLow(i int) int64 {
	low, _ := bucketRange(i)
	return low
}

func bucketRange(i int) (low, width int64) {
	if i < subBucketCount {
		return int64(i), 1
	}
	e := uint(i>>subBucketHalfBits - 1)
	sub := int64(i&(subBucketHalf-1) + subBucketHalf)
	return sub << e, 1 << e
}

// Bucket is a non-empty bucket of a sparse histogram.
type Bucket struct {
	Index uint16
	Count uint32
}

// SparseHist is what a report carries of one histogram: the counts that were added
// since the report before. Buckets are in order of Index.
//
// Min and Max (µs) are of everything recorded so far, not of the difference, so
// merging them twice changes nothing; both are 0 while nothing was recorded.
type SparseHist struct {
	Sum     int64 // µs
	Min     int64
	Max     int64
	Buckets []Bucket
}

// MergeBuckets is the sum of two sparse histograms, both in order of Index; neither
// is changed. A count that does not fit stays at the largest that does.
func MergeBuckets(a, b []Bucket) []Bucket {
	if len(a) == 0 {
		return slices.Clone(b)
	}
	if len(b) == 0 {
		return a
	}
	sum := make([]Bucket, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch x, y := a[0], b[0]; {
		case x.Index < y.Index:
			sum, a = append(sum, x), a[1:]
		case x.Index > y.Index:
			sum, b = append(sum, y), b[1:]
		default:
			x.Count = uint32(min(uint64(x.Count)+uint64(y.Count), math.MaxUint32))
			sum, a, b = append(sum, x), a[1:], b[1:]
		}
	}
	return append(append(sum, a...), b...)
}

// Hist is a histogram under merge. The zero value is empty. It is not safe for
// concurrent use; whoever merges owns it.
type Hist struct {
	Count   int64
	Sum     int64 // µs
	Min     int64 // µs; 0 when empty
	Max     int64 // µs
	buckets []int64
	lo, hi  int // touched range of buckets
}

// Add merges the counts of s into h.
func (h *Hist) Add(s *SparseHist) {
	if len(s.Buckets) == 0 {
		return
	}
	for _, b := range s.Buckets {
		if int(b.Index) < NumBuckets {
			h.add(int(b.Index), int64(b.Count))
		}
	}
	h.Sum += s.Sum
	h.bound(s.Min, s.Max)
}

// Record counts one value of us microseconds.
func (h *Hist) Record(us int64) {
	if us < 0 {
		us = 0
	}
	first := h.Count == 0
	h.add(BucketOf(us), 1)
	h.Sum += us
	if first {
		h.Min, h.Max = us, us
		return
	}
	h.bound(us, us)
}

// Merge adds all of o to h. o is not changed.
func (h *Hist) Merge(o *Hist) {
	if o.Count == 0 {
		return
	}
	for i := o.lo; i <= o.hi; i++ {
		if n := o.buckets[i]; n != 0 {
			h.add(i, n)
		}
	}
	h.Sum += o.Sum
	h.bound(o.Min, o.Max)
}

func (h *Hist) add(i int, n int64) {
	if h.buckets == nil {
		h.buckets = make([]int64, NumBuckets)
		h.lo, h.hi = i, i
		h.Min, h.Max = math.MaxInt64, 0
	}
	h.lo, h.hi = min(h.lo, i), max(h.hi, i)
	h.buckets[i] += n
	h.Count += n
}

func (h *Hist) bound(lo, hi int64) {
	h.Min, h.Max = min(h.Min, lo), max(h.Max, hi)
}

// Quantile is the value, in µs, at quantile q (0–1) by the nearest-rank rule: the
// smallest recorded value such that at least q·Count values are no larger. It is
// never above Max and never below Min; 0 when the histogram is empty.
func (h *Hist) Quantile(q float64) int64 {
	if h.Count == 0 {
		return 0
	}
	if i, ok := nearestRank(h.buckets, h.lo, h.hi, h.Count, q); ok {
		return max(min(BucketHigh(i), h.Max), h.Min)
	}
	return h.Max
}

// nearestRank is the bucket from lo to hi in which the value at quantile q of count values
// lies; false: the buckets hold fewer.
func nearestRank(buckets []int64, lo, hi int, count int64, q float64) (bucket int, ok bool) {
	// A rank that is whole but for the rounding of q·count must not go one up.
	rank := max(int64(math.Ceil(q*float64(count)-1e-9)), 1)
	var seen int64
	for i := lo; i <= hi; i++ {
		if seen += buckets[i]; seen >= rank {
			return i, true
		}
	}
	return 0, false
}

// Mean is in µs; 0 when the histogram is empty.
func (h *Hist) Mean() float64 {
	if h.Count == 0 {
		return 0
	}
	return float64(h.Sum) / float64(h.Count)
}

// Each calls f for every non-empty bucket, in order of value.
func (h *Hist) Each(f func(index int, count int64)) {
	if h.Count == 0 {
		return
	}
	for i := h.lo; i <= h.hi; i++ {
		if h.buckets[i] != 0 {
			f(i, h.buckets[i])
		}
	}
}
