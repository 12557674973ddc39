package record

import (
	"math"
	"sync/atomic"

	"github.com/locust-http/locust-http/load"
)

// Metric is the trend that a script makes of one name.
type Metric struct {
	name     string
	counts   [load.NumTrendBuckets]uint32
	sum      float // of the values since the last cut
	min, max float // of the same; infinite while there are none
	last     [load.NumTrendBuckets]uint32
}

// Metric is the trend of that name, made at the first call; false when there are
// load.MaxMetrics others. The name is one that load.CheckMetricName lets pass. Callers
// keep the pointer: this is not for the hot path.
func (r *Recorder) Metric(name string) (m *Metric, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.metrics {
		if m.name == name {
			return m, true
		}
	}
	if len(r.metrics) >= load.MaxMetrics {
		return nil, false
	}
	m = &Metric{name: name}
	m.min.store(math.Inf(1))
	m.max.store(math.Inf(-1))
	r.metrics = append(r.metrics, m)
	return m, true
}

// Add counts one value. Any goroutine may call it; it never waits and allocates nothing.
// v is neither NaN nor infinite: callers refuse those before.
func (m *Metric) Add(v float64) {
	if v == 0 {
		v = 0 // not -0
	}
	m.sum.update(func(old float64) float64 { return load.AddFinite(old, v) })
	m.min.update(func(old float64) float64 { return min(old, v) })
	m.max.update(func(old float64) float64 { return max(old, v) })
	atomic.AddUint32(&m.counts[load.TrendBucketOf(v)], 1)
}

// cut is what was added since the last cut. The bucket is the last thing that Add touches,
// so a value in a bucket has its sum and bounds in already: in this cut, or, at its edge,
// in the one before. What such a value lacks here, its bucket stands in for.
func (m *Metric) cut() (load.MetricDelta, bool) {
	d := load.MetricDelta{Name: m.name}
	for i := range m.counts {
		n := atomic.LoadUint32(&m.counts[i])
		if n == m.last[i] {
			continue
		}
		// The difference is right also when a bucket has passed 2³² values.
		d.Buckets = append(d.Buckets, load.Bucket{Index: uint16(i), Count: n - m.last[i]})
		m.last[i] = n
	}
	if d.Buckets == nil {
		return d, false
	}
	d.Sum = m.sum.swap(0)
	d.Min, d.Max = m.min.swap(math.Inf(1)), m.max.swap(math.Inf(-1))
	d.Bound()
	return d, true
}

// joinMetrics is what both gained, those of a first.
func joinMetrics(a, b []load.MetricDelta) []load.MetricDelta {
	out := append([]load.MetricDelta(nil), a...)
	for _, d := range b {
		if o := named(out, d.Name); o != nil {
			*o = joinMetric(*o, d)
			continue
		}
		out = append(out, d)
	}
	return out
}

func named(list []load.MetricDelta, name string) *load.MetricDelta {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

func joinMetric(a, b load.MetricDelta) load.MetricDelta {
	return load.MetricDelta{
		Name: a.Name, Sum: load.AddFinite(a.Sum, b.Sum), Min: min(a.Min, b.Min), Max: max(a.Max, b.Max),
		Buckets: load.MergeBuckets(a.Buckets, b.Buckets),
	}
}

// float is a float64 that any goroutine may change.
type float struct{ bits atomic.Uint64 }

func (f *float) store(v float64) { f.bits.Store(math.Float64bits(v)) }

func (f *float) swap(v float64) float64 {
	return math.Float64frombits(f.bits.Swap(math.Float64bits(v)))
}

// update stores what change makes of the value, if that is another.
func (f *float) update(change func(float64) float64) {
	for {
		old := f.bits.Load()
		bits := math.Float64bits(change(math.Float64frombits(old)))
		if bits == old || f.bits.CompareAndSwap(old, bits) {
			return
		}
	}
}
