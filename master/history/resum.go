package history

import (
	"context"
	"database/sql"
	"math"

	"github.com/locust-http/locust-http/load"
)

// staleResult is how old, in seconds, the last result of a run that was left may be: it is
// saved more often. A measured window that ended longer ago had its end by the plan.
const staleResult = 10

// resum brings the counts of a result that was saved some seconds before its master ended,
// or before the load began, up to what the seconds of the run say. until is their end. What
// they do not know (errors, stages, thresholds, latencies from the intended start) stays.
func resum(ctx context.Context, tx *sql.Tx, run int64, r *load.Result, until int64) error {
	keys, err := readKeys(ctx, tx, run)
	if err != nil || len(keys) == 0 || until == 0 {
		return err
	}
	whole, seconds, err := sumRows(ctx, tx, run, len(keys), 0, 0, true)
	if err != nil {
		return err
	}
	if end := float64(until) * 1000; end-r.Measured.To <= staleResult*1000 || r.Measured.To == 0 {
		r.Measured.To = max(end, r.Measured.From)
	}
	measured := whole
	if from, to := r.Measured.From/1000, r.Measured.To/1000; from >= to && from > 0 {
		measured, seconds = make([]rowSum, len(keys)), 0
	} else if from > 0 || to < float64(until) {
		if measured, seconds, err = sumRows(ctx, tx, run, len(keys), from, to, true); err != nil {
			return err
		}
	}
	var total, totalMeasured rowSum
	r.Lifecycle = load.Finished{}
	for i := range keys {
		whole[i].fill(r, &keys[i], &measured[i], seconds)
		if keys[i].Kind == load.StepRow {
			total.merge(&whole[i])
			totalMeasured.merge(&measured[i])
		}
	}
	c := &total.counts
	r.Total.Requests, r.Total.Failures, r.Total.Interrupted = c.Requests, c.Failures, c.Interrupted
	r.Total.BytesIn, r.Total.BytesOut = c.BytesIn, c.BytesOut
	r.Total.RPS, r.Total.Latency, r.Total.LatencyOK = totalMeasured.measures(seconds)
	return nil
}

func (s *rowSum) merge(o *rowSum) {
	s.counts.gain(&o.counts)
	s.latency.merge(&o.latency)
	s.ok.merge(&o.ok)
}

// measures are the rate and the latencies of what was measured in so many seconds.
func (s *rowSum) measures(seconds int64) (rps float64, all, ok load.Latency) {
	return float64(rate(s.counts.Requests, seconds)), s.latency.summary(), s.ok.summary()
}

// fill sets the numbers of one row: counts are of s, the rest of what was measured.
func (s *rowSum) fill(r *load.Result, k *load.RowKey, measured *rowSum, seconds int64) {
	c := &s.counts
	rps, all, ok := measured.measures(seconds)
	switch k.Kind {
	case load.TransactionRow:
		t := listed(&r.Transactions, func(t *load.TransactionResult) bool { return t.Scenario == k.Scenario && t.Name == k.Transaction })
		t.Scenario, t.Name, t.Count, t.Failures, t.Interrupted = k.Scenario, k.Transaction, c.Requests, c.Failures, c.Interrupted
		t.RPS, t.Latency, t.LatencyOK = rps, all, ok
		return
	case load.GroupRow:
		g := listed(&r.Groups, func(g *load.GroupResult) bool {
			return g.Scenario == k.Scenario && g.Transaction == k.Transaction && g.Name == k.Step
		})
		g.Scenario, g.Transaction, g.Name, g.Count, g.Failures, g.Interrupted = k.Scenario, k.Transaction, k.Step, c.Requests, c.Failures, c.Interrupted
		g.RPS, g.Latency, g.LatencyOK = rps, all, ok
		return
	case load.LifecycleRow:
		r.Lifecycle.Requests += c.Requests
		r.Lifecycle.Failures += c.Failures
		r.Lifecycle.Interrupted += c.Interrupted
	}
	x := listed(&r.Steps, func(x *load.StepResult) bool {
		return x.Scenario == k.Scenario && x.Transaction == k.Transaction && x.Name == k.Step
	})
	*x = load.StepResult{
		Scenario: k.Scenario, Transaction: k.Transaction, Name: k.Step,
		Requests: c.Requests, Failures: c.Failures, Interrupted: c.Interrupted, Warnings: c.Warnings,
		RPS: rps, BytesIn: c.BytesIn, BytesOut: c.BytesOut, Status: c.statuses(), Latency: all, LatencyOK: ok,
	}
}

// listed is the entry of a list that is meant; a new one at its end if there is none.
func listed[T any](list *[]T, is func(*T) bool) *T {
	for i := range *list {
		if is(&(*list)[i]) {
			return &(*list)[i]
		}
	}
	*list = append(*list, *new(T))
	return &(*list)[len(*list)-1]
}

// statuses are the responses by class; a class without any is not in it.
func (r *rowEntry) statuses() map[string]int64 {
	m := map[string]int64{}
	for i, n := range r.Status {
		if n > 0 {
			m[statusNames[i]] = n
		}
	}
	return m
}

// summary is the distribution of t as a result has it, in ms.
func (t *tally) summary() load.Latency {
	l := t.spread()
	if l.count == 0 {
		return load.Latency{}
	}
	out := load.Latency{Min: float64(ms(t.least())), Mean: float64(ms(int64(math.Round(l.mean)))), Max: float64(ms(l.max))}
	for i, to := range [...]*float64{&out.P50, &out.P90, &out.P95, &out.P99, &out.P999} {
		*to = float64(ms(l.at[i]))
	}
	return out
}

// least is the smallest value that t can have, in µs.
func (t *tally) least() int64 {
	least := int64(-1)
	t.each(func(bucket int, _ int64) {
		if least < 0 {
			least = load.BucketLow(bucket)
		}
	})
	return max(least, 0)
}
