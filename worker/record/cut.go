package record

import (
	"time"

	"github.com/locust-http/locust-http/load"
)

// Cut hands out everything that was counted since the cut before, as an interval of
// the run time from–to. Row numbers are those of Keys. One goroutine only.
//
// Attempts are not counted anywhere: they follow from the rows and the redirects of
// the same cut, so the equation of load.Counters holds in every interval.
func (r *Recorder) Cut(from, to time.Duration, reconnects int64) load.Interval {
	r.mu.Lock()
	rows, loads, metrics := r.rows, r.loads, r.metrics // append-only: the prefix never changes
	r.mu.Unlock()

	iv := load.Interval{From: from, To: to}
	var finished int64
	for _, row := range rows {
		d, ok := row.cut()
		if !ok {
			continue
		}
		iv.Rows = append(iv.Rows, d)
		if row.sends() {
			finished += d.Requests + d.Interrupted
		}
	}
	for _, l := range loads {
		iv.Loads = append(iv.Loads, l.cut())
	}
	for _, m := range metrics {
		if d, ok := m.cut(); ok {
			iv.Metrics = append(iv.Metrics, d)
		}
	}
	iv.Counters = r.cutCounters(reconnects)
	iv.Counters.Attempts = finished + iv.Counters.Redirects
	return iv
}

func (r *Recorder) cutCounters(reconnects int64) load.Counters {
	now := load.Counters{
		Redirects:  r.redirects.Load(),
		Skipped:    r.skipped.Load(),
		Reconnects: reconnects,
	}
	for i := range now.Unsent {
		now.Unsent[i] = r.unsent[i].Load()
	}
	d := now
	d.Redirects -= r.last.Redirects
	d.Skipped -= r.last.Skipped
	d.Reconnects -= r.last.Reconnects
	for i := range d.Unsent {
		d.Unsent[i] -= r.last.Unsent[i]
	}
	r.last = now
	return d
}

// Errors hands out what groups of failures gained since the call before; last says that
// no call follows. Same goroutine as Cut.
func (r *Recorder) Errors(last bool) []load.ErrorDelta { return r.errors.cut(last) }

// Key is the name of a row by its number in a cut.
func (r *Recorder) Key(row int) load.RowKey {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rows[row].Key
}

func (w *Row) cut() (load.RowDelta, bool) {
	d := load.RowDelta{
		Row:         w.index,
		OK:          w.ok.cut(),
		Failed:      w.failed.cut(),
		Scheduled:   w.scheduled.cut(),
		Interrupted: w.interrupted.cut(),
		Warnings:    w.warnings.cut(),
		BytesIn:     w.bytesIn.cut(),
		BytesOut:    w.bytesOut.cut(),
	}
	for i := range w.status {
		d.Status[i] = w.status[i].cut()
	}
	d.Failures = total(d.Failed)
	d.Requests = total(d.OK) + d.Failures
	empty := d.Requests == 0 && d.Interrupted == 0 && d.Warnings == 0 && d.BytesIn == 0 && d.BytesOut == 0 &&
		len(d.Scheduled.Buckets) == 0 && d.Status == [6]int64{}
	return d, !empty
}

func total(s load.SparseHist) (n int64) {
	for _, b := range s.Buckets {
		n += int64(b.Count)
	}
	return n
}

func (l *Load) cut() load.LoadDelta {
	users := l.users.Load()
	return load.LoadDelta{
		Scenario: l.Scenario,
		Users:    int(users),
		Peak:     int(max(l.peak.Swap(users), users)),
		Target:   int(l.target.Load()),
		Started:  l.started.cut(),
		Late:     l.late.cut(),
		Dropped:  l.dropped.cut(),
		Waiting:  l.waiting.cut(),
		Left:     l.left.cut(),
	}
}

// Join is two adjacent intervals as one: what is kept when reports cannot be
// delivered for long. Both must have row numbers of the same recorder.
func Join(a, b load.Interval) load.Interval {
	out := b
	out.From = a.From
	out.Rows = joinRows(a.Rows, b.Rows)
	out.Loads = joinLoads(a.Loads, b.Loads)
	out.Metrics = joinMetrics(a.Metrics, b.Metrics)
	out.Counters = a.Counters
	out.Counters.Add(&b.Counters)
	out.CPU = max(a.CPU, b.CPU)
	out.Memory = max(a.Memory, b.Memory)
	out.Lag = max(a.Lag, b.Lag)
	return out
}

func joinRows(a, b []load.RowDelta) []load.RowDelta {
	at := make(map[int]int, len(a))
	out := append([]load.RowDelta(nil), a...)
	for i, d := range out {
		at[d.Row] = i
	}
	for _, d := range b {
		i, ok := at[d.Row]
		if !ok {
			out = append(out, d)
			continue
		}
		o := &out[i]
		o.Requests += d.Requests
		o.Failures += d.Failures
		o.Interrupted += d.Interrupted
		o.Warnings += d.Warnings
		o.BytesIn += d.BytesIn
		o.BytesOut += d.BytesOut
		o.OK = joinHist(o.OK, d.OK)
		o.Failed = joinHist(o.Failed, d.Failed)
		o.Scheduled = joinHist(o.Scheduled, d.Scheduled)
		for k := range o.Status {
			o.Status[k] += d.Status[k]
		}
	}
	return out
}

func joinHist(a, b load.SparseHist) load.SparseHist {
	if len(a.Buckets) == 0 {
		return b
	}
	if len(b.Buckets) == 0 {
		return a
	}
	return load.SparseHist{
		Sum: a.Sum + b.Sum, Min: min(a.Min, b.Min), Max: max(a.Max, b.Max),
		Buckets: load.MergeBuckets(a.Buckets, b.Buckets),
	}
}

func joinLoads(a, b []load.LoadDelta) []load.LoadDelta {
	out := append([]load.LoadDelta(nil), b...)
	for i := range out {
		for _, d := range a {
			if d.Scenario == out[i].Scenario {
				out[i].Peak = max(out[i].Peak, d.Peak)
				out[i].Started += d.Started
				out[i].Late += d.Late
				out[i].Dropped += d.Dropped
				out[i].Waiting += d.Waiting
				out[i].Left += d.Left
			}
		}
	}
	return out
}
