package run

import (
	"time"

	"github.com/locust-http/locust-http/load"
)

// Live is how a run is doing: rates are of the last full second that all live workers
// have reported, percentiles of the last five, totals of the whole run. Times are in ms.
type Live struct {
	State    load.State `json:"state"`
	Reason   string     `json:"reason"`
	Degraded bool       `json:"degraded"`
	Elapsed  float64    `json:"elapsed"` // run time; 0 before time zero
	Total    float64    `json:"total"`   // run time at which the load ends by itself; 0: never

	Users  int `json:"users"`
	Target int `json:"target"` // users that the profile asks for

	RPS      float64 `json:"rps"`
	Failing  float64 `json:"failing"` // failed requests per second
	Requests int64   `json:"requests"`
	Failures int64   `json:"failures"`
	P50      float64 `json:"p50"`
	P95      float64 `json:"p95"`
	P99      float64 `json:"p99"`

	Workers int `json:"workers"` // that take part and are heard of
	Suspect int `json:"suspect"` // of Workers: silent for over 3 s
	Lost    int `json:"lost"`
}

// liveWindow is how many seconds the percentiles of Live are of.
const liveWindow = 5

func (c *conductor) live() Live {
	l := Live{State: c.state, Reason: c.reason(), Degraded: c.degraded(), Total: ms(c.changes.length())}
	if !c.t0.IsZero() {
		l.Elapsed = ms(c.elapsed())
	}
	for _, m := range c.members {
		switch {
		case m.gone() && !m.final:
			l.Lost++
			continue
		case m.suspect():
			l.Suspect++
		}
		l.Workers++
		if !m.final {
			for _, n := range m.users {
				l.Users += n
			}
		}
	}
	for k, r := range c.stats.rows {
		if k.Kind == load.StepRow {
			l.Requests += r.requests
			l.Failures += r.failures
		}
	}
	c.series.last(&l, c.upTo(0))
	return l
}

// elapsed is the run time, which stops with the run.
func (c *conductor) elapsed() time.Duration {
	if !c.ended.IsZero() {
		return max(c.ended.Sub(c.t0), 0)
	}
	return max(time.Since(c.t0), 0)
}

// last fills in what the last seconds before to were like.
func (s *series) last(l *Live, to time.Duration) {
	n := min(len(s.points), int(to/(time.Duration(s.step)*time.Second)))
	if n == 0 {
		return
	}
	p := &s.points[n-1]
	l.RPS = float64(p.requests) / float64(s.step)
	l.Failing = float64(p.failures) / float64(s.step)
	l.Target = int(p.target)
	var sum []load.Bucket
	for i := max(0, n-liveWindow); i < n; i++ {
		sum = load.MergeBuckets(sum, s.points[i].buckets)
	}
	if len(sum) > 0 {
		l.P50, l.P95, l.P99 = bucketQuantile(sum, 0.5), bucketQuantile(sum, 0.95), bucketQuantile(sum, 0.99)
	}
}
