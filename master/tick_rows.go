package master

import (
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/history"
)

// summaries are all rows of the run so far, the total last. Rates are of the last second
// while it has a load.
func (p *publisher) summaries(res *load.Result, loaded bool) []history.RowSummary {
	known := summariesOf(res)
	list := make([]history.RowSummary, 0, len(p.keys)+1)
	total := totalOf(&res.Total)
	for id, k := range p.keys {
		lookup := k
		if k.Kind == load.LifecycleRow {
			lookup.Kind = load.StepRow // a result has them in one list
		}
		row := known[lookup]
		if row.Status == nil {
			row.Status = map[string]int64{}
		}
		row.ID, row.Kind, row.Scenario, row.Transaction, row.Step = id, history.KindName(k.Kind), k.Scenario, k.Transaction, k.Step
		if last, ok := p.rates[id]; ok && loaded {
			row.RPS, row.FailRPS = float64(last.Requests), float64(last.Failures)
		}
		list = append(list, row)
		if k.Kind == load.StepRow {
			total.Warnings += row.Warnings
			total.RPS += row.RPS
			total.FailRPS += row.FailRPS
			for class, n := range row.Status {
				total.Status[class] += n
			}
		}
	}
	return append(list, total)
}

// totalOf is the row of all steps of transactions together, without rates, warnings and
// statuses.
func totalOf(t *load.TotalResult) history.RowSummary {
	return spread(history.RowSummary{
		ID: -1, Kind: history.TotalKind, Requests: t.Requests, Failures: t.Failures, Interrupted: t.Interrupted,
		BytesIn: t.BytesIn, BytesOut: t.BytesOut, Status: map[string]int64{},
	}, &t.Latency)
}

// summariesOf are the rows of a result, without rates.
func summariesOf(res *load.Result) map[load.RowKey]history.RowSummary {
	known := make(map[load.RowKey]history.RowSummary, len(res.Steps)+len(res.Transactions)+len(res.Groups))
	for i := range res.Steps {
		s := &res.Steps[i]
		known[load.RowKey{Kind: load.StepRow, Scenario: s.Scenario, Transaction: s.Transaction, Step: s.Name}] = spread(history.RowSummary{
			Requests: s.Requests, Failures: s.Failures, Interrupted: s.Interrupted, Warnings: s.Warnings,
			BytesIn: s.BytesIn, BytesOut: s.BytesOut, Status: s.Status,
		}, &s.Latency)
	}
	for i := range res.Transactions {
		t := &res.Transactions[i]
		known[load.RowKey{Kind: load.TransactionRow, Scenario: t.Scenario, Transaction: t.Name}] = spread(history.RowSummary{
			Requests: t.Count, Failures: t.Failures, Interrupted: t.Interrupted,
		}, &t.Latency)
	}
	for i := range res.Groups {
		g := &res.Groups[i]
		known[load.RowKey{Kind: load.GroupRow, Scenario: g.Scenario, Transaction: g.Transaction, Step: g.Name}] = spread(history.RowSummary{
			Requests: g.Count, Failures: g.Failures, Interrupted: g.Interrupted,
		}, &g.Latency)
	}
	return known
}

// spread sets the latencies of a row.
func spread(r history.RowSummary, l *load.Latency) history.RowSummary {
	r.Mean, r.P50, r.P90, r.P95, r.P99, r.P999, r.Max = l.Mean, l.P50, l.P90, l.P95, l.P99, l.P999, l.Max
	return r
}
