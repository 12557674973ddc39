package run

import (
	"time"

	"github.com/locust-http/locust-http/load"
)

// Live is how a run is doing: rates are of the last full second that all live workers
// have reported, percentiles of the last five, totals of the whole run. Times are in ms.
type Live struct {
	State    load.State    `json:"state"`
	Reason   string        `json:"reason"` // Why in English
	Why      []load.Reason `json:"why"`
	Degraded bool          `json:"degraded"`
	Elapsed  float64       `json:"elapsed"` // run time; 0 before time zero
	Total    float64       `json:"total"`   // run time at which the load ends by itself; 0: never

	Users  int `json:"users"`
	Target int `json:"target"` // users that the profile asks for

	RPS      float64 `json:"rps"`
	Failing  float64 `json:"failing"` // failed requests per second
	Requests int64   `json:"requests"`
	Failures int64   `json:"failures"`
	P50      float64 `json:"p50"`
	P95      float64 `json:"p95"`
	P99      float64 `json:"p99"`

	// Scenarios are the loads one by one, in the order of the plan.
	Scenarios []LiveScenario `json:"scenarios"`

	// Files is how far the plan's files have got to the workers; null without files.
	Files *FileProgress `json:"files"`

	Workers int `json:"workers"` // that take part and are heard of
	Suspect int `json:"suspect"` // of Workers: silent for over 3 s
	Lost    int `json:"lost"`
}

// LiveScenario is how one load is doing.
type LiveScenario struct {
	Scenario string  `json:"scenario"` // empty in a plan without scenarios
	StartAt  float64 `json:"start_at"` // run time at which it begins
	Total    float64 `json:"total"`    // run time at which it ends by itself; 0: never
	Users    int     `json:"users"`
	Target   int     `json:"target"`
}

// liveWindow is how many seconds the percentiles of Live are of.
const liveWindow = 5

func (c *conductor) live() Live {
	l := Live{State: c.state, Why: c.why(), Degraded: c.degraded(), Total: ms(c.changes.length())}
	l.Reason = load.TextOf(l.Why)
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
	}
	l.Scenarios = c.liveScenarios()
	for _, s := range l.Scenarios {
		l.Users += s.Users
	}
	l.Files = c.fileProgress()
	for k, r := range c.stats.rows {
		if k.Kind == load.StepRow {
			l.Requests += r.requests
			l.Failures += r.failures
		}
	}
	if last := c.series.last(&l, c.upTo(0)); last >= 0 {
		for i := range l.Scenarios {
			l.Target += c.absent(i, last)
		}
	}
	if c.loaded && c.allEnded() {
		// Nothing is sent any more, whatever the last second of the load was like.
		l.RPS, l.Failing, l.Target = 0, 0, 0
	}
	return l
}

func (c *conductor) liveScenarios() []LiveScenario {
	out := make([]LiveScenario, len(c.changes.loads))
	for i, s := range c.shape.loads {
		now := c.changes.loads[i]
		out[i] = LiveScenario{Scenario: s.name, StartAt: ms(s.startAt)}
		if l := now.profile.Length(); l > 0 {
			out[i].Total = ms(now.startAt + l)
		}
		for _, m := range c.members {
			if m.users != nil && !m.final && !m.gone() {
				out[i].Users += m.users[i]
				if !m.ended {
					out[i].Target += m.targets[i]
				}
			}
		}
		out[i].Target += c.absent(i, int(c.elapsed()/time.Second))
	}
	return out
}

// absent is how many users a load asks for at the end of a second that lost workers should
// have had and have told nothing of: the target of a run does not shrink with its workers.
// Of arrivals nobody can say it; their users are as many as it takes.
func (c *conductor) absent(scenario, sec int) (users int) {
	s := c.changes.loads[scenario]
	at := time.Duration(sec+1) * time.Second
	over := c.feed.stopped > 0 && at > c.feed.stopped || s.profile.Length() > 0 && at > s.startAt+s.profile.Length()
	if s.profile.Model == load.ArrivalsModel || at < s.startAt || over {
		return 0
	}
	for _, m := range c.members {
		if m.gone() && !m.final && !m.ended && m.upTo < at {
			users += s.profile.Share(m.index, len(c.members)).Users(at - s.startAt)
		}
	}
	return users
}

// elapsed is the run time, which stops with the run.
func (c *conductor) elapsed() time.Duration {
	if !c.ended.IsZero() {
		return max(c.ended.Sub(c.t0), 0)
	}
	return max(time.Since(c.t0), 0)
}

// last fills in what the last seconds before to were like, and says which was the last
// one; -1: there is none.
func (s *series) last(l *Live, to time.Duration) int {
	n := min(len(s.points), int(to/(time.Duration(s.step)*time.Second)))
	if n == 0 {
		return -1
	}
	p := &s.points[n-1]
	l.RPS = float64(p.requests) / float64(s.step)
	l.Failing = float64(p.failures) / float64(s.step)
	l.Target = int(total(p.targets))
	var sum []load.Bucket
	for i := max(0, n-liveWindow); i < n; i++ {
		sum = load.MergeBuckets(sum, s.points[i].buckets)
	}
	if len(sum) > 0 {
		l.P50, l.P95, l.P99 = bucketQuantile(sum, 0.5), bucketQuantile(sum, 0.95), bucketQuantile(sum, 0.99)
	}
	return n*s.step - 1
}
