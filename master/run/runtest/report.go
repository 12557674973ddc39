package runtest

import (
	"time"

	"github.com/locust-http/locust-http/load"
)

// Rows of every report.
var rows = []load.RowKey{
	{Kind: load.TransactionRow, Transaction: "browse"},
	{Kind: load.StepRow, Transaction: "browse", Step: "list"},
}

// make is the next report: all whole seconds since the last one, and the rest of the
// load when it has ended.
func (s *Session) make() *load.Report {
	s.seq++
	r := &load.Report{Seq: s.seq, Rows: rows, Phase: load.Waiting}
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
	return r
}

func (s *Session) fill(r *load.Report, now time.Duration) {
	if !s.ended {
		now = now.Truncate(time.Second)
	}
	for s.upTo < now {
		to := min(s.upTo.Truncate(time.Second)+time.Second, now)
		r.Intervals = append(r.Intervals, s.interval(s.upTo, to, r))
		s.upTo = to
	}
}

func (s *Session) interval(from, to time.Duration, r *load.Report) load.Interval {
	part := func(n int64) int64 {
		in := func(t time.Duration) int64 { return int64(t) * n / int64(time.Second) }
		return in(to) - in(from)
	}
	n, failed := part(s.w.PerSecond), part(s.w.Failing)
	s.sent.Requests += n
	s.sent.Failures += failed
	d := load.RowDelta{Requests: n, Failures: failed, OK: s.hist(n - failed), Failed: s.hist(failed)}
	step := d
	step.Row, step.BytesIn, step.BytesOut = 1, 100*n, 50*n
	step.Status[2], step.Status[5] = n-failed, failed
	iv := load.Interval{From: from, To: to, Counters: load.Counters{Attempts: n}, CPU: 0.25, Memory: 1 << 20}
	if n > 0 {
		iv.Rows = []load.RowDelta{d, step}
	}
	for _, sh := range s.job.Shares {
		users := sh.Profile.Users(to - sh.StartAt)
		iv.Loads = append(iv.Loads, load.LoadDelta{Scenario: sh.Scenario, Users: users, Target: users, Started: n})
	}
	if failed > 0 {
		r.Errors = append(r.Errors, load.ErrorDelta{
			Row: 1, Class: load.ClassStatus, Rule: "500", Count: failed,
			Samples: []load.Sample{{At: from, User: 1, Worker: s.job.Worker, Status: 500, Message: "got 500"}},
		})
	}
	return iv
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
