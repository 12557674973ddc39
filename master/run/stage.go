package run

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of what is kept of named stages; transactions over the second one are
// summarised under (other).
const (
	maxNamedStages       = 50
	maxStageTransactions = 1000 // in all stages together
)

// span is a named stage as planned.
type span struct {
	scenario int // index of its load
	name     string
	from, to time.Duration // run time; to: forever when it has no end
}

// spansOf are the named stages of all loads, in the order of the plan.
func spansOf(loads []scenario) ([]span, error) {
	var spans []span
	for i, s := range loads {
		at := s.startAt
		for _, st := range s.profile.Stages {
			to := at + st.Duration
			if st.Duration <= 0 {
				to = forever
			}
			if st.Name != "" {
				spans = append(spans, span{i, st.Name, at, to})
			}
			at = to
		}
	}
	if len(spans) > maxNamedStages {
		return nil, &load.PlanError{Message: fmt.Sprintf("%d named stages are more than %d; each is summarised on its own, so name only those that matter", len(spans), maxNamedStages)}
	}
	return spans, nil
}

// stages are the summaries of named stages: what the intervals between their begin and
// their end had. A change of a scenario's load ends its planned stages.
type stages struct {
	*shape
	all     []stage
	entries int // transactions in all of them
}

type stage struct {
	span
	steps        tally             // of all step rows
	transactions map[string]*tally // by name
	order        []string
}

// tally is a row of one stage. Its histograms are sparse: there are many, and most are
// small.
type tally struct {
	requests, failures, interrupted int64
	ok, failed, scheduled           load.SparseHist
}

func newStages(sh *shape) *stages {
	s := &stages{shape: sh}
	for _, x := range sh.spans {
		s.all = append(s.all, stage{span: x, transactions: map[string]*tally{}})
	}
	return s
}

// add counts an interval to the stages that it lies in; by its middle where an older
// worker has joined it across an edge.
func (s *stages) add(iv *load.Interval, rows []load.RowKey) {
	if len(s.all) == 0 || iv.To <= 0 {
		return
	}
	mid := middle(iv)
	for i := range s.all {
		if st := &s.all[i]; st.from <= mid && mid < st.to {
			s.count(st, iv, rows)
		}
	}
}

func (s *stages) count(st *stage, iv *load.Interval, rows []load.RowKey) {
	for i := range iv.Rows {
		d := &iv.Rows[i]
		k := rows[d.Row]
		if k.Scenario != s.loads[st.scenario].name {
			continue
		}
		switch k.Kind {
		case load.StepRow:
			st.steps.add(d)
		case load.TransactionRow:
			s.entry(st, k.Transaction).add(d)
		}
	}
}

func (s *stages) entry(st *stage, name string) *tally {
	if t, ok := st.transactions[name]; ok {
		return t
	}
	if s.entries >= maxStageTransactions {
		name = load.OtherName
		if t, ok := st.transactions[name]; ok {
			return t
		}
	}
	s.entries++
	t := &tally{}
	st.transactions[name] = t
	st.order = append(st.order, name)
	return t
}

func (t *tally) add(d *load.RowDelta) {
	t.requests += d.Requests
	t.failures += d.Failures
	t.interrupted += d.Interrupted
	gain(&t.ok, &d.OK)
	gain(&t.failed, &d.Failed)
	gain(&t.scheduled, &d.Scheduled)
}

// gain adds what d has to h.
func gain(h, d *load.SparseHist) {
	if len(d.Buckets) == 0 {
		return
	}
	own := exact(d)
	if len(h.Buckets) == 0 {
		h.Min = own.Min
	}
	h.Sum += own.Sum
	h.Min, h.Max = min(h.Min, own.Min), max(h.Max, own.Max)
	h.Buckets = load.MergeBuckets(h.Buckets, d.Buckets)
}

// end cuts the planned stages of a scenario whose load is another from at on; those
// that had not begun do not happen.
func (s *stages) end(scenario int, at time.Duration) {
	s.all = slices.DeleteFunc(s.all, func(st stage) bool { return st.scenario == scenario && st.from >= at })
	for i := range s.all {
		if st := &s.all[i]; st.scenario == scenario {
			st.to = min(st.to, at)
		}
	}
}

// results are the stages that have begun by end, the run time up to which there is
// anything to tell.
func (s *stages) results(end time.Duration) []load.StageResult {
	out := []load.StageResult{}
	for i := range s.all {
		if s.all[i].from < end {
			out = append(out, s.result(&s.all[i], end))
		}
	}
	return out
}

func (s *stages) result(st *stage, end time.Duration) load.StageResult {
	to := min(st.to, end)
	length := to - st.from
	scenario := s.loads[st.scenario].name
	both, ok := st.steps.latencies()
	r := load.StageResult{
		Scenario: scenario, Name: st.name, From: ms(st.from), To: ms(to),
		Requests: st.steps.requests, Failures: st.steps.failures, RPS: rate(st.steps.requests, length),
		Latency: both, LatencyOK: ok, Transactions: []load.TransactionResult{},
	}
	slices.SortStableFunc(st.order, func(a, b string) int {
		key := func(name string) load.RowKey { return load.RowKey{Kind: load.TransactionRow, Transaction: name} }
		return s.place(key(a)) - s.place(key(b))
	})
	for _, name := range st.order {
		t := st.transactions[name]
		both, ok := t.latencies()
		x := load.TransactionResult{
			Scenario: scenario, Name: name, Count: t.requests, Failures: t.failures, Interrupted: t.interrupted,
			RPS: rate(t.requests, length), Latency: both, LatencyOK: ok,
		}
		if len(t.scheduled.Buckets) > 0 {
			l := sparseLatency(&t.scheduled)
			x.LatencyScheduled = &l
		}
		r.Transactions = append(r.Transactions, x)
	}
	return r
}

// latencies are those of all and of the successes.
func (t *tally) latencies() (both, ok load.Latency) {
	sum := t.ok
	sum.Buckets = slices.Clone(t.ok.Buckets)
	gain(&sum, &t.failed)
	return sparseLatency(&sum), sparseLatency(&t.ok)
}

// sparseLatency summarises h as latency does a dense histogram.
func sparseLatency(h *load.SparseHist) load.Latency {
	var count int64
	for _, b := range h.Buckets {
		count += int64(b.Count)
	}
	if count == 0 {
		return load.Latency{}
	}
	least, most := float64(h.Min)/1000, float64(h.Max)/1000
	q := func(x float64) float64 { return max(min(bucketQuantile(h.Buckets, x), most), least) }
	return load.Latency{
		Min: least, Mean: math.Round(float64(h.Sum)/float64(count)) / 1000, Max: most,
		P50: q(0.5), P90: q(0.9), P95: q(0.95), P99: q(0.99), P999: q(0.999),
	}
}
