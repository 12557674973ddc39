package run

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

func usec(v int64, n uint32) load.SparseHist {
	return load.SparseHist{Sum: v * int64(n), Min: v, Max: v, Buckets: []load.Bucket{{Index: uint16(load.BucketOf(v)), Count: n}}}
}

// TestGroups: a group has a row of its own, is in no total, and thresholds speak of it.
func TestGroups(t *testing.T) {
	sh := oneLoad(load.UsersModel)
	request := &plan.Request{}
	sh.rank = rankRows(&plan.Program{Transactions: []*plan.Transaction{{Name: "browse", Steps: []*plan.Step{
		{Name: "first", Request: request},
		{Name: "assets", Group: true, Steps: []*plan.Step{
			{Name: "logo", Request: request},
			{Name: "3 times", Repeat: &plan.Repeat{}, Steps: []*plan.Step{{Name: "poll", Request: request}}},
		}},
		{Name: "done?", If: &plan.Condition{}, Steps: []*plan.Step{{Name: "yes", Request: request}}, Else: []*plan.Step{{Name: "no", Request: request}}},
		{Name: "same", Group: true, Steps: []*plan.Step{{Name: "same", Request: request}}},
	}}}})
	s := newStatistics(sh)
	r := load.Report{Intervals: []load.Interval{{To: 10 * time.Second}}}
	iv := &r.Intervals[0]
	for _, k := range []load.RowKey{
		{Kind: load.GroupRow, Step: "same"}, {Kind: load.StepRow, Step: "same"},
		{Kind: load.StepRow, Step: "no"}, {Kind: load.StepRow, Step: "poll"}, {Kind: load.StepRow, Step: "logo"},
		{Kind: load.StepRow, Step: "yes"}, {Kind: load.GroupRow, Step: "assets"}, {Kind: load.StepRow, Step: "first"},
		{Kind: load.TransactionRow},
	} {
		k.Transaction = "browse"
		d := load.RowDelta{Row: len(r.Rows), Requests: 10, OK: usec(1000, 10)}
		if k.Kind == load.GroupRow {
			d.Requests, d.Failures, d.OK, d.Failed = 20, 5, usec(50_000, 15), usec(70_000, 5)
		}
		if k.Kind == load.StepRow {
			iv.Counters.Attempts += d.Requests
		}
		r.Rows, iv.Rows = append(r.Rows, k), append(iv.Rows, d)
	}
	if err := s.check(&r, time.Minute); err != nil {
		t.Fatal(err)
	}
	s.merge(&r, "w")
	res := header(Spec{})
	s.fill(&res, 10*time.Second)
	var names []string
	for _, x := range res.Steps {
		names = append(names, x.Name)
	}
	if want := []string{"first", "logo", "poll", "yes", "no", "same"}; !slices.Equal(names, want) {
		t.Errorf("steps in the order %v, want that of the plan, %v", names, want)
	}
	if res.Total.Requests != 60 || res.Total.Latency.Max > 1.01 {
		t.Errorf("groups are in the total: %+v", res.Total)
	}
	if len(res.Groups) != 2 || res.Groups[0].Name != "assets" {
		t.Fatalf("%+v", res.Groups)
	}
	if g := res.Groups[0]; g.Transaction != "browse" || g.Count != 20 || g.Failures != 5 || g.RPS != 2 || g.Latency.Max != 70 || g.LatencyOK.Max != 50 {
		t.Errorf("%+v", g)
	}
	var f findings
	if s.addUp(&f); len(f.invalid) > 0 {
		t.Error(f.invalid)
	}
	for _, test := range []struct {
		step    string
		samples int64
	}{{"assets", 20}, {"same", 10}, {"logo", 10}} { // a step before a group of its name
		rule := load.Threshold{Metric: "max", Op: "<", Value: 1, Target: "browse", Step: test.step}
		if x := s.judgeOne(rule, time.Second); x.Samples != test.samples {
			t.Errorf("a threshold on %s has %d samples, want %d", test.step, x.Samples, test.samples)
		}
	}
}

func TestStagesAreBounded(t *testing.T) {
	sh := oneLoad(load.UsersModel)
	p := &sh.loads[0].profile
	p.Stages = nil
	for i := range maxNamedStages {
		p.Stages = append(p.Stages, load.Stage{Name: fmt.Sprint(i), Duration: time.Second})
	}
	var err error
	if sh.spans, err = spansOf(sh.loads); err != nil || len(sh.spans) != maxNamedStages {
		t.Fatalf("%d spans, %v", len(sh.spans), err)
	}
	s := newStages(sh)
	for i := range 400 {
		at := time.Duration(i%maxNamedStages) * time.Second
		var rows []load.RowKey
		iv := load.Interval{From: at, To: at + time.Second}
		for j := range 20 {
			rows = append(rows, load.RowKey{Kind: load.TransactionRow, Transaction: fmt.Sprint(i, "-", j)})
			iv.Rows = append(iv.Rows, load.RowDelta{Row: j, Requests: 1})
		}
		s.add(&iv, rows)
	}
	entries, requests := 0, int64(0)
	for _, r := range s.results(forever) {
		entries += len(r.Transactions)
		for _, x := range r.Transactions {
			requests += x.Count
		}
	}
	if entries > maxStageTransactions+maxNamedStages || requests != 8000 {
		t.Errorf("%d entries with %d of 8000 requests", entries, requests)
	}
	p.Stages = append(p.Stages, load.Stage{Name: "one more", Duration: time.Second})
	if _, err := spansOf(sh.loads); err == nil || !strings.Contains(err.Error(), "51 named stages are more than 50") {
		t.Errorf("%v", err)
	}
}

// TestJoinedIntervals: one that was joined across an edge belongs to where its middle is.
func TestJoinedIntervals(t *testing.T) {
	w := window{10 * time.Second, 20 * time.Second}
	for _, test := range []struct {
		from, to time.Duration
		in       bool
	}{{0, 10, false}, {9, 10, false}, {10, 11, true}, {19, 20, true}, {20, 21, false}, {8, 14, true}, {6, 13, false}, {18, 23, false}, {17, 22, true}} {
		if got := w.has(&load.Interval{From: test.from * time.Second, To: test.to * time.Second}); got != test.in {
			t.Errorf("%d to %d: %v", test.from, test.to, got)
		}
	}
}
