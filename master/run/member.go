package run

import (
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// member is a worker of the run as the owner sees it.
type member struct {
	Member
	index   int
	session load.Session // nil until prepared

	seq   uint64        // last report merged
	upTo  time.Duration // run time up to which it has reported
	heard time.Time
	phase load.Phase

	going   bool          // it has taken the order to go
	ended   bool          // its load is over
	endedAt time.Duration // run time of that
	reason  string        // why its load is over
	abort   *load.Reason  // the same where it has asked for the end of the run; else nil
	final   bool          // its last report is merged
	lost    bool          // silent for LostAfter; may come back
	broken  bool          // its session is over for good; never comes back
	wasLost bool
	trouble *load.Reason // what is wrong with it; nil: nothing is
	// saidSuspect: its silence is among the events.
	saidSuspect bool

	files  sending
	clock  clock
	lateGo time.Duration // by how much its start order came too late

	requests int64
	owed     []load.Change // changes that it has not been told of
	telling  bool          // it is being told
	users    []int         // now, by scenario
	targets  []int         // what the profile asks for now, by scenario
	gauge    gauge
	cpuMax   float64
	memMax   int64
	hot      time.Duration // stretch of CPU over hotCPU that is going on
	hottest  time.Duration // longest such stretch
	lagMax   time.Duration
}

// gone is true when nothing can be asked of m now.
func (m *member) gone() bool { return m.lost || m.broken }

// report merges one report. One that is already merged, or too early, changes nothing.
func (c *conductor) report(m *member, r *load.Report) {
	if m.broken {
		return
	}
	if r.Seq != m.seq+1 {
		c.hear(m)
		m.session.Ack(m.seq)
		return
	}
	if err := c.stats.check(r, c.latest()); err != nil {
		c.spec.Log.Error("malformed report", "run", c.spec.ID, "worker", m.ID, "error", err)
		m.session.Stop(true)
		c.breakOff(m, load.Reason{Code: load.WhyBadReport, Text: "sent a malformed report", Of: []load.Reason{load.ReasonOf(err)}})
		return
	}
	c.hear(m)
	c.merge(m, r)
	m.seq = r.Seq
	m.session.Ack(m.seq)
	m.phase = r.Phase
	if err := c.dealing.heard(m, r.Data); err != nil {
		m.session.Stop(true)
		c.breakOff(m, load.Reason{Code: load.WhyBadRows, Text: clip(err.Error(), load.MaxMessage)})
		return
	}
	if r.Ended && !m.ended {
		m.ended, m.endedAt, m.reason = true, m.upTo, clip(r.Reason, load.MaxMessage)
	}
	m.final = m.final || r.Final
	if r.Abort != nil {
		m.abort = r.Abort
		c.end(load.StateAborted, *r.Abort)
	}
	c.deal()
}

// latest is the largest run time that a report may speak of now.
func (c *conductor) latest() time.Duration {
	if c.t0.IsZero() {
		return 0
	}
	// Clocks differ a little, and an interval may be announced as it begins.
	return max(time.Since(c.t0), 0) + time.Minute
}

func (c *conductor) merge(m *member, r *load.Report) {
	c.stats.merge(r, m.ID)
	for i := range r.Intervals {
		iv := &r.Intervals[i]
		c.series.add(iv, r.Rows, &c.shape, &m.gauge)
		if c.spec.Watched {
			c.feed.add(iv, m.ID, func(row int) load.RowKey { return c.stats.row(r.Rows[row]).key }, &c.shape)
		}
		m.observe(iv, r.Rows, &c.shape)
	}
	c.feed.squeeze()
	c.say(m, r.Logs)
	c.feed.tell()
}

// hotCPU is the share of a machine above which an engine measures itself.
const hotCPU = 0.9

// shortest is the interval below which a share of CPU says nothing: the last one of a
// run can be of a few milliseconds.
const shortest = 500 * time.Millisecond

func (m *member) observe(iv *load.Interval, rows []load.RowKey, sh *shape) {
	m.upTo = max(m.upTo, iv.To)
	for i := range iv.Rows {
		if rows[iv.Rows[i].Row].Kind == load.StepRow {
			m.requests += iv.Rows[i].Requests
		}
	}
	if m.users == nil {
		m.users, m.targets = make([]int, len(sh.loads)), make([]int, len(sh.loads))
	}
	for _, l := range iv.Loads {
		i := sh.scenario(l.Scenario)
		m.users[i], m.targets[i] = l.Users, l.Target
	}
	m.memMax = max(m.memMax, iv.Memory)
	m.lagMax = max(m.lagMax, iv.Lag)
	if iv.To-iv.From < shortest {
		return
	}
	m.cpuMax = max(m.cpuMax, iv.CPU)
	if iv.CPU > hotCPU {
		m.hot += iv.To - iv.From
		m.hottest = max(m.hottest, m.hot)
	} else {
		m.hot = 0
	}
}

// hear notes that m is alive.
func (c *conductor) hear(m *member) {
	m.heard = time.Now()
	if m.lost {
		m.lost, m.trouble = false, nil
		c.happened(load.Event{Kind: load.EventWorkerReturned, Worker: m.ID})
		c.spec.Log.Info("worker is back", "run", c.spec.ID, "worker", m.ID)
	}
}

// excuse leaves out of everybody's silence what was our own: a process that stood
// still (paused, starved, on a laptop that was shut) has heard nobody and knows nothing.
func (c *conductor) excuse() {
	now := time.Now()
	if stood := now.Sub(c.looked) - time.Second; !c.looked.IsZero() && stood > time.Second {
		c.spec.Log.Warn("this process stood still", "run", c.spec.ID, "for", stood)
		for _, m := range c.members {
			m.heard = m.heard.Add(stood)
		}
	}
	c.looked = now
}

// listen notes that m has been silent for too long.
func (c *conductor) listen(m *member) {
	if m.session == nil || m.gone() || m.final || time.Since(m.heard) < LostAfter {
		return
	}
	m.trouble = &load.Reason{Code: load.WhyNoReport, Params: load.Params{"seconds": LostAfter.Seconds()}, Text: "no report for " + LostAfter.String()}
	c.spec.Log.Warn("worker is lost", "run", c.spec.ID, "worker", m.ID)
	c.lose(m)
	m.lost = true
}

// suspect is true when m has been silent for a while.
func (m *member) suspect() bool {
	return m.session != nil && !m.gone() && !m.final && time.Since(m.heard) >= SuspectAfter
}

// closed notes that m's reports have come to an end.
func (c *conductor) closed(m *member, err error) {
	if m.final || m.broken {
		return
	}
	reason := load.Reason{Code: load.WhyNoLastReport, Text: "its session ended without a last report"}
	if err != nil {
		reason = load.ReasonOf(err)
	}
	c.breakOff(m, reason)
}

// breakOff notes that m takes no further part. What a lost one is in trouble for stays
// what it was lost for: that its session ends in the end follows from it.
func (c *conductor) breakOff(m *member, why load.Reason) {
	if !m.lost {
		m.trouble = &why
	}
	c.spec.Log.Warn("worker is out of the run", "run", c.spec.ID, "worker", m.ID, "reason", why)
	c.lose(m)
	m.broken = true
	c.lookAfterLosses()
}

// giveUp notes that m is not waited for any longer.
func (c *conductor) giveUp(m *member, why load.Reason) {
	if m.trouble != nil {
		why.Of = []load.Reason{*m.trouble}
	}
	m.trouble = &why
	c.spec.Log.Warn("worker given up", "run", c.spec.ID, "worker", m.ID, "reason", why)
	c.lose(m)
	m.lost = true
}

// lose tells those who watch that m is not there any more, once until it is back.
func (c *conductor) lose(m *member) {
	m.wasLost = true
	if m.gone() {
		return
	}
	users := 0
	for _, n := range m.users {
		users += n
	}
	c.happened(load.Event{Kind: load.EventWorkerLost, Worker: m.ID, Why: m.trouble, From: float64(users)})
}

// maxNamed is how many lost workers are named in the reason of an end.
const maxNamed = 20

// lookAfterLosses ends the run when the load cannot go on.
func (c *conductor) lookAfterLosses() {
	if c.cause != nil || c.state == load.StatePreparing {
		return
	}
	var gone []load.Reason
	live := 0
	for _, m := range c.members {
		switch {
		case !m.gone():
			live++
		case !m.final:
			gone = append(gone, m.trouble.Worker(m.ID))
		}
	}
	if more := len(gone) - maxNamed; more > 0 {
		gone = append(gone[:maxNamed], load.MoreWorkers(more))
	}
	switch {
	case len(gone) == 0 || c.allFinal():
	case live == 0:
		c.end(load.StateFailed, load.Reason{Code: load.WhyWorkersLost, Text: "all workers are lost", Of: gone})
	case c.shape.onLoss == "abort":
		c.end(load.StateAborted, load.Reason{Code: load.WhyOnWorkerLoss, Text: "on_worker_loss: abort", Of: gone})
	}
}

func (c *conductor) allFinal() bool {
	for _, m := range c.members {
		if !m.final {
			return false
		}
	}
	return true
}

// allEnded is true when no load is left that could be waited for.
func (c *conductor) allEnded() bool {
	for _, m := range c.members {
		if m.going && !m.ended && !m.gone() {
			return false
		}
	}
	return true
}

// restIdle is true when every load that is left is one without users. A worker that was
// given none has nothing that could end by itself: it waits for a change of the load,
// which is worth waiting for only as long as the others play.
func (c *conductor) restIdle() bool {
	ended := false
	for _, m := range c.members {
		switch {
		case !m.going || m.gone():
		case m.ended:
			ended = true
		case !c.idle(m):
			return false
		}
	}
	return ended || c.allEnded()
}

// idle is true when m has no users, and is to have none in what its loads have left.
func (c *conductor) idle(m *member) bool {
	for i, s := range c.changes.loads {
		if m.users != nil && m.users[i] > 0 {
			return false
		}
		t := time.Since(c.t0) - s.startAt
		if end := s.profile.Length(); end > 0 && t >= end {
			continue
		}
		if tail(s.profile, t).Share(m.index, len(c.members)).PeakUsers() > 0 {
			return false
		}
	}
	return true
}

func (c *conductor) unended() string {
	var ids []string
	for _, m := range c.members {
		if !m.ended {
			ids = append(ids, m.ID)
		}
	}
	return strings.Join(ids, ", ")
}

// naturalEnd is how a run ends whose workers have all ended by themselves.
func (c *conductor) naturalEnd() (load.State, load.Reason) {
	silent, live, why := 0, 0, load.Reason{}
	exhausted := false
	for _, m := range c.members {
		if !m.gone() || m.final {
			live++
		}
		switch m.reason {
		case "", load.ReasonCompleted, load.ReasonStopped:
		case load.ReasonSilence:
			silent++
		case load.ReasonDataExhausted:
			exhausted = true
		case load.ReasonUsersLeft:
			why = load.Reason{Code: load.WhyUsersLeft, Text: "every user has left: the steps that failed have on_failure: stop_user"}
		default:
			return load.StateAborted, m.ending()
		}
	}
	if silent > 0 && silent == live {
		return load.StateFailed, load.Reason{Code: load.WhyMasterSilent, Text: "workers stopped their load: they had not heard from the master"}
	}
	if exhausted {
		why = c.exhausted()
	}
	return load.StateCompleted, why
}

// ending is why the load of m is over, as it has said.
func (m *member) ending() load.Reason {
	why := load.Reason{Text: m.reason}
	switch {
	case m.abort != nil && m.abort.String() == m.reason:
		return *m.abort
	case m.reason == load.ReasonSilence, m.reason == load.ReasonUsersLeft, m.reason == load.ReasonDataExhausted:
		why.Code = m.reason
	}
	return why
}

// clip cuts s to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
