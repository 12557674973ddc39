package run

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/locust-http/locust-http/load"
)

// metrics are the trends of a run's scripts, those of all workers together.
type metrics struct {
	byName map[string]*metric
	full   bool // it was said that there are more than may be
}

// metric is one trend under merge: its count of the whole run, all else of the measured
// window, as with rows.
type metric struct {
	name     string
	count    int64
	measured load.Trend
}

// mergeMetric adds what a metric gained. Workers may each have other names, so there can be more
// than one worker may make: those are left out, which is said once.
func (s *statistics) mergeMetric(d *load.MetricDelta, measured bool) {
	m := s.metrics.byName[d.Name]
	if m == nil {
		if len(s.metrics.byName) >= load.MaxMetrics {
			if !s.metrics.full {
				s.note(load.Reason{
					Code: load.WhyMetrics, Params: load.Params{"most": float64(load.MaxMetrics), "metric": d.Name},
					Text: fmt.Sprintf("scripts made over %d metrics: %q and others are not in the result", load.MaxMetrics, d.Name),
				})
			}
			s.metrics.full = true
			return
		}
		m = &metric{name: d.Name}
		s.metrics.byName[d.Name] = m
	}
	for _, b := range d.Buckets {
		m.count += int64(b.Count)
	}
	if measured {
		m.measured.Add(d)
	}
}

// results are the metrics in order of name.
func (m *metrics) results() []load.MetricResult {
	out := make([]load.MetricResult, 0, len(m.byName))
	for _, x := range m.byName {
		t := &x.measured
		out = append(out, load.MetricResult{
			Name: x.name, Count: x.count, Min: t.Min, Mean: t.Mean(), P50: t.Quantile(0.5), P95: t.Quantile(0.95), Max: t.Max,
		})
	}
	slices.SortFunc(out, func(a, b load.MetricResult) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// value is what a rule on a metric speaks of, and of how many values.
func (m *metrics) value(t load.Threshold) (value float64, samples int64, err error) {
	x := m.byName[t.Trend]
	if x == nil {
		return 0, 0, nil
	}
	trend := &x.measured
	switch t.Metric {
	case "mean":
		return trend.Mean(), trend.Count, nil
	case "min":
		return trend.Min, trend.Count, nil
	case "max":
		return trend.Max, trend.Count, nil
	case "p":
		return trend.Quantile(t.Quantile), trend.Count, nil
	}
	return 0, 0, fmt.Errorf("a metric of a script has no %s", t.Metric)
}

func checkMetric(d *load.MetricDelta) error {
	if err := load.CheckMetricName(d.Name); err != nil {
		return err
	}
	for _, v := range []float64{d.Sum, d.Min, d.Max} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("metric %s with sum %v, min %v, max %v", d.Name, d.Sum, d.Min, d.Max)
		}
	}
	if d.Min > d.Max {
		return fmt.Errorf("metric %s with min %v, max %v", d.Name, d.Min, d.Max)
	}
	return checkBuckets(d.Buckets, load.NumTrendBuckets)
}
