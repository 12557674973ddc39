package terminal

import (
	"fmt"
	"math"
	"strconv"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// metrics is a table of what scripts have measured.
func (s Sheet) metrics(r *load.Result) {
	if len(r.Metrics) == 0 {
		return
	}
	t := table{columns: []column{
		{title: "metric", flexible: true}, {title: "count", right: true}, {title: "min", right: true}, {title: "mean", right: true},
		{title: "p50", right: true}, {title: "p95", right: true}, {title: "max", right: true},
	}}
	for _, m := range r.Metrics {
		t.add(row{cells: []string{m.Name, count(m.Count), number(m.Min), number(m.Mean), number(m.P50), number(m.P95), number(m.Max)}})
	}
	t.write(s.Out, s.Style, s.Width)
	fmt.Fprintln(s.Out)
}

// number is a value of a metric, whose unit is not known, with four digits or more.
func number(v float64) string {
	switch size := math.Abs(v); {
	case size >= 1e15 || size != 0 && size < 1e-6:
		return strconv.FormatFloat(v, 'g', 4, 64)
	case size >= 1000:
		return count(int64(math.Round(v)))
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return fmt.Sprint(v)
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// thresholdValue is the value in the unit of its rule, which may be a time, a share, or a
// plain number.
func thresholdValue(r load.ThresholdResult) string {
	if r.Message != "" {
		return r.Message
	}
	t, err := plan.ParseThreshold(r.Rule)
	switch {
	case err != nil || t.Trend != "":
		return fmt.Sprintf("%.6g", r.Value)
	case t.Share:
		return fmt.Sprintf("%.4g%%", r.Value*100)
	case t.Metric == "p" || t.Metric == "mean" || t.Metric == "max":
		return milliseconds(r.Value)
	}
	return fmt.Sprintf("%.6g", r.Value)
}
