package history

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// The lengths of entries, in seconds. Each divides the next.
const (
	fineStep   = 1
	middleStep = 5
	coarseStep = 60 // below 64, for point.covered
)

// entry is all that is stored of one or more adjoining seconds of a run.
type entry struct {
	at, step int
	point    point
	workers  []workerEntry // in order of name
	loads    []loadEntry   // in order of name
	rows     []rowEntry    // in order of Row
}

// point is what a chart shows of an entry: all step rows together.
type point struct {
	covered            uint64 // bit i: some report covers the second i of the entry
	seconds            int64  // how many are covered; 0: a gap
	reports            int64
	users, target      int64
	requests, failures int64
	bytesIn, bytesOut  int64
	status             [6]int64
	cpu                int64 // cpuUnits, of the busiest worker
	peak               int64 // requests of the second that has the most
	starts             starts
	latency            spread
	ok                 spread // of those that did not fail
	heat               heat
	failedHeat         heat // of heat: those that failed
	// old: stored before starts were, and failures apart; nothing is known of them.
	old bool
}

// starts are those of all scenarios together.
type starts struct{ begun, late, dropped, due int64 }

func (s *starts) add(begun, late, dropped, due int64) {
	s.begun += begun
	s.late += late
	s.dropped += dropped
	s.due += due
}

// workerEntry and loadEntry have numbers for the names of load.WorkerSecond and
// load.LoadSecond.
type workerEntry struct {
	name               int
	users              int64
	requests, failures int64
	cpu                int64 // cpuUnits
	memory             int64
	lag                int64 // µs
}

type loadEntry struct {
	name                                 int
	users, target                        int64
	started, late, dropped, waiting, due int64
}

// rowEntry is a row's counts with those of its second that has the most requests.
type rowEntry struct {
	load.RowSecond
	peak int64
}

// cpuUnits is how many units a whole CPU, or all cores of a worker, are stored as.
const cpuUnits = 10_000

func cpuIn(share float64) int64 {
	if !(share > 0) { // NaN too
		return 0
	}
	return int64(math.Round(min(share, 1000) * cpuUnits))
}

func cpuOut(units int64) float64 { return float64(units) / cpuUnits }

// newEntry is one second as it is given. names numbers workers and scenarios.
func newEntry(s *load.Second, names func(string) int) entry {
	e := entry{at: s.At, step: fineStep}
	e.point.cover(s)
	for _, l := range s.Loads {
		e.loads = append(e.loads, loadEntry{
			name: names(l.Scenario), users: int64(l.Users), target: int64(l.Target),
			started: l.Started, late: l.Late, dropped: l.Dropped, waiting: l.Waiting, due: l.Due,
		})
	}
	for _, w := range s.Workers {
		e.workers = append(e.workers, workerEntry{
			name: names(w.Worker), users: int64(w.Users), requests: w.Requests, failures: w.Failures,
			cpu: cpuIn(w.CPU), memory: w.Memory, lag: w.Lag.Microseconds(),
		})
	}
	for _, r := range s.Rows {
		e.rows = append(e.rows, rowEntry{RowSecond: r})
	}
	e.loads = joined(e.loads, func(x *loadEntry) int { return x.name }, (*loadEntry).beside)
	e.workers = joined(e.workers, func(x *workerEntry) int { return x.name }, (*workerEntry).beside)
	e.rows = joined(e.rows, func(x *rowEntry) int { return x.Row }, (*rowEntry).gain)
	for i := range e.rows {
		e.rows[i].peak = e.rows[i].Requests
	}
	return e
}

// joined is a list in order of key, where what has the same key is merged.
func joined[T any](list []T, key func(*T) int, merge func(a, b *T)) []T {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(key(&a), key(&b)) })
	out := list[:0]
	for i := range list {
		if n := len(out); n > 0 && key(&out[n-1]) == key(&list[i]) {
			merge(&out[n-1], &list[i])
			continue
		}
		out = append(out, list[i])
	}
	return out
}

func (p *point) cover(s *load.Second) {
	p.reports = int64(s.Reports)
	if s.Reports > 0 {
		p.covered, p.seconds = 1, 1
	}
}

// sum sets what of the point is made of rows, loads and workers of one second.
func (e *entry) sum(rows []load.RowKey, t *latencies) {
	p := point{covered: e.point.covered, seconds: e.point.seconds, reports: e.point.reports, old: e.point.old}
	for i := range e.loads {
		l := &e.loads[i]
		p.users += l.users
		p.target += l.target
		p.starts.add(l.started, l.late, l.dropped, l.due)
	}
	for i := range e.workers {
		p.cpu = max(p.cpu, e.workers[i].cpu)
	}
	t.reset()
	for i := range e.rows {
		r := &e.rows[i]
		if r.Row >= len(rows) || rows[r.Row].Kind != load.StepRow {
			continue
		}
		p.gain(&r.RowSecond)
		t.addRow(&r.RowSecond)
	}
	p.peak = p.requests
	t.describe(&p)
	p.heat, p.failedHeat = t.all.heat(), t.failed.heat()
	e.point = p
}

// gain adds the counts of a row.
func (p *point) gain(r *load.RowSecond) {
	p.requests += r.Requests
	p.failures += r.Failures
	p.bytesIn += r.BytesIn
	p.bytesOut += r.BytesOut
	for i, n := range r.Status {
		p.status[i] += n
	}
}

