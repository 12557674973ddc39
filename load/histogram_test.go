package load

import (
	"math"
	"slices"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
	"pgregory.net/rapid"
)

// reference is HdrHistogram with the same range and precision.
func reference() *hdrhistogram.Histogram { return hdrhistogram.New(1, MaxLatency, 3) }

// TestBucketsAreThoseOfHdrHistogram compares every bucket of ours with what the
// reference says about the values at its ends.
func TestBucketsAreThoseOfHdrHistogram(t *testing.T) {
	ref := reference()
	next := int64(0)
	for i := range NumBuckets {
		low, high := BucketLow(i), BucketHigh(i)
		if low != next {
			t.Fatalf("bucket %d begins at %d, want %d", i, low, next)
		}
		next = high + 1
		if BucketOf(low) != i || BucketOf(high) != i {
			t.Fatalf("bucket %d is %d–%d, but those are in %d and %d", i, low, high, BucketOf(low), BucketOf(high))
		}
		if !ref.ValuesAreEquivalent(low, high) || high < MaxLatency && ref.ValuesAreEquivalent(high, high+1) {
			t.Fatalf("bucket %d, %d–%d, is not one of the reference", i, low, high)
		}
		if high-low > max(0, low/1000) {
			t.Fatalf("bucket %d, %d–%d, is wider than 0.1%%", i, low, high)
		}
	}
	if next != MaxLatency+1 {
		t.Errorf("the last bucket ends at %d, want %d", next-1, MaxLatency)
	}
	if BucketOf(-5) != 0 || BucketOf(math.MaxInt64) != NumBuckets-1 {
		t.Error("values outside of the range are not in the outer buckets")
	}
}

func genValues(t *rapid.T) []int64 {
	return rapid.SliceOfN(rapid.OneOf(
		rapid.Int64Range(0, 3000), rapid.Int64Range(0, 10_000_000), rapid.Int64Range(0, MaxLatency),
	), 1, 300).Draw(t, "values")
}

// TestQuantileIsNearestRank compares with the sorted values, and with the reference.
func TestQuantileIsNearestRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := genValues(t)
		var h Hist
		ref := reference()
		var sum int64
		for _, v := range values {
			h.Record(v)
			sum += v
			if err := ref.RecordValue(v); err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(values)
		for _, q := range []float64{0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1} {
			rank := max(int(math.Ceil(q*float64(len(values))-1e-9)), 1)
			exact := values[rank-1]
			want := max(min(BucketHigh(BucketOf(exact)), values[len(values)-1]), values[0])
			if got := h.Quantile(q); got != want {
				t.Fatalf("quantile %v of %v: %d, want %d", q, values, got, want)
			}
			if got := h.Quantile(q); math.Abs(float64(got-exact)) > float64(exact)/1000+1 {
				t.Fatalf("quantile %v is %d, the value %d: over 0.1%% apart", q, got, exact)
			}
		}
		if got, want := h.Quantile(0.5), ref.ValueAtQuantile(50); math.Abs(float64(got-want)) > float64(want)/1000+1 {
			t.Fatalf("median %d, reference %d", got, want)
		}
		if h.Count != int64(len(values)) || h.Sum != sum || h.Min != values[0] || h.Max != values[len(values)-1] {
			t.Fatalf("count %d sum %d min %d max %d of %v", h.Count, h.Sum, h.Min, h.Max, values)
		}
	})
}

// TestMergeIsExact wants the merge of parts, by Merge or by Add, to equal the whole.
func TestMergeIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var whole, merged, added Hist
		for range rapid.IntRange(0, 5).Draw(t, "parts") {
			var part Hist
			for _, v := range genValues(t) {
				part.Record(v)
				whole.Record(v)
			}
			merged.Merge(&part)
			added.Add(sparse(&part))
			added.Add(&SparseHist{})
			merged.Merge(&Hist{})
		}
		for name, h := range map[string]*Hist{"merged": &merged, "added": &added} {
			if h.Count != whole.Count || h.Sum != whole.Sum || h.Min != whole.Min || h.Max != whole.Max || !slices.Equal(h.buckets, whole.buckets) {
				t.Fatalf("%s: %+v, want %+v", name, h, whole)
			}
		}
	})
}

func sparse(h *Hist) *SparseHist {
	out := &SparseHist{Sum: h.Sum, Min: h.Min, Max: h.Max}
	h.Each(func(i int, n int64) { out.Buckets = append(out.Buckets, Bucket{uint16(i), uint32(n)}) })
	return out
}

func TestEmptyHist(t *testing.T) {
	var h Hist
	if h.Quantile(0.5) != 0 || h.Mean() != 0 || h.Min != 0 || h.Max != 0 {
		t.Errorf("%+v", h)
	}
	h.Each(func(int, int64) { t.Error("a bucket") })
	h.Add(&SparseHist{Buckets: []Bucket{{Index: math.MaxUint16, Count: 1}}})
	if h.Count != 0 {
		t.Error("a bucket outside of the range was counted")
	}
}

func TestMergedBucketsAreTheSum(t *testing.T) {
	a := []Bucket{{1, 2}, {5, 1}, {9, math.MaxUint32}}
	b := []Bucket{{0, 1}, {5, 4}, {9, 7}, {12, 3}}
	want := []Bucket{{0, 1}, {1, 2}, {5, 5}, {9, math.MaxUint32}, {12, 3}}
	if got := MergeBuckets(a, b); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := MergeBuckets(b, a); !slices.Equal(got, want) {
		t.Errorf("the other way round: %v, want %v", got, want)
	}
	if a[1].Count != 1 || b[1].Count != 4 {
		t.Error("a summand was changed")
	}
}
