package scripted

import (
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Past tells a run of so many seconds that is over, feed by feed, a minute each; r gets
// its numbers.
func (s *Story) Past(seconds int, began time.Time, r *load.Result, tell func(*load.Feed) error) error {
	seq := int64(0)
	sums := make([]sum, len(s.rows))
	event := func(at int, e load.Event) load.Event {
		seq++
		e.Seq, e.At, e.Second = seq, began.Add(time.Duration(at)*time.Second), float64(at)
		return e
	}
	for from := 0; from < seconds; from += 60 {
		f := &load.Feed{Rows: s.rows}
		if from == 0 {
			f.Events = append(f.Events, event(0, load.Event{Kind: load.EventState, Name: string(load.StateRunning)}))
		}
		for at := from; at < min(from+60, seconds); at++ {
			second := s.second(at)
			for _, row := range second.Rows {
				sums[row.Row].add(&row)
			}
			f.Seconds = append(f.Seconds, second)
			if at%Period == BurstFrom {
				f.Events = append(f.Events, event(at, load.Event{Kind: load.EventNote, Text: fmt.Sprint("burst ", at/Period+1)}))
			}
		}
		if from+60 >= seconds {
			f.Events = append(f.Events, event(seconds, load.Event{Kind: load.EventState, Name: string(load.StateCompleted)}))
		}
		if err := tell(f); err != nil {
			return err
		}
	}
	s.conclude(r, sums, seconds, began)
	return nil
}

// sum is one row of the whole run.
type sum struct {
	row load.RowSecond
	ok  load.Hist
	all load.Hist
}

func (x *sum) add(r *load.RowSecond) {
	x.row.Requests += r.Requests
	x.row.Failures += r.Failures
	x.row.BytesIn += r.BytesIn
	x.row.BytesOut += r.BytesOut
	ok, failed := known(r.OK), known(r.Failed)
	x.ok.Add(&ok)
	x.all.Add(&ok)
	x.all.Add(&failed)
}

// known is a histogram of which only the buckets are: its bounds and its sum are theirs.
func known(buckets []load.Bucket) load.SparseHist {
	h := load.SparseHist{Buckets: buckets}
	for i, b := range buckets {
		us := load.BucketHigh(int(b.Index))
		h.Sum += us * int64(b.Count)
		if i == 0 {
			h.Min = us
		}
		h.Max = us
	}
	return h
}

// conclude fills in the numbers of the whole run.
func (s *Story) conclude(r *load.Result, sums []sum, seconds int, began time.Time) {
	ended := began.Add(time.Duration(seconds) * time.Second)
	r.State, r.StartedAt, r.EndedAt, r.Result = load.StateCompleted, &began, &ended, load.Passed
	r.Measured = load.Measured{To: float64(seconds) * 1000}
	var total, ok load.Hist
	for i := range sums {
		x, key := &sums[i], s.rows[i]
		rps := float64(x.row.Requests) / float64(seconds)
		if key.Kind == load.TransactionRow {
			r.Transactions = append(r.Transactions, load.TransactionResult{
				Name: key.Transaction, Count: x.row.Requests, Failures: x.row.Failures, RPS: rps, Latency: latency(&x.all), LatencyOK: latency(&x.ok),
			})
			continue
		}
		r.Steps = append(r.Steps, load.StepResult{
			Transaction: key.Transaction, Name: key.Step, Requests: x.row.Requests, Failures: x.row.Failures, RPS: rps,
			BytesIn: x.row.BytesIn, BytesOut: x.row.BytesOut, Status: map[string]int64{}, Latency: latency(&x.all), LatencyOK: latency(&x.ok),
		})
		if x.row.Failures > 0 {
			r.Errors = append(r.Errors, load.ErrorResult{
				Transaction: key.Transaction, Step: key.Step, Class: load.ClassStatus, Rule: "503", Message: failure, Count: x.row.Failures,
				Samples: []load.SampleResult{{At: BurstFrom * 1000, User: 17, Worker: "w-1", Status: 503, Message: failure}},
			})
		}
		r.Total.Requests += x.row.Requests
		r.Total.Failures += x.row.Failures
		r.Total.BytesIn += x.row.BytesIn
		r.Total.BytesOut += x.row.BytesOut
		total.Merge(&x.all)
		ok.Merge(&x.ok)
	}
	r.Total.RPS = float64(r.Total.Requests) / float64(seconds)
	r.Total.Latency, r.Total.LatencyOK = latency(&total), latency(&ok)
	r.Attempts, r.Sent = r.Total.Requests, r.Total.Requests
	for w := range Workers {
		r.Workers = append(r.Workers, load.WorkerResult{ID: fmt.Sprint("w-", w+1), Host: fmt.Sprint("load-", w+1), Requests: r.Total.Requests / Workers})
	}
	r.Load = append(r.Load, load.LoadResult{Model: load.UsersModel, PeakUsers: peakUsers * Workers})
}

func latency(h *load.Hist) load.Latency {
	q := func(x float64) float64 { return float64(h.Quantile(x)) / 1000 }
	return load.Latency{
		Min: float64(h.Min) / 1000, Mean: h.Mean() / 1000, Max: float64(h.Max) / 1000,
		P50: q(0.5), P90: q(0.9), P95: q(0.95), P99: q(0.99), P999: q(0.999),
	}
}

// peakUsers is how many users each worker of a past run has in the end.
const peakUsers = 30

// second is one second of the past, by all workers.
func (s *Story) second(at int) load.Second {
	users := min(peakUsers, 4+at/2)
	out := load.Second{At: at, Reports: Workers}
	rows := map[int]*load.RowSecond{}
	total := load.LoadSecond{Target: users * Workers, Users: users * Workers}
	for w := range Workers {
		iv := load.Interval{From: time.Duration(at) * time.Second, To: time.Duration(at+1) * time.Second}
		total.Started += s.Count(&iv, new(load.Report), &load.Job{Index: w, Of: Workers}, users)
		own := load.WorkerSecond{Worker: fmt.Sprint("w-", w+1), Users: users, CPU: iv.CPU, Memory: iv.Memory, Lag: iv.Lag}
		for _, d := range iv.Rows {
			r := rows[d.Row]
			if r == nil {
				r = &load.RowSecond{Row: d.Row}
				rows[d.Row] = r
			}
			r.Requests += d.Requests
			r.Failures += d.Failures
			r.BytesIn += d.BytesIn
			r.BytesOut += d.BytesOut
			for i, n := range d.Status {
				r.Status[i] += n
			}
			r.OK, r.Failed = load.MergeBuckets(r.OK, d.OK.Buckets), load.MergeBuckets(r.Failed, d.Failed.Buckets)
			if s.rows[d.Row].Kind == load.StepRow {
				own.Requests += d.Requests
				own.Failures += d.Failures
			}
		}
		out.Workers = append(out.Workers, own)
	}
	for i := range s.rows {
		if r := rows[i]; r != nil {
			out.Rows = append(out.Rows, *r)
		}
	}
	out.Loads = []load.LoadSecond{total}
	return out
}
