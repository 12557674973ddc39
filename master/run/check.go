package run

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of one report. They are far above what an honest worker sends (which has
// bounds of its own) and far below what could hurt the master.
const (
	maxReportRows      = 2 * load.MaxRows
	maxReportIntervals = 24 * 3600
	maxReportErrors    = 2 * load.MaxErrorGroups
	maxReportLogs      = 10_000
	maxName            = 4 << 10
	maxCount           = 1 << 50 // requests, bytes, µs in one interval; sums of thousands still fit
)

// check says what is wrong with a report that came over the wire: nothing of it is
// merged then, because a worker that is wrong about one number may be about all.
// latest is the largest run time it may speak of.
func (s *statistics) check(r *load.Report, latest time.Duration) error {
	switch {
	case len(r.Rows) > maxReportRows:
		return fmt.Errorf("%d rows", len(r.Rows))
	case len(r.Intervals) > maxReportIntervals:
		return fmt.Errorf("%d intervals", len(r.Intervals))
	case len(r.Errors) > maxReportErrors:
		return fmt.Errorf("%d groups of errors", len(r.Errors))
	case len(r.Logs) > maxReportLogs:
		return fmt.Errorf("%d log lines", len(r.Logs))
	case len(r.Data) > len(s.sources):
		return fmt.Errorf("%d data sources of %d", len(r.Data), len(s.sources))
	}
	for i := range r.Data {
		if err := s.checkData(&r.Data[i]); err != nil {
			return fmt.Errorf("data[%d]: %w", i, err)
		}
	}
	for i, k := range r.Rows {
		if k.Kind > load.GroupRow || len(k.Scenario) > maxName || len(k.Transaction) > maxName || len(k.Step) > maxName {
			return fmt.Errorf("rows[%d]: an unknown kind or a name of over %d bytes", i, maxName)
		}
	}
	for i := range r.Intervals {
		if err := s.checkInterval(&r.Intervals[i], len(r.Rows), latest); err != nil {
			return fmt.Errorf("intervals[%d]: %w", i, err)
		}
	}
	for i := range r.Errors {
		if err := checkError(&r.Errors[i], len(r.Rows), latest); err != nil {
			return fmt.Errorf("errors[%d]: %w", i, err)
		}
	}
	return nil
}

func (s *statistics) checkInterval(iv *load.Interval, rows int, latest time.Duration) error {
	switch {
	case iv.From > iv.To || iv.To < 0 || iv.To > 0 && iv.From < 0:
		return fmt.Errorf("from %v to %v", iv.From, iv.To)
	case iv.To > latest:
		return fmt.Errorf("to %v lies in the future", iv.To)
	case math.IsNaN(iv.CPU) || iv.CPU < 0 || iv.CPU > 1e4 || iv.Memory < 0 || iv.Lag < 0:
		return fmt.Errorf("cpu %v, memory %d, lag %v", iv.CPU, iv.Memory, iv.Lag)
	case len(iv.Rows) > rows:
		return fmt.Errorf("%d deltas of %d rows", len(iv.Rows), rows)
	case len(iv.Loads) > len(s.loads):
		return fmt.Errorf("%d loads of %d scenarios", len(iv.Loads), len(s.loads))
	case len(iv.Metrics) > load.MaxMetrics:
		return fmt.Errorf("%d metrics", len(iv.Metrics))
	}
	for i := range iv.Metrics {
		if err := checkMetric(&iv.Metrics[i]); err != nil {
			return fmt.Errorf("metrics[%d]: %w", i, err)
		}
	}
	for i := range iv.Rows {
		if err := checkRow(&iv.Rows[i], rows); err != nil {
			return fmt.Errorf("rows[%d]: %w", i, err)
		}
	}
	for _, l := range iv.Loads {
		if s.scenario(l.Scenario) < 0 {
			return fmt.Errorf("scenario %.100q is not in the plan", l.Scenario)
		}
		if !counts(int64(l.Users), int64(l.Peak), int64(l.Target), l.Started, l.Late, l.Dropped, l.Waiting, l.Left) {
			return fmt.Errorf("load %+v", l)
		}
	}
	c := &iv.Counters
	if !counts(c.Attempts, c.Redirects, c.Skipped, c.Reconnects) || !counts(c.Unsent[:]...) || c.Unsent[load.Sent] != 0 {
		return fmt.Errorf("counters %+v", *c)
	}
	return nil
}

func (s *statistics) checkData(d *load.DataState) error {
	switch {
	case s.source(d.Source) < 0:
		return fmt.Errorf("%.100q is no unique data source of the plan", d.Source)
	case !counts(d.Rows, d.Given, d.Left, int64(d.Round)) || d.Left > d.Rows:
		return fmt.Errorf("%+v", *d)
	}
	return nil
}

func checkRow(d *load.RowDelta, rows int) error {
	if d.Row < 0 || d.Row >= rows {
		return fmt.Errorf("row %d of %d", d.Row, rows)
	}
	if !counts(d.Requests, d.Failures, d.Interrupted, d.Warnings, d.BytesIn, d.BytesOut) || !counts(d.Status[:]...) || d.Failures > d.Requests {
		return errors.New("negative or absurd counts")
	}
	for _, h := range []*load.SparseHist{&d.OK, &d.Failed, &d.Scheduled} {
		if err := checkHist(h); err != nil {
			return err
		}
	}
	return nil
}

func checkHist(h *load.SparseHist) error {
	if !counts(h.Sum, h.Min, h.Max) || h.Min > h.Max {
		return fmt.Errorf("histogram with sum %d, min %d, max %d", h.Sum, h.Min, h.Max)
	}
	return checkBuckets(h.Buckets, load.NumBuckets)
}

func checkBuckets(buckets []load.Bucket, limit int) error {
	last := -1
	for _, b := range buckets {
		if int(b.Index) <= last || int(b.Index) >= limit {
			return fmt.Errorf("histogram bucket %d after %d of %d", b.Index, last, limit)
		}
		last = int(b.Index)
	}
	return nil
}

func checkError(d *load.ErrorDelta, rows int, latest time.Duration) error {
	switch {
	case d.Row < 0 || d.Row >= rows:
		return fmt.Errorf("row %d of %d", d.Row, rows)
	case !counts(d.Count):
		return fmt.Errorf("count %d", d.Count)
	case len(d.Class) > maxName || len(d.Rule) > maxName:
		return fmt.Errorf("a name of over %d bytes", maxName)
	case len(d.Samples) > maxReportLogs:
		return fmt.Errorf("%d samples", len(d.Samples))
	case d.First < 0 || d.First > d.Last || d.Last > latest:
		return fmt.Errorf("from %v to %v", d.First, d.Last)
	case len(d.Seconds) > load.TrendSeconds:
		return fmt.Errorf("%d seconds", len(d.Seconds))
	}
	sum, before := int64(0), -1
	for _, s := range d.Seconds {
		if s.At <= before || s.At > int(d.Last/time.Second) || !counts(s.Count) {
			return fmt.Errorf("%d in second %d", s.Count, s.At)
		}
		sum, before = sum+s.Count, s.At
	}
	if sum > d.Count {
		return fmt.Errorf("%d failures, %d in their seconds", d.Count, sum)
	}
	return nil
}

// counts is true when all of ns can be counts.
func counts(ns ...int64) bool {
	for _, n := range ns {
		if n < 0 || n > maxCount {
			return false
		}
	}
	return true
}
