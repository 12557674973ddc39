package runtest

import (
	"time"

	"github.com/locust-http/locust-http/load"
)

// rows are those of every report: one transaction with one step for each share.
func (s *Session) rows() []load.RowKey {
	if s.w.Play != nil {
		return s.w.Play.Rows()
	}
	var keys []load.RowKey
	for _, sh := range s.job.Shares {
		keys = append(keys,
			load.RowKey{Kind: load.TransactionRow, Scenario: sh.Scenario, Transaction: "browse"},
			load.RowKey{Kind: load.StepRow, Scenario: sh.Scenario, Transaction: "browse", Step: "list"})
	}
	return keys
}

// make is the next report: all whole seconds since the last one, and the rest of the
// load when it has ended.
func (s *Session) make() *load.Report {
	s.seq++
	r := &load.Report{Seq: s.seq, Rows: s.rows(), Phase: load.Waiting}
	if !s.t0.IsZero() {
		r.Phase = load.Running
		now := s.now()
		if s.end >= 0 && now >= s.end && !s.w.Deaf {
			now, s.ended = s.end, true
		}
		s.fill(r, now)
	}
	if s.finish && !s.t0.IsZero() && !s.ended {
		s.ended, s.reason = true, "stopped"
		s.fill(r, s.now())
	}
	if s.ended {
		r.Phase, r.Ended, r.Reason = load.Ended, true, s.reason
	}
	r.Final = s.finish
	for _, d := range s.decks {
		r.Data = append(r.Data, d.state())
	}
	return r
}

func (s *Session) fill(r *load.Report, now time.Duration) {
	if !s.ended {
		now = now.Truncate(time.Second)
	}
	for s.upTo < now {
		to := min(s.upTo.Truncate(time.Second)+time.Second, now)
		for _, mark := range s.job.Marks {
			if mark > s.upTo {
				to = min(to, mark)
			}
		}
		r.Intervals = append(r.Intervals, s.interval(s.upTo, to, r))
		s.upTo = to
	}
}

func (s *Session) interval(from, to time.Duration, r *load.Report) load.Interval {
	part := func(n int64) int64 {
		in := func(t time.Duration) int64 { return int64(t) * n / int64(time.Second) }
		return in(to) - in(from)
	}
	for _, d := range s.decks {
		d.deal(part(d.PerSecond))
	}
	iv := load.Interval{From: from, To: to, CPU: 0.25, Memory: 1 << 20}
	shares := s.job.Shares
	if s.w.Play != nil {
		shares = s.loads
	}
	for i, sh := range shares {
		users := sh.Profile.Users(to - sh.StartAt)
		l := load.LoadDelta{Scenario: sh.Scenario, Users: users, Target: users}
		if s.w.Play != nil {
			l.Started = s.w.Play.Count(&iv, r, &s.job, users)
		} else if sh.Scenario == "" || active(sh, from) {
			l.Started = s.count(&iv, r, i, part(s.w.PerSecond), part(s.w.Failing))
		}
		iv.Loads = append(iv.Loads, l)
	}
	return iv
}

// active says whether a share of several has a load at t.
func active(sh load.Share, t time.Duration) bool {
	length := sh.Profile.Length()
	return t >= sh.StartAt && (length == 0 || t < sh.StartAt+length)
}

// count adds what share i did.
func (s *Session) count(iv *load.Interval, r *load.Report, i int, n, failed int64) int64 {
	s.sent.Requests += n
	s.sent.Failures += failed
	d := load.RowDelta{Row: 2 * i, Requests: n, Failures: failed, OK: s.hist(n - failed), Failed: s.hist(failed)}
	step := d
	step.Row, step.BytesIn, step.BytesOut = 2*i+1, 100*n, 50*n
	step.Status[2], step.Status[5] = n-failed, failed
	iv.Counters.Attempts += n
	if n > 0 {
		iv.Rows = append(iv.Rows, d, step)
	}
	if failed > 0 {
		r.Errors = append(r.Errors, load.ErrorDelta{
			Row: step.Row, Class: load.ClassStatus, Rule: "500", Count: failed,
			First: iv.From, Last: iv.From, Seconds: []load.SecondCount{{At: int(iv.From / time.Second), Count: failed}},
			Samples: []load.Sample{{At: iv.From, User: 1, Worker: s.job.Worker, Status: 500, Message: "got 500"}},
		})
	}
	return n
}

func (s *Session) hist(n int64) load.SparseHist {
	if n == 0 {
		return load.SparseHist{}
	}
	l := s.w.Latency
	if l == 0 {
		l = 10 * time.Millisecond
	}
	us := l.Microseconds()
	return load.SparseHist{
		Sum: us * n, Min: us, Max: us,
		Buckets: []load.Bucket{{Index: uint16(load.BucketOf(us)), Count: uint32(n)}},
	}
}
