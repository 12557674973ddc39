package run

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// gained is what a metric gained by values.
func gained(name string, values ...float64) load.MetricDelta {
	d := load.MetricDelta{Name: name, Min: slices.Min(values), Max: slices.Max(values)}
	counts := map[uint16]uint32{}
	for _, v := range values {
		d.Sum += v
		counts[uint16(load.TrendBucketOf(v))]++
	}
	for i, n := range counts {
		d.Buckets = append(d.Buckets, load.Bucket{Index: i, Count: n})
	}
	slices.SortFunc(d.Buckets, func(a, b load.Bucket) int { return int(a.Index) - int(b.Index) })
	return d
}

func mergeMetrics(t *testing.T, s *statistics, worker string, from, to time.Duration, metrics ...load.MetricDelta) {
	t.Helper()
	r := load.Report{Intervals: []load.Interval{{From: from, To: to, Metrics: metrics}}}
	if err := s.check(&r, time.Hour); err != nil {
		t.Fatal(err)
	}
	s.merge(&r, worker)
}

// Counts are of the whole run, all else of the measured window; of all workers.
func TestMetricsOfAWindow(t *testing.T) {
	sh := oneLoad(load.UsersModel)
	sh.window = window{from: time.Second, to: 3 * time.Second}
	s := newStatistics(sh)
	mergeMetrics(t, s, "a", 0, time.Second, gained("cart", 1, 500), gained("early", 3))
	mergeMetrics(t, s, "a", time.Second, 2*time.Second, gained("cart", 2, 4, 6))
	mergeMetrics(t, s, "b", time.Second, 2*time.Second, gained("cart", 20), gained("balance", -5, 0, 5))
	mergeMetrics(t, s, "b", 3*time.Second, 4*time.Second, gained("cart", -100))
	var r load.Result
	s.fill(&r, 2*time.Second)
	want := []load.MetricResult{
		{Name: "balance", Count: 3, Min: -5, Mean: 0, P50: 0, P95: 5, Max: 5},
		{Name: "cart", Count: 7, Min: 2, Mean: 8, P50: 4, P95: 20, Max: 20},
		{Name: "early", Count: 1},
	}
	if !slices.Equal(r.Metrics, want) {
		t.Errorf("metrics\n%+v\nwant\n%+v", r.Metrics, want)
	}
	for _, test := range []struct {
		t       load.Threshold
		value   float64
		samples int64
		passed  bool
		message string
	}{
		{load.Threshold{Metric: "mean", Trend: "cart", Op: "<", Value: 20}, 8, 4, true, ""},
		{load.Threshold{Metric: "mean", Trend: "cart", Op: "<", Value: 8}, 8, 4, false, ""},
		{load.Threshold{Metric: "p", Quantile: 0.5, Trend: "cart", Op: "<=", Value: 4}, 4, 4, true, ""},
		{load.Threshold{Metric: "min", Trend: "balance", Op: ">=", Value: 0}, -5, 3, false, ""},
		{load.Threshold{Metric: "max", Trend: "cart", Op: "<", Value: 21}, 20, 4, true, ""},
		{load.Threshold{Metric: "max", Trend: "early", Op: "<", Value: 21}, 0, 0, false, "no data"},
		{load.Threshold{Metric: "max", Trend: "never", Op: "<", Value: 21}, 0, 0, false, "no data"},
		{load.Threshold{Metric: "rps", Trend: "cart", Op: "<", Value: 21}, 0, 0, false, "a metric of a script has no rps"},
	} {
		got := s.judgeOne(test.t, 2*time.Second)
		if got.Value != test.value || got.Samples != test.samples || got.Passed != test.passed || got.Message != test.message {
			t.Errorf("%s of %s: %+v, want %v of %d, %v %q", test.t.Metric, test.t.Trend, got, test.value, test.samples, test.passed, test.message)
		}
	}
	if got := inUnit(load.Threshold{Metric: "mean", Trend: "cart"}, 8); got != "8" {
		t.Errorf("the value of a metric is shown as %s", got)
	}
}

// Workers may have other names each: what is over the bound is left out and said once.
func TestMetricsOfARunAreBounded(t *testing.T) {
	s := newStatistics(oneLoad(load.UsersModel))
	for w := range 3 {
		for i := range load.MaxMetrics {
			mergeMetrics(t, s, "w", 0, time.Second, gained(fmt.Sprintf("m%d-%d", w, i), 1))
		}
	}
	mergeMetrics(t, s, "w", 0, time.Second, gained("m0-7", 5))
	var r load.Result
	s.fill(&r, time.Second)
	if len(r.Metrics) != load.MaxMetrics || s.metrics.byName["m0-7"].count != 2 {
		t.Errorf("%d metrics, one of them %+v", len(r.Metrics), s.metrics.byName["m0-7"])
	}
	if len(s.notes) != 1 || !strings.Contains(s.notes[0].Text, `over 50 metrics: "m1-0"`) {
		t.Errorf("notes %q", s.notes)
	}
}

func TestNoMetricsAreAnEmptyList(t *testing.T) {
	text, err := json.Marshal(Queued(Spec{}))
	if err != nil || !strings.Contains(string(text), `"metrics":[]`) {
		t.Errorf("%v: %s", err, text)
	}
	var r load.Result
	newStatistics(oneLoad(load.UsersModel)).fill(&r, time.Second)
	if r.Metrics == nil {
		t.Error("a run without metrics has null")
	}
}

// The largest numbers that a script can give still make a result that can be written.
func TestLargestMetricsCanBeWritten(t *testing.T) {
	s := newStatistics(oneLoad(load.UsersModel))
	for range 5 {
		mergeMetrics(t, s, "w", 0, time.Second, gained("huge", math.MaxFloat64), gained("low", -math.MaxFloat64))
	}
	var r load.Result
	s.fill(&r, time.Second)
	if _, err := json.Marshal(r); err != nil || r.Metrics[0].Max != math.MaxFloat64 {
		t.Errorf("%v: %+v", err, r.Metrics)
	}
}

func TestMalformedMetrics(t *testing.T) {
	s := newStatistics(oneLoad(load.UsersModel))
	for name, metrics := range map[string][]load.MetricDelta{
		"no name":      {{}},
		"name":         {{Name: "a\nb"}},
		"sum":          {{Name: "a", Sum: math.Inf(1)}},
		"min":          {{Name: "a", Min: math.NaN()}},
		"max":          {{Name: "a", Max: math.Inf(-1)}},
		"bounds":       {{Name: "a", Min: 2, Max: 1}},
		"bucket":       {{Name: "a", Buckets: []load.Bucket{{Index: load.NumTrendBuckets}}}},
		"bucket twice": {{Name: "a", Buckets: []load.Bucket{{Index: 3}, {Index: 3}}}},
		"too many":     make([]load.MetricDelta, load.MaxMetrics+1),
	} {
		if s.check(&load.Report{Intervals: []load.Interval{{Metrics: metrics}}}, time.Hour) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
