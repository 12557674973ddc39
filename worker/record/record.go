// Package record counts what a run does on one worker. Recording is a few atomic
// additions and never waits; cutting an interval reads the same counters and hands
// out what was added since the cut before, so nothing is lost between two reports
// and nothing is counted twice.
package record

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Recorder holds all counters of one run on one worker. Everything but Cut may be
// called from any goroutine; Cut belongs to the one goroutine that makes reports.
type Recorder struct {
	redirects atomic.Int64
	skipped   atomic.Int64
	unsent    [load.NumFates]atomic.Int64

	mu      sync.Mutex // guards the lists and maps below, never held while counting
	rows    []*Row
	byKey   map[load.RowKey]*Row
	loads   []*Load
	metrics []*Metric

	errors errorGroups
	last   load.Counters // as of the last cut; Cut's own
}

// New is an empty recorder. maxSamples is how many samples each group of failures
// keeps.
func New(maxSamples int) *Recorder {
	return &Recorder{
		byKey:  make(map[load.RowKey]*Row),
		errors: errorGroups{maxSamples: maxSamples, groups: make(map[errorKey]*errorGroup)},
	}
}

// Row is the row for key, made at the first call. Over load.MaxRows rows every new key
// gets the row of its kind under load.OtherName. Callers keep the pointer: this is
// not for the hot path.
func (r *Recorder) Row(key load.RowKey) *Row {
	r.mu.Lock()
	defer r.mu.Unlock()
	if row, ok := r.byKey[key]; ok {
		return row
	}
	if len(r.rows) >= load.MaxRows {
		key = load.RowKey{Kind: key.Kind, Transaction: load.OtherName}
		if key.Kind != load.TransactionRow {
			key.Step = load.OtherName
		}
		if row, ok := r.byKey[key]; ok {
			return row
		}
	}
	row := &Row{Key: key, index: len(r.rows)}
	r.rows = append(r.rows, row)
	r.byKey[key] = row
	return row
}

// Load is a new set of counters for one scenario's load.
func (r *Recorder) Load(scenario string) *Load {
	l := &Load{Scenario: scenario}
	r.mu.Lock()
	r.loads = append(r.loads, l)
	r.mu.Unlock()
	return l
}

// Redirect counts one followed hop; Skip a step that a script skipped; Fate an
// attempt by what became of it.
func (r *Recorder) Redirect() { r.redirects.Add(1) }

// Skip counts a step that a script skipped.
func (r *Recorder) Skip() { r.skipped.Add(1) }

// Fate counts an attempt that was not written in full. Sent ones need no counting:
// they are what is left of all attempts.
func (r *Recorder) Fate(f load.Fate) {
	if f != load.Sent && f < load.NumFates {
		r.unsent[f].Add(1)
	}
}

// Fail counts a failure of row at a run time, in the group of its class and rule. When it is true, a
// sample of it is wanted: call Keep with the same group. Making one costs more than
// counting, so that is left to the few that are kept.
func (r *Recorder) Fail(row *Row, class load.Class, rule string, at time.Duration) (wanted bool) {
	return r.errors.count(row, class, rule, at)
}

// Keep keeps a sample that Fail wanted. It travels with one of the next reports.
func (r *Recorder) Keep(row *Row, class load.Class, rule string, s load.Sample) {
	r.errors.keep(row, class, rule, s)
}

// Row counts one row of the statistics.
type Row struct {
	Key   load.RowKey
	index int

	ok, failed, scheduled hist
	interrupted           counter
	warnings              counter
	bytesIn, bytesOut     counter
	status                [6]counter
}

// Outcome is one finished step, group or transaction.
type Outcome struct {
	Latency           time.Duration
	Failed            bool
	Status            int // 0: none
	BytesIn, BytesOut int64
}

// Done counts a finished step, group or transaction.
func (w *Row) Done(o Outcome) {
	if o.Failed {
		w.failed.record(o.Latency)
	} else {
		w.ok.record(o.Latency)
	}
	if o.BytesIn != 0 {
		w.bytesIn.Add(o.BytesIn)
	}
	if o.BytesOut != 0 {
		w.bytesOut.Add(o.BytesOut)
	}
	if !w.sends() {
		return
	}
	class := o.Status / 100
	if class < 0 || class > 5 {
		class = 0
	}
	w.status[class].Add(1)
}

// sends says whether the row is of steps that send requests, not of what they belong to.
func (w *Row) sends() bool {
	return w.Key.Kind != load.TransactionRow && w.Key.Kind != load.GroupRow
}

// Scheduled counts the latency of a transaction from its intended start.
func (w *Row) Scheduled(latency time.Duration) { w.scheduled.record(latency) }

