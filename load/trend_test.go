package load

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// deltaOf is what a metric gained by values.
func deltaOf(values []float64) MetricDelta {
	var t Trend
	for _, v := range values {
		t.Record(v)
	}
	d := MetricDelta{Sum: t.Sum, Min: t.Min, Max: t.Max}
	for i, n := range t.buckets {
		if n > 0 {
			d.Buckets = append(d.Buckets, Bucket{Index: uint16(i), Count: uint32(n)})
		}
	}
	return d
}

// drawn are values of every size and sign, with some in common.
func drawn(t *rapid.T, label string) []float64 {
	one := rapid.OneOf(
		rapid.Map(rapid.IntRange(-200, 200), func(n int) float64 { return float64(n) }),
		rapid.Map(rapid.IntRange(-10_000, 10_000), func(n int) float64 { return float64(n) / 100 }),
		rapid.Float64Range(-TrendLimit, TrendLimit),
		rapid.Float64Range(-4, 4),
		rapid.SampledFrom([]float64{0, TrendUnit, -TrendUnit, 1e-300, TrendLimit, -TrendLimit, math.MaxFloat64, -math.MaxFloat64}),
	)
	return rapid.SliceOfN(one, 1, 200).Draw(t, label)
}

// near says whether got is want to 1 % of it, or both count as zero, or both as beyond.
func near(got, want float64) bool {
	switch size := math.Abs(want); {
	case size < TrendUnit:
		return math.Abs(got) < TrendUnit
	case size > TrendLimit:
		return math.Abs(got) > TrendLimit && math.Signbit(got) == math.Signbit(want)
	default:
		return math.Abs(got-want) <= 0.01*size
	}
}

func TestTrendQuantilesAreWithinOnePercent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := drawn(t, "values")
		var trend Trend
		for _, v := range values {
			trend.Record(v)
		}
		slices.Sort(values)
		if trend.Count != int64(len(values)) || trend.Min != values[0] || trend.Max != values[len(values)-1] {
			t.Fatalf("count %d min %v max %v of %v", trend.Count, trend.Min, trend.Max, values)
		}
		for _, q := range []float64{0, 0.1, 0.5, 0.95, 0.999, 1} {
			exact := values[max(0, int(math.Ceil(q*float64(len(values))-1e-9))-1)]
			if got := trend.Quantile(q); !near(got, exact) {
				t.Fatalf("quantile %v is %v, want %v", q, got, exact)
			}
		}
	})
}

// Whatever the parts, and in whatever order they come, the whole is the same.
func TestMergedTrendsAreTheirWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Map(rapid.IntRange(-1<<40, 1<<40), func(n int) float64 { return float64(n) / 64 }), 1, 100).Draw(t, "values")
		var whole Trend
		for _, v := range values {
			whole.Record(v)
		}
		parts := map[int][]float64{}
		for _, v := range values {
			k := rapid.IntRange(0, 4).Draw(t, "part")
			parts[k] = append(parts[k], v)
		}
		order := rapid.Permutation([]int{0, 1, 2, 3, 4}).Draw(t, "order")
		var flat, left, right Trend
		cut := rapid.IntRange(0, 5).Draw(t, "cut")
		for i, k := range order {
			d := deltaOf(parts[k])
			before := slices.Clone(d.Buckets)
			flat.Add(&d)
			if i < cut {
				left.Add(&d)
			} else {
				right.Add(&d)
			}
			if !slices.Equal(before, d.Buckets) {
				t.Fatal("merging has changed a part")
			}
		}
		ab, ba := left, right
		ab.buckets, ba.buckets = slices.Clone(left.buckets), slices.Clone(right.buckets)
		ab.Merge(&right)
		ba.Merge(&left)
		for name, got := range map[string]*Trend{"deltas": &flat, "left and right": &ab, "right and left": &ba} {
			if !reflect.DeepEqual(*got, whole) {
				t.Fatalf("%s: count %d sum %v min %v max %v; want %d %v %v %v, or other buckets",
					name, got.Count, got.Sum, got.Min, got.Max, whole.Count, whole.Sum, whole.Min, whole.Max)
			}
		}
	})
}

func TestTrendBucketsAreInOrderOfValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64().Draw(t, "a"), rapid.Float64().Draw(t, "b")
		if a > b {
			a, b = b, a
		}
		i, j := TrendBucketOf(a), TrendBucketOf(b)
		if i > j || i < 0 || j >= NumTrendBuckets {
			t.Fatalf("%v is in bucket %d, %v in %d", a, i, b, j)
		}
	})
	for i := range NumTrendBuckets {
		if got := TrendBucketOf(trendValue(i)); got != i {
			t.Fatalf("the value of bucket %d is %v, which is in bucket %d", i, trendValue(i), got)
		}
	}
}

// What people count is small and whole, or money; it comes back as it was.
func TestShortNumbersAreExactInTrends(t *testing.T) {
	for n := range 101 {
		for _, v := range []float64{float64(n), -float64(n), float64(n) / 10, float64(n) * 1000} {
			if got := trendValue(TrendBucketOf(v)); got != v {
				t.Errorf("%v comes back as %v", v, got)
			}
		}
	}
}

func TestTrendSumsStayFinite(t *testing.T) {
	var a, b Trend
	for range 3 {
		a.Record(math.MaxFloat64)
		b.Record(-math.MaxFloat64)
	}
	if a.Sum != math.MaxFloat64 || b.Mean() != -math.MaxFloat64/3 {
		t.Errorf("sums %v and %v", a.Sum, b.Sum)
	}
	if a.Merge(&b); a.Sum != 0 || a.Count != 6 {
		t.Errorf("merged: sum %v of %d", a.Sum, a.Count)
	}
	var empty Trend
	if empty.Mean() != 0 || empty.Quantile(0.5) != 0 {
		t.Error("an empty trend has values")
	}
	empty.Add(&MetricDelta{Sum: 5, Buckets: []Bucket{{Index: math.MaxUint16, Count: 1}}})
	if empty.Count != 0 || empty.Quantile(0.5) != 0 {
		t.Error("a bucket that does not exist was counted")
	}
}

// A value on the edge of an interval may have its bucket in one and its bounds in the other.
func TestBoundsReachTheBuckets(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		low, high        float64
		values           []float64
		wantLow, wantHgh float64
	}{
		{inf, -inf, []float64{3, 70}, 3, 70},
		{5, 5, []float64{-3, 5, 70}, -3, 70},
		{-8, 90, []float64{3, 70}, -8, 90},
		{inf, -inf, []float64{math.MaxFloat64}, math.MaxFloat64, math.MaxFloat64},
		{inf, -inf, []float64{-math.MaxFloat64}, -math.MaxFloat64, -math.MaxFloat64},
	} {
		d := deltaOf(c.values)
		d.Min, d.Max = c.low, c.high
		if d.Bound(); d.Min != c.wantLow || d.Max != c.wantHgh {
			t.Errorf("%v–%v of %v became %v–%v, want %v–%v", c.low, c.high, c.values, d.Min, d.Max, c.wantLow, c.wantHgh)
		}
	}
}

func TestMetricNames(t *testing.T) {
	for _, name := range []string{"cart_size", "购物车", strings.Repeat("é", 64), "a b", "p95"} {
		if err := CheckMetricName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", strings.Repeat("é", 65), "a\nb", "a\x00", "\xff", "\u0085"} {
		if CheckMetricName(name) == nil {
			t.Errorf("%q was taken", name)
		}
	}
}
