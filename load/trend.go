package load

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// A trend is the distribution of the values of one metric that scripts make. Its layout
// is that of DDSketch (Masson, Rim, Lee: DDSketch: A Fast and Fully-Mergeable Quantile
// Sketch with Relative-Error Guarantees, VLDB 2019): buckets whose bounds grow by a
// constant factor, the same for negative values, and one for zero. As the factor is below
// 1.01, any two values of a bucket differ by less than 1 %.
//
// Unlike there the range is fixed, so that a bucket is an index into one flat array,
// recording is one atomic increment, and merging is addition, in any order and of any
// parts. What lies outside of the range has a stated place: values nearer to zero than
// TrendUnit are counted as zero, and values beyond ±TrendLimit in the two outermost
// buckets, which stand for the exact Min and Max.
const (
	trendGrowth = 1.0099
	// TrendUnit is the smallest size that is told from zero.
	TrendUnit = 1.0 / (1 << 30)
	// TrendLimit is the largest size that is told from larger ones.
	TrendLimit = 1 << 64

	trendSide = 6615 // buckets of one sign; the last one holds what is beyond TrendLimit
	trendZero = trendSide

	// NumTrendBuckets is the length of the flat array.
	NumTrendBuckets = 2*trendSide + 1

	maxMetricName = 64 // characters
)

var (
	lnTrendGrowth = math.Log(trendGrowth)
	lnTrendUnit   = math.Log(TrendUnit)
)

// CheckMetricName says what is wrong with the name of a metric: it has 1 to 64
// characters, none of which is a control character.
func CheckMetricName(name string) error {
	switch {
	case name == "":
		return errors.New("a metric needs a name")
	case len(name) > maxMetricName && utf8.RuneCountInString(name) > maxMetricName:
		return fmt.Errorf("the name of a metric has %d characters; at most %d", utf8.RuneCountInString(name), maxMetricName)
	case !utf8.ValidString(name):
		return errors.New("the name of a metric is not UTF-8")
	}
	for _, r := range name {
		if unicode.IsControl(r) {
			return fmt.Errorf("the name of a metric has the control character %q", r)
		}
	}
	return nil
}

// MetricDelta is what one metric gained in an interval. All of it is of the interval's own
// values: unlike in SparseHist, Min and Max too.
type MetricDelta struct {
	Name    string
	Sum     float64
	Min     float64
	Max     float64
	Buckets []Bucket // by TrendBucketOf, in order of Index
}

// Bound gives d the bounds of its outermost buckets where Min and Max do not reach them:
// on the edge of an interval a value may have gone to one of its sides and its bucket to
// the other.
func (d *MetricDelta) Bound() {
	if len(d.Buckets) == 0 {
		return
	}
	first, last := int(d.Buckets[0].Index), int(d.Buckets[len(d.Buckets)-1].Index)
	if TrendBucketOf(d.Min) > first {
		d.Min = trendValue(first)
	}
	if TrendBucketOf(d.Max) < last {
		d.Max = trendValue(last)
	}
	d.Min, d.Max = AddFinite(d.Min, 0), AddFinite(d.Max, 0)
}

// TrendBucketOf is the index of the bucket that holds v. Indexes are in order of value.
// v must not be NaN.
func TrendBucketOf(v float64) int {
	size := math.Abs(v)
	if size < TrendUnit {
		return trendZero
	}
	k := trendSide
	if size <= TrendLimit {
		k = min(1+int((math.Log(size)-lnTrendUnit)/lnTrendGrowth), trendSide-1)
	}
	if v < 0 {
		return trendZero - k
	}
	return trendZero + k
}

// trendValue is what stands for all values of bucket i: the number with the fewest
// decimal digits that it holds, so whole numbers up to 100 and other short ones stand for
// themselves. An outermost bucket has no value of its own: it is infinite.
func trendValue(i int) float64 {
	k, sign := i-trendZero, 1.0
	if k < 0 {
		k, sign = -k, -1
	}
	switch k {
	case 0:
		return 0
	case trendSide:
		return math.Inf(int(sign))
	}
	low := math.Exp(lnTrendUnit + float64(k-1)*lnTrendGrowth)
	middle := low * (1 + trendGrowth) / 2
	for digits := range 5 {
		// The nearest such number to the middle is inside if any is.
		v, err := strconv.ParseFloat(strconv.FormatFloat(middle, 'e', digits, 64), 64)
		if err == nil && TrendBucketOf(v) == trendZero+k {
			return sign * v
		}
	}
	return sign * middle
}

// Trend is the distribution of a metric under merge. The zero value is empty. Count, Min
// and Max are exact; Sum is as exact as a sum of float64, which for whole numbers below
// 2⁵³ is entirely, and it stops at the largest float64. It is not safe for concurrent
// use; whoever merges owns it.
type Trend struct {
	Count   int64
	Sum     float64
	Min     float64 // 0 when empty
	Max     float64
	buckets []int64
	lo, hi  int // touched range of buckets
}

// Record counts one value, which is neither NaN nor infinite.
func (t *Trend) Record(v float64) {
	t.grow(v, v, v)
	t.add(TrendBucketOf(v), 1)
}

// Add merges what a metric gained.
func (t *Trend) Add(d *MetricDelta) {
	if len(d.Buckets) == 0 {
		return
	}
	t.grow(d.Sum, d.Min, d.Max)
	for _, b := range d.Buckets {
		if int(b.Index) < NumTrendBuckets {
			t.add(int(b.Index), int64(b.Count))
		}
	}
}

// Merge adds all of o to t. o is not changed.
func (t *Trend) Merge(o *Trend) {
	if o.Count == 0 {
		return
	}
	t.grow(o.Sum, o.Min, o.Max)
	for i := o.lo; i <= o.hi; i++ {
		if n := o.buckets[i]; n != 0 {
			t.add(i, n)
		}
	}
}

// grow adds sum and widens the bounds. It comes before the counts.
func (t *Trend) grow(sum, low, high float64) {
	t.Sum = AddFinite(t.Sum, sum)
	if t.Count == 0 {
		t.Min, t.Max = low, high
		return
	}
	t.Min, t.Max = min(t.Min, low), max(t.Max, high)
}

func (t *Trend) add(i int, n int64) {
	if t.buckets == nil {
		t.buckets = make([]int64, NumTrendBuckets)
		t.lo, t.hi = i, i
	}
	t.lo, t.hi = min(t.lo, i), max(t.hi, i)
	t.buckets[i] += n
	t.Count += n
}

// AddFinite is a + b, or the largest float64 of its sign where that is infinite.
func AddFinite(a, b float64) float64 {
	return max(-math.MaxFloat64, min(a+b, math.MaxFloat64))
}

// Mean is 0 when the trend is empty.
func (t *Trend) Mean() float64 {
	if t.Count == 0 {
		return 0
	}
	return t.Sum / float64(t.Count)
}

// Quantile is the value at quantile q (0–1) by the nearest-rank rule, to 1 % of the
// value. It is never above Max and never below Min; 0 when the trend is empty.
func (t *Trend) Quantile(q float64) float64 {
	if t.Count == 0 {
		return 0
	}
	if i, ok := nearestRank(t.buckets, t.lo, t.hi, t.Count, q); ok {
		return max(min(trendValue(i), t.Max), t.Min)
	}
	return t.Max
}
