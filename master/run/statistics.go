package run

import (
	"cmp"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// statistics are the exact totals of a run: what all merged reports add up to.
type statistics struct {
	*shape
	stages   *stages
	rows     map[load.RowKey]*row
	groups   map[groupKey]*group
	metrics  metrics
	counters load.Counters
	totals   []loadTotal   // by scenario
	notes    []load.Reason // beside why the run ends
	kept     int           // bytes of samples
	full     bool          // no room for more of them

	// lastActive is the run time at which the last interval with a request ended.
	lastActive time.Duration
}

// row is one row under merge. Counts are of the whole run; measured ones and histograms
// of the measured window. Histograms are made when first needed: each is an array of
// 180 KB.
type row struct {
	key                             load.RowKey
	seen                            int // order of appearance
	requests, failures, interrupted int64
	warnings, bytesIn, bytesOut     int64
	measured                        struct{ requests, failures int64 }
	ok, failed, scheduled           load.Hist
	status                          [6]int64
}

type groupKey struct {
	row   load.RowKey
	class load.Class
	rule  string
}

type group struct {
	groupKey
	seen        int
	count       int64
	first, last time.Duration // run time; of the failures that were counted
	workers     []string      // as in load.ErrorResult
	recent      recent
	samples     []load.SampleResult
}

type loadTotal struct {
	started, late, dropped, waiting int64
	measured                        struct{ started, dropped int64 }
}

// maxNotes bounds the remarks that are added to a run's reason.
const maxNotes = 10

func newStatistics(sh *shape) *statistics {
	return &statistics{
		shape:   sh,
		stages:  newStages(sh),
		rows:    map[load.RowKey]*row{},
		groups:  map[groupKey]*group{},
		metrics: metrics{byName: map[string]*metric{}},
		totals:  make([]loadTotal, len(sh.loads)),
	}
}

// note adds a remark to the run's reason.
func (s *statistics) note(why load.Reason) {
	if len(s.notes) < maxNotes {
		s.notes = append(s.notes, why)
	}
}

// row is the row of k: its own, or beyond MaxRows one of four that collect the rest,
// by kind, so that totals stay exact.
func (s *statistics) row(k load.RowKey) *row {
	if r, ok := s.rows[k]; ok {
		return r
	}
	if len(s.rows) >= load.MaxRows {
		k = load.RowKey{Kind: k.Kind, Transaction: load.OtherName}
		if k.Kind != load.TransactionRow {
			k.Step = load.OtherName
		}
		if r, ok := s.rows[k]; ok {
			return r
		}
	}
	r := &row{key: k, seen: len(s.rows)}
	s.rows[k] = r
	return r
}

// merge adds a report that passed check.
func (s *statistics) merge(r *load.Report, worker string) {
	for i := range r.Intervals {
		iv := &r.Intervals[i]
		measured := s.window.has(iv)
		s.stages.add(iv, r.Rows)
		for j := range iv.Rows {
			d := &iv.Rows[j]
			row := s.row(r.Rows[d.Row])
			row.add(d)
			if measured {
				row.measure(d, s.window.whole())
			}
			if row.key.Kind != load.LifecycleRow && d.Requests+d.Interrupted > 0 {
				s.lastActive = max(s.lastActive, iv.To)
			}
		}
		for _, l := range iv.Loads {
			t := &s.totals[s.scenario(l.Scenario)]
			t.started += l.Started
			t.late += l.Late
			t.dropped += l.Dropped
			t.waiting += l.Waiting
			if measured {
				t.measured.started += l.Started
				t.measured.dropped += l.Dropped
			}
		}
		for j := range iv.Metrics {
			s.mergeMetric(&iv.Metrics[j], measured)
		}
		s.counters.Add(&iv.Counters)
	}
	for i := range r.Errors {
		s.mergeError(&r.Errors[i], r.Rows, worker)
	}
}

func (r *row) add(d *load.RowDelta) {
	r.requests += d.Requests
	r.failures += d.Failures
	r.interrupted += d.Interrupted
	r.warnings += d.Warnings
	r.bytesIn += d.BytesIn
	r.bytesOut += d.BytesOut
	for i, n := range d.Status {
		r.status[i] += n
	}
}

// measure adds a difference that lies in the measured window.
func (r *row) measure(d *load.RowDelta, whole bool) {
	r.measured.requests += d.Requests
	r.measured.failures += d.Failures
	if whole {
		r.ok.Add(&d.OK)
		r.failed.Add(&d.Failed)
		r.scheduled.Add(&d.Scheduled)
		return
	}
	for _, x := range []struct {
		to   *load.Hist
		from *load.SparseHist
	}{{&r.ok, &d.OK}, {&r.failed, &d.Failed}, {&r.scheduled, &d.Scheduled}} {
		own := exact(x.from)
		x.to.Add(&own)
	}
}

func (s *statistics) mergeError(d *load.ErrorDelta, rows []load.RowKey, worker string) {
	g := s.group(groupKey{s.row(rows[d.Row]).key, d.Class, d.Rule})
	g.add(d, worker)
	for _, x := range d.Samples {
		if len(g.samples) >= s.samples {
			return
		}
		g.samples = append(g.samples, s.sample(&x, worker))
	}
}

func (g *group) add(d *load.ErrorDelta, worker string) {
	if d.Count == 0 {
		return
	}
	if g.count == 0 {
		g.first = d.First
	}
	g.count += d.Count
	g.first, g.last = min(g.first, d.First), max(g.last, d.Last)
	if len(g.workers) < load.MaxErrorWorkers && !slices.Contains(g.workers, worker) {
		g.workers = append(g.workers, worker)
	}
	for _, s := range d.Seconds {
		g.recent.add(s.At, s.Count)
	}
}

// group is the group of k: its own, or beyond MaxErrorGroups the one that collects
// the rest.
func (s *statistics) group(k groupKey) *group {
	if g, ok := s.groups[k]; ok {
		return g
	}
	if len(s.groups) >= load.MaxErrorGroups {
		k = groupKey{load.RowKey{Transaction: load.OtherName, Step: load.OtherName}, load.OtherName, load.OtherName}
		if g, ok := s.groups[k]; ok {
			return g
		}
	}
	g := &group{groupKey: k, seen: len(s.groups)}
	s.groups[k] = g
	return g
}

// sorted are the rows in the order of the plan; those the plan does not name come
// after it, as they were first seen.
func (s *statistics) sorted() []*row {
	rows := make([]*row, 0, len(s.rows))
	for _, r := range s.rows {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, s.before)
	return rows
}

func (s *statistics) before(a, b *row) int {
	return cmp.Or(
		cmp.Compare(s.scenario(a.key.Scenario), s.scenario(b.key.Scenario)),
		cmp.Compare(s.place(a.key), s.place(b.key)),
		cmp.Compare(a.seen, b.seen),
	)
}

// sortedGroups are the groups of errors, the most frequent first.
func (s *statistics) sortedGroups() []*group {
	groups := make([]*group, 0, len(s.groups))
	for _, g := range s.groups {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.seen, b.seen))
	})
	return groups
}

// ms is d in milliseconds.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
