package scripted

import (
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Past tells a run of so many seconds that is over, feed by feed, a minute each.
func (s *Story) Past(seconds int, began time.Time, tell func(*load.Feed) error) error {
	seq := int64(0)
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
			f.Seconds = append(f.Seconds, s.second(at, seconds))
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
	return nil
}

// second is one second of the past, by all workers.
func (s *Story) second(at, of int) load.Second {
	users := min(30, 4+at/2)
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