// again merges what a second gained into what is stored of it: counts add, gauges are
// replaced. In an entry of one second all is exact, once sum has been called. Of a longer
// one gauges keep their largest value, and its best second can only be given as the larger
// of what it was and what came now.
func (e *entry) again(s entry) {
	if e.step > fineStep {
		e.join(s)
		return
	}
	e.point.covered |= s.point.covered
	e.point.seconds = int64(bits.OnesCount64(e.point.covered))
	e.point.reports = max(e.point.reports, s.point.reports)
	e.loads = joined(append(e.loads, s.loads...), func(x *loadEntry) int { return x.name }, (*loadEntry).replace)
	e.workers = joined(append(e.workers, s.workers...), func(x *workerEntry) int { return x.name }, (*workerEntry).replace)
	e.rows = joined(append(e.rows, s.rows...), func(x *rowEntry) int { return x.Row }, (*rowEntry).gain)
	for i := range e.rows {
		e.rows[i].peak = e.rows[i].Requests
	}
}

// join adds other seconds of the same entry.
func (e *entry) join(o entry) {
	e.point.covered |= o.point.covered << (o.at - e.at)
	e.point.absorb(&o.point)
	e.point.seconds = int64(bits.OnesCount64(e.point.covered))
	e.loads = joined(append(e.loads, o.loads...), func(x *loadEntry) int { return x.name }, (*loadEntry).follow)
	e.workers = joined(append(e.workers, o.workers...), func(x *workerEntry) int { return x.name }, (*workerEntry).follow)
	e.rows = joined(append(e.rows, o.rows...), func(x *rowEntry) int { return x.Row }, (*rowEntry).follow)
}

// absorb adds the point of other seconds: counts add, of gauges the largest stays. The
// latencies are left to the caller, who has the histograms.
func (p *point) absorb(o *point) {
	p.seconds += o.seconds
	p.reports = max(p.reports, o.reports)
	p.users, p.target, p.cpu = max(p.users, o.users), max(p.target, o.target), max(p.cpu, o.cpu)
	p.requests += o.requests
	p.failures += o.failures
	p.bytesIn += o.bytesIn
	p.bytesOut += o.bytesOut
	for i, n := range o.status {
		p.status[i] += n
	}
	p.peak = max(p.peak, o.peak)
	p.starts.add(o.starts.begun, o.starts.late, o.starts.dropped, o.starts.due)
	p.old = p.old || o.old
	for i, n := range o.heat {
		p.heat[i] += n
	}
	for i, n := range o.failedHeat {
		p.failedHeat[i] += n
	}
}

// beside merges two of the same name in one second: they are parts of one.
func (w *workerEntry) beside(o *workerEntry) {
	w.users += o.users
	w.count(o)
	w.cpu, w.memory, w.lag = max(w.cpu, o.cpu), max(w.memory, o.memory), max(w.lag, o.lag)
}

func (w *workerEntry) replace(o *workerEntry) {
	w.users, w.cpu, w.memory, w.lag = o.users, o.cpu, o.memory, o.lag
	w.count(o)
}

func (w *workerEntry) follow(o *workerEntry) {
	w.users, w.cpu = max(w.users, o.users), max(w.cpu, o.cpu)
	w.memory, w.lag = max(w.memory, o.memory), max(w.lag, o.lag)
	w.count(o)
}

func (w *workerEntry) count(o *workerEntry) {
	w.requests += o.requests
	w.failures += o.failures
}

func (l *loadEntry) beside(o *loadEntry) {
	l.users += o.users
	l.target += o.target
	l.count(o)
}

func (l *loadEntry) replace(o *loadEntry) {
	l.users, l.target = o.users, o.target
	l.count(o)
}

func (l *loadEntry) follow(o *loadEntry) {
	l.users, l.target = max(l.users, o.users), max(l.target, o.target)
	l.count(o)
}

func (l *loadEntry) count(o *loadEntry) {
	l.started += o.started
	l.late += o.late
	l.dropped += o.dropped
	l.waiting += o.waiting
	l.due += o.due
}

// gain adds the same second of the row.
func (r *rowEntry) gain(o *rowEntry) { r.Add(&o.RowSecond) }

func (r *rowEntry) follow(o *rowEntry) {
	r.gain(o)
	r.peak = max(r.peak, o.peak)
}

// second is an entry of one second as it was given, with the names of its numbers.
func (e *entry) second(names []string) load.Second {
	s := load.Second{At: e.at, Again: true, Reports: int(e.point.reports)}
	name := func(i int) string {
		if i < len(names) {
			return names[i]
		}
		return ""
	}
	for _, l := range e.loads {
		s.Loads = append(s.Loads, load.LoadSecond{
			Scenario: name(l.name), Users: int(l.users), Target: int(l.target),
			Started: l.started, Late: l.late, Dropped: l.dropped, Waiting: l.waiting, Due: l.due,
		})
	}
	for _, w := range e.workers {
		s.Workers = append(s.Workers, load.WorkerSecond{
			Worker: name(w.name), Users: int(w.users), Requests: w.requests, Failures: w.failures,
			CPU: cpuOut(w.cpu), Memory: w.memory, Lag: time.Duration(w.lag) * time.Microsecond,
		})
	}
	for _, r := range e.rows {
		s.Rows = append(s.Rows, r.RowSecond)
	}
	return s
}
