package history_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/history"
)

// A result that was saved before the load began, or seconds before the master was killed,
// has the counts of all seconds that are stored; what they do not know stays.
func TestAbandonedCounts(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	m := newModel(someRows)
	fill(t, s, m, rand.New(rand.NewPCG(7, 7)), 40)
	r := result("run", load.StateRunning)
	r.Total = load.TotalResult{Requests: 1, LatencyScheduled: &load.Latency{P50: 7}}
	r.Errors = []load.ErrorResult{{Class: "http_status", Count: 3}}
	r.Measured = load.Measured{From: 10_000, To: 35_000}
	must(t, s.Save(ctx, "run", r, began))
	all, err := s.Rows(ctx, "run", 0, 0)
	must(t, err)
	measured, err := s.Rows(ctx, "run", 10, 0)
	must(t, err)
	for range 2 { // the second time there is nothing to do
		_, err = s.Abandoned(ctx)
		must(t, err)
	}
	got, err := s.Result(ctx, "run")
	must(t, err)

	last := len(all) - 1
	total, window := all[last], measured[last]
	if total.Requests == 0 || window.Requests == total.Requests || total.Failures == 0 {
		t.Fatalf("this shows nothing: %+v", total)
	}
	x := got.Total
	if x.Requests != total.Requests || x.Failures != total.Failures || x.Interrupted != total.Interrupted || x.BytesIn != total.BytesIn || x.BytesOut != total.BytesOut {
		t.Errorf("got  %+v\nwant %+v", x, total)
	}
	if x.RPS != window.RPS || x.Latency.P50 != window.P50 || x.Latency.P999 != window.P999 || x.Latency.Max != window.Max || x.Latency.Mean != window.Mean ||
		x.Latency.Min <= 0 || x.Latency.Min > x.Latency.P50 || x.LatencyOK.P50 == 0 || x.LatencyOK == x.Latency {
		t.Errorf("got  %+v\nwant %+v", x, window)
	}
	if x.LatencyScheduled == nil || x.LatencyScheduled.P50 != 7 || len(got.Errors) != 1 {
		t.Errorf("it has lost what only the result knew: %+v", got)
	}
	if got.Measured.From != 10_000 || got.Measured.To <= 35_000 {
		t.Errorf("%+v", got.Measured)
	}
	steps, transactions, groups := 0, 0, 0
	for _, row := range all[:last] {
		switch row.Kind {
		case "transaction":
			transactions++
		case "group":
			groups++
		default:
			steps++
		}
	}
	if len(got.Steps) != steps || len(got.Transactions) != transactions || len(got.Groups) != groups {
		t.Errorf("%d steps, %d transactions, %d groups of %v", len(got.Steps), len(got.Transactions), len(got.Groups), all)
	}
	for _, step := range got.Steps {
		if !has(all, step.Transaction, step.Name, step.Requests) {
			t.Errorf("%+v is not in %+v", step, all)
		}
	}
	sum, err := s.Find(ctx, "run")
	must(t, err)
	if sum.Requests != total.Requests || sum.RPS != window.RPS {
		t.Errorf("%+v", sum)
	}
}

func has(rows []history.RowSummary, transaction, step string, requests int64) bool {
	for _, r := range rows {
		if r.Transaction == transaction && r.Step == step && r.Requests == requests {
			return true
		}
	}
	return false
}

// A measured window that had ended before the master did stays as it is.
func TestAbandonedAfterTheWindow(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	fill(t, s, newModel(someRows), rand.New(rand.NewPCG(8, 8)), 60)
	r := result("run", load.StateRunning)
	r.Measured = load.Measured{From: 10_000, To: 20_000}
	must(t, s.Save(ctx, "run", r, began))
	window, err := s.Rows(ctx, "run", 10, 20)
	must(t, err)
	_, err = s.Abandoned(ctx)
	must(t, err)
	got, err := s.Result(ctx, "run")
	must(t, err)
	if got.Measured != r.Measured || got.Total.RPS != window[len(window)-1].RPS {
		b, _ := json.Marshal(got)
		t.Errorf("%s\nwant %+v", b, window[len(window)-1])
	}
}