// Interrupted counts a step or transaction that the end of the run cut off, with the
// bytes that it had moved.
func (w *Row) Interrupted(bytesIn, bytesOut int64) {
	w.interrupted.Add(1)
	w.bytesIn.Add(bytesIn)
	w.bytesOut.Add(bytesOut)
}

// Warn counts a failed check that only warns.
func (w *Row) Warn() { w.warnings.Add(1) }

// Load counts one scenario's load.
type Load struct {
	Scenario                              string
	users, peak, target                   atomic.Int64 // peak: since the last cut
	started, late, dropped, waiting, left counter
}

// SetUsers and SetTarget say how many users there are and how many are asked for.
func (l *Load) SetUsers(n int) {
	l.users.Store(int64(n))
	for {
		peak := l.peak.Load()
		if int64(n) <= peak || l.peak.CompareAndSwap(peak, int64(n)) {
			return
		}
	}
}

// SetTarget says how many users the profile asks for now.
func (l *Load) SetTarget(n int) { l.target.Store(int64(n)) }

// Start counts a transaction that began, and whether it began late.
func (l *Load) Start(late bool) {
	l.started.Add(1)
	if late {
		l.late.Add(1)
	}
}

// Drop counts n starts that nobody was free for in time.
func (l *Load) Drop(n int64) { l.dropped.Add(n) }

// Wait counts a failed user_start that will be tried again.
func (l *Load) Wait() { l.waiting.Add(1) }

// Leave counts a user that left.
func (l *Load) Leave() { l.left.Add(1) }

// counter is an atomic count with the value at the last cut, which belongs to Cut.
type counter struct {
	atomic.Int64
	last int64
}

func (c *counter) cut() int64 {
	now := c.Int64.Load()
	d := now - c.last
	c.last = now
	return d
}

// hist is one histogram: a flat array of counters with load.BucketOf as its index.
// The array is allocated when the first value comes; it is large and mostly never
// touched, so the memory it really takes is the pages with values in them.
type hist struct {
	counts atomic.Pointer[[load.NumBuckets]uint32]
	sum    counter
	min    atomic.Int64 // plus 1, so that 0 is "none yet"
	max    atomic.Int64
	last   *[load.NumBuckets]uint32 // at the last cut
}

func (h *hist) record(d time.Duration) {
	us := int64(d+500) / 1000
	if us < 0 {
		us = 0
	}
	counts := h.counts.Load()
	if counts == nil {
		counts = h.allocate()
	}
	h.sum.Add(us)
	if low := h.min.Load(); low == 0 || us+1 < low {
		h.lower(us + 1)
	}
	if us > h.max.Load() {
		h.raise(us)
	}
	atomic.AddUint32(&counts[load.BucketOf(us)], 1)
}

func (h *hist) allocate() *[load.NumBuckets]uint32 {
	fresh := new([load.NumBuckets]uint32)
	if h.counts.CompareAndSwap(nil, fresh) {
		return fresh
	}
	return h.counts.Load()
}

func (h *hist) lower(v int64) {
	for {
		old := h.min.Load()
		if old != 0 && old <= v || h.min.CompareAndSwap(old, v) {
			return
		}
	}
}

func (h *hist) raise(v int64) {
	for {
		old := h.max.Load()
		if old >= v || h.max.CompareAndSwap(old, v) {
			return
		}
	}
}

// cut is what was recorded since the last cut. The bucket is the last thing that
// record touches, so a value in a bucket has its sum, min and max in already.
func (h *hist) cut() load.SparseHist {
	counts := h.counts.Load()
	if counts == nil {
		return load.SparseHist{}
	}
	if h.last == nil {
		h.last = new([load.NumBuckets]uint32)
	}
	low := max(h.min.Load()-1, 0)
	var s load.SparseHist
	for i, end := load.BucketOf(low), load.BucketOf(h.max.Load()); i <= end; i++ {
		n := atomic.LoadUint32(&counts[i])
		if n == h.last[i] {
			continue
		}
		// The difference is right also when a bucket has passed 2³² values.
		s.Buckets = append(s.Buckets, load.Bucket{Index: uint16(i), Count: n - h.last[i]})
		h.last[i] = n
	}
	if s.Buckets == nil {
		return load.SparseHist{}
	}
	s.Sum = h.sum.cut()
	s.Min, s.Max = max(h.min.Load()-1, 0), h.max.Load()
	return s
}

// _ keeps the index of a bucket within what a report carries.
const _ = uint(math.MaxUint16-load.NumBuckets) + uint(math.MaxUint16-load.NumTrendBuckets)
