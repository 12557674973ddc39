package run

import (
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

// judge evaluates rules over what was measured so far, which took that long.
func (s *statistics) judge(rules []load.Threshold, measured time.Duration) []load.ThresholdResult {
	results := make([]load.ThresholdResult, len(rules))
	for i, t := range rules {
		results[i] = s.judgeOne(t, measured)
	}
	return results
}

func (s *statistics) judgeOne(t load.Threshold, measured time.Duration) load.ThresholdResult {
	r := load.ThresholdResult{Rule: t.Rule, Default: t.Default}
	var err error
	r.Value, r.Samples, err = s.metric(t, measured)
	switch {
	case err != nil:
		r.Message = err.Error()
	case r.Samples == 0:
		r.Message, r.Why = "no data", &load.Reason{Code: load.WhyNoData, Text: "no data"}
	default:
		r.Passed, err = holds(r.Value, t.Op, t.Value)
		if err != nil {
			r.Message = err.Error()
		}
	}
	return r
}

func holds(v float64, op string, limit float64) (bool, error) {
	switch op {
	case "<":
		return v < limit, nil
	case "<=":
		return v <= limit, nil
	case ">":
		return v > limit, nil
	case ">=":
		return v >= limit, nil
	}
	return false, fmt.Errorf("unknown comparison %q", op)
}

// metric is what a rule speaks of, and how many samples it is made of.
func (s *statistics) metric(t load.Threshold, measured time.Duration) (value float64, samples int64, err error) {
	if t.Trend != "" {
		return s.metrics.value(t)
	}
	switch t.Metric {
	case "failures":
		n, failed := s.count(t)
		if t.Target == "" {
			own := s.failedByScripts()
			n, failed = n+own, failed+own
		}
		if !t.Share {
			return float64(failed), n, nil
		}
		return share(failed, n), n, nil
	case "rps":
		n, _ := s.count(t)
		return rate(n, measured), n, nil
	case "dropped":
		return s.dropped(t)
	case "p", "mean", "max":
		h := s.hist(t)
		return latencyMetric(h, t), h.Count, nil
	}
	return 0, 0, fmt.Errorf("unknown metric %q", t.Metric)
}

func latencyMetric(h *load.Hist, t load.Threshold) float64 {
	switch t.Metric {
	case "mean":
		return h.Mean() / 1000
	case "max":
		return float64(h.Max) / 1000
	}
	return float64(h.Quantile(t.Quantile)) / 1000
}

// about says whether a rule is about row k: a transaction's own row, a step's or a
// group's, in whatever scenario; or, without a target, the rows that the total is made
// of (steps; for the latency from the intended start, which only transactions have,
// transactions).
func (s *statistics) about(t load.Threshold, k load.RowKey) bool {
	switch {
	case t.Target == "" && !t.Scheduled:
		return k.Kind == load.StepRow
	case t.Target == "":
		return k.Kind == load.TransactionRow
	case t.Step == "":
		return k.Kind == load.TransactionRow && k.Transaction == t.Target
	}
	if k.Kind == load.TransactionRow || k.Transaction != t.Target || k.Step != t.Step {
		return false
	}
	// A step comes before a group of the same name: the two are never added up.
	return k.Kind != load.GroupRow || !s.plans(load.StepRow, k) && !s.plans(load.LifecycleRow, k)
}

// plans says whether the plan has a row of a kind under the name of k.
func (s *statistics) plans(kind load.RowKind, k load.RowKey) bool {
	_, ok := s.rank[load.RowKey{Kind: kind, Transaction: k.Transaction, Step: k.Step}]
	return ok
}

func (s *statistics) count(t load.Threshold) (n, failed int64) {
	for k, r := range s.rows {
		if s.about(t, k) {
			n += r.measured.requests
			failed += r.measured.failures
		}
	}
	return n, failed
}

// failedByScripts is how many transactions their own scripts let fail: by an error, a check
// or fail. No request counts these, and a run must not pass whose scripts break after one
// good request. Errors are not told apart by time; no more are taken than transactions
// failed in the measured window.
func (s *statistics) failedByScripts() (n int64) {
	own := map[load.RowKey]int64{}
	for k, g := range s.groups {
		if k.row.Kind == load.TransactionRow {
			own[k.row] += g.count
		}
	}
	for k, count := range own {
		if r := s.rows[k]; r != nil {
			n += min(count, r.measured.failures)
		}
	}
	return n
}

func (s *statistics) hist(t load.Threshold) *load.Hist {
	var h load.Hist
	for k, r := range s.rows {
		switch {
		case !s.about(t, k):
		case t.Scheduled:
			h.Merge(&r.scheduled)
		default:
			h.Merge(&r.ok)
			h.Merge(&r.failed)
		}
	}
	return &h
}

// dropped counts starts, which belong to a scenario and not to a transaction.
func (s *statistics) dropped(t load.Threshold) (float64, int64, error) {
	var dropped, started int64
	for i, l := range s.totals {
		if t.Target == "" || t.Target == s.loads[i].name {
			dropped += l.measured.dropped
			started += l.measured.started
		}
	}
	if t.Share {
		return share(dropped, started+dropped), started + dropped, nil
	}
	return float64(dropped), started + dropped, nil
}

func share(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func verdict(results []load.ThresholdResult) load.Verdict {
	for _, r := range results {
		if !r.Passed {
			return load.Failed
		}
	}
	return load.Passed
}

// checkAborts ends the run when a rule with abort is broken. Too little data breaks
// none: it may still come. Rates are of the time that workers have reported, as what
// they count is. Before the measured window begins nothing is judged.
func (c *conductor) checkAborts() {
	elapsed, measured := time.Since(c.t0), c.shape.window.cut(c.upTo(0)).length()
	for i, t := range c.shape.thresholds {
		if !t.Abort || elapsed < t.After || measured <= 0 {
			continue
		}
		if r := c.stats.judgeOne(t, measured); !r.Passed && r.Message == "" {
			at, value := elapsed.Truncate(time.Second), inUnit(t, r.Value)
			c.broke = &breach{i, load.Reason{
				Code: load.WhyBroken, Params: load.Params{"seconds": at.Seconds(), "value": value}, Text: fmt.Sprintf("it was broken at %v: %s", at, value),
			}}
			c.end(load.StateAborted, load.Reason{
				Code: load.WhyThreshold, Params: load.Params{"rule": t.Rule}, Text: fmt.Sprintf("threshold %q", t.Rule), Of: []load.Reason{c.broke.why},
			})
			return
		}
	}
}

// breach is a rule that has ended a run.
type breach struct {
	rule int // index
	why  load.Reason
}

// judge evaluates all rules. One that has ended the run has failed, even if what came
// in afterwards would let it hold.
func (c *conductor) judge(measured time.Duration) []load.ThresholdResult {
	results := c.stats.judge(c.shape.thresholds, measured)
	if c.broke != nil && results[c.broke.rule].Passed {
		r := &results[c.broke.rule]
		r.Passed, r.Message, r.Why = false, c.broke.why.String(), &c.broke.why
	}
	return results
}

// inUnit is a value as its rule speaks of it.
func inUnit(t load.Threshold, v float64) string {
	switch {
	case t.Share:
		return fmt.Sprintf("%.4g%%", 100*v)
	case t.Trend == "" && (t.Metric == "p" || t.Metric == "mean" || t.Metric == "max"):
		return fmt.Sprintf("%.6gms", v)
	}
	return fmt.Sprintf("%.6g", v)
}
