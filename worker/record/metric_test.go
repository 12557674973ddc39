package record

import (
	"math"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// trendOf merges all deltas of one metric.
func trendOf(ivs []load.Interval, name string) (t load.Trend) {
	for _, iv := range ivs {
		for i := range iv.Metrics {
			if iv.Metrics[i].Name == name {
				t.Add(&iv.Metrics[i])
			}
		}
	}
	return t
}

func metric(t testing.TB, r *Recorder, name string) *Metric {
	t.Helper()
	m, ok := r.Metric(name)
	if !ok {
		t.Fatalf("no metric %s", name)
	}
	return m
}

func TestMetricsLoseNothingWhileUsersAdd(t *testing.T) {
	const users, each = 8, 10_000
	r := New(0)
	m := metric(t, r, "cart")
	var wg sync.WaitGroup
	for i := range users {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(1, uint64(i)))
			for range each {
				m.Add(float64(rnd.IntN(101) - 50))
			}
			m.Add(-1000)
			m.Add(1050)
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	var ivs []load.Interval
	for open := true; open; {
		select {
		case <-done:
			open = false
		default:
		}
		ivs = append(ivs, r.Cut(0, 0, 0))
	}
	var want load.Trend
	for i := range users {
		rnd := rand.New(rand.NewPCG(1, uint64(i)))
		for range each {
			want.Record(float64(rnd.IntN(101) - 50))
		}
		want.Record(-1000)
		want.Record(1050)
	}
	got := trendOf(ivs, "cart")
	if got.Count != want.Count || got.Sum != want.Sum || got.Min != -1000 || got.Max != 1050 {
		t.Errorf("count %d sum %v min %v max %v, want %d %v -1000 1050", got.Count, got.Sum, got.Min, got.Max, want.Count, want.Sum)
	}
	for _, q := range []float64{0.01, 0.5, 0.95} {
		if got.Quantile(q) != want.Quantile(q) {
			t.Errorf("quantile %v is %v, want %v", q, got.Quantile(q), want.Quantile(q))
		}
	}
}

// Bounds and sum are of an interval's own values, so a part of the run has its own.
func TestMetricOfAnIntervalIsItsOwn(t *testing.T) {
	r := New(0)
	m := metric(t, r, "cart")
	m.Add(-5)
	m.Add(100)
	a := r.Cut(0, time.Second, 0)
	m.Add(7)
	m.Add(math.Copysign(0, -1))
	b := r.Cut(time.Second, 2*time.Second, 0)
	if c := r.Cut(0, 0, 0); len(c.Metrics) != 0 {
		t.Errorf("nothing was added, but there is %+v", c.Metrics)
	}
	for i, want := range []load.MetricDelta{{Sum: 95, Min: -5, Max: 100}, {Sum: 7, Min: 0, Max: 7}} {
		got := []load.Interval{a, b}[i].Metrics[0]
		if got.Sum != want.Sum || got.Min != want.Min || got.Max != want.Max || len(got.Buckets) != 2 || math.Signbit(got.Min) && got.Min == 0 {
			t.Errorf("interval %d: %+v, want %+v", i, got, want)
		}
	}
	metric(t, r, "other").Add(1)
	j := Join(a, Join(b, r.Cut(0, 0, 0)))
	if len(j.Metrics) != 2 || j.Metrics[1].Name != "other" {
		t.Fatalf("joined: %+v", j.Metrics)
	}
	got := trendOf([]load.Interval{j}, "cart")
	if got.Count != 4 || got.Sum != 102 || got.Min != -5 || got.Max != 100 {
		t.Errorf("joined: %+v", got)
	}
	if len(a.Metrics[0].Buckets) != 2 {
		t.Error("joining has changed one of its parts")
	}
}

func TestMetricsAreBounded(t *testing.T) {
	r := New(0)
	for i := range load.MaxMetrics {
		metric(t, r, strconv.Itoa(i))
	}
	if m, ok := r.Metric("one more"); ok || m != nil {
		t.Errorf("%d metrics and one more: %v", load.MaxMetrics, m)
	}
	if m, ok := r.Metric("7"); !ok || m != metric(t, r, "7") {
		t.Error("the metrics that there are can no longer be had")
	}
}

func TestAddAllocatesNothing(t *testing.T) {
	m := metric(t, New(0), "cart")
	v := 0.5
	if n := testing.AllocsPerRun(100, func() { m.Add(v); v *= -1.01 }); n != 0 {
		t.Errorf("adding allocates %v times", n)
	}
}

func BenchmarkMetricAdd(b *testing.B) {
	m := metric(b, New(0), "cart")
	v := 1.0
	for b.Loop() {
		m.Add(v)
		v++
	}
}
