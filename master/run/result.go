package run

import (
	"maps"
	"math"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Queued is the result of a run that waits for its workers, or has not begun.
func Queued(s Spec) load.Result {
	r := header(s)
	r.State = load.StateQueued
	return r
}

// header is a result with no numbers.
func header(s Spec) load.Result {
	r := load.NewResult(s.ID)
	r.Revision, r.Name, r.Note, r.Environment = s.Revision, s.Name, s.Note, s.Environment
	if s.Plan != nil {
		r.Plan = s.Plan.Name
		for _, t := range s.Plan.Run.Tags {
			r.Tags[t.Name] = t.Value
		}
	}
	maps.Copy(r.Tags, s.Tags)
	return r
}

// result is how the run stands.
func (c *conductor) result() load.Result {
	r := header(c.spec)
	r.State, r.Why, r.Degraded = c.state, c.why(), c.degraded()
	r.Reason = load.TextOf(r.Why)
	if !c.t0.IsZero() {
		t0 := c.t0.Round(0).UTC()
		r.StartedAt = &t0
	}
	if !c.ended.IsZero() {
		ended := c.ended.Round(0).UTC()
		r.EndedAt = &ended
	}
	end := c.loadEnd()
	measured := c.shape.window.cut(end)
	r.Measured = load.Measured{From: ms(measured.from), To: ms(measured.to)}
	r.Measurement = c.measurement()
	for _, w := range c.members {
		r.Workers = append(r.Workers, w.result())
	}
	for i := range c.shape.loads {
		r.Load = append(r.Load, c.loadResult(i))
	}
	c.stats.fill(&r, measured.length())
	r.Stages = c.stats.stages.results(end)
	r.Data = c.dataResults()
	if c.t0.IsZero() {
		return r
	}
	r.Thresholds = c.judge(measured.length())
	if r.State.Terminal() {
		r.Result = verdict(r.Thresholds)
	}
	return r
}

// why is what is to be said of how the run stands.
func (c *conductor) why() []load.Reason {
	out := []load.Reason{}
	if c.cause != nil && c.cause.why.Text != "" {
		out = append(out, c.cause.why)
	}
	return append(out, c.stats.notes...)
}

// degraded is true when numbers of some worker, or of some stretch of time, are missing.
func (c *conductor) degraded() bool {
	for _, m := range c.members {
		if m.wasLost && !m.final || m.gone() && !m.final || m.reason == load.ReasonSilence {
			return true
		}
	}
	return c.series.gaps(c.upTo(0))
}

// loadEnd is the run time up to which there is a load: until now, or until it ended.
// That is when the load was to end, or when the last request did, whichever is later;
// user_stop and teardown do not count.
func (c *conductor) loadEnd() time.Duration {
	if c.t0.IsZero() {
		return 0
	}
	elapsed := max(time.Since(c.t0), 0)
	planned := c.changes.length()
	if planned == 0 {
		planned = math.MaxInt64
	}
	if c.cause != nil {
		elapsed = min(elapsed, c.askedAt)
	}
	if c.cause != nil && c.cause.state == load.StateCompleted && c.askedAt < planned-MaxClockError {
		// Its iterations or its data are used up: the end of the load is the last request.
		return c.stats.lastActive
	}
	return max(min(elapsed, planned), c.stats.lastActive)
}

// upTo is the run time up to which all workers that have a load and are live have
// reported, and no later than limit (0: none).
func (c *conductor) upTo(limit time.Duration) time.Duration {
	if limit <= 0 {
		limit = math.MaxInt64
	}
	low, high := time.Duration(math.MaxInt64), time.Duration(0)
	for _, m := range c.members {
		high = max(high, m.upTo)
		if !m.gone() && !m.final && !m.ended {
			low = min(low, m.upTo)
		}
	}
	return min(low, high, limit)
}

func (m *member) result() load.WorkerResult {
	r := load.WorkerResult{
		ID: m.ID, Host: m.Host, Requests: m.requests, CPUMax: m.cpuMax, MemMax: m.memMax,
		Lost: m.gone() && !m.final, Why: m.trouble,
	}
	for _, n := range m.users {
		r.Users += n
	}
	if m.final {
		r.Users, r.Why = 0, nil
	}
	if r.Why == nil && m.reason != "" && m.reason != load.ReasonCompleted && m.reason != load.ReasonStopped {
		why := m.ending()
		r.Why = &why
	}
	if r.Why != nil {
		r.Reason = r.Why.String()
	}
	return r
}

func (c *conductor) loadResult(i int) load.LoadResult {
	s, t := &c.shape.loads[i], c.stats.totals[i]
	return load.LoadResult{
		Scenario: s.name, Model: s.profile.Model, PeakUsers: c.series.peakUsers(i),
		Started: t.started, Late: t.late, Dropped: t.dropped, Waiting: t.waiting,
	}
}

// fill sets all that comes from the totals.
func (s *statistics) fill(r *load.Result, measured time.Duration) {
	u := &s.counters.Unsent
	r.Attempts, r.Redirects, r.Sent = s.counters.Attempts, s.counters.Redirects, s.counters.Sent()
	r.Skipped, r.Reconnects = s.counters.Skipped, s.counters.Reconnects
	r.Unsent = load.UnsentResult{
		DNS: u[load.UnsentDNS], Connect: u[load.UnsentConnect], TLS: u[load.UnsentTLS],
		Local: u[load.UnsentLocal], Script: u[load.UnsentScript], Variable: u[load.UnsentVariable],
		Partly: u[load.UnsentPartly], Interrupted: u[load.UnsentInterrupted],
	}
	var total, totalOK, scheduled load.Hist
	var requests int64 // in the measured window
	for _, row := range s.sorted() {
		switch row.key.Kind {
		case load.TransactionRow:
			r.Transactions = append(r.Transactions, row.transaction(measured))
			scheduled.Merge(&row.scheduled)
			continue
		case load.GroupRow:
			r.Groups = append(r.Groups, row.group(measured))
			continue
		case load.LifecycleRow:
			r.Lifecycle.Requests += row.requests
			r.Lifecycle.Failures += row.failures
			r.Lifecycle.Interrupted += row.interrupted
		case load.StepRow:
			r.Total.Requests += row.requests
			requests += row.measured.requests
			r.Total.Failures += row.failures
			r.Total.Interrupted += row.interrupted
			r.Total.BytesIn += row.bytesIn
			r.Total.BytesOut += row.bytesOut
			totalOK.Merge(&row.ok)
			total.Merge(&row.failed)
		}
		r.Steps = append(r.Steps, row.step(measured))
	}
	r.Metrics = s.metrics.results()
	total.Merge(&totalOK)
	r.Total.RPS = rate(requests, measured)
	r.Total.Latency, r.Total.LatencyOK = latency(&total), latency(&totalOK)
	r.Total.LatencyScheduled = scheduledLatency(&scheduled)
	for _, g := range s.sortedGroups() {
		r.Errors = append(r.Errors, g.result())
	}
}

// all is the latency of successes and failures together.
func (r *row) all() *load.Hist {
	if r.failed.Count == 0 {
		return &r.ok
	}
	var h load.Hist
	h.Merge(&r.ok)
	h.Merge(&r.failed)
	return &h
}

func (r *row) transaction(measured time.Duration) load.TransactionResult {
	return load.TransactionResult{
		Scenario: r.key.Scenario, Name: r.key.Transaction,
		Count: r.requests, Failures: r.failures, Interrupted: r.interrupted,
		RPS: rate(r.measured.requests, measured), Latency: latency(r.all()), LatencyOK: latency(&r.ok),
		LatencyScheduled: scheduledLatency(&r.scheduled),
	}
}

func (r *row) group(measured time.Duration) load.GroupResult {
	return load.GroupResult{
		Scenario: r.key.Scenario, Transaction: r.key.Transaction, Name: r.key.Step,
		Count: r.requests, Failures: r.failures, Interrupted: r.interrupted,
		RPS: rate(r.measured.requests, measured), Latency: latency(r.all()), LatencyOK: latency(&r.ok),
	}
}

var statusNames = [6]string{"none", "1xx", "2xx", "3xx", "4xx", "5xx"}

func (r *row) step(measured time.Duration) load.StepResult {
	status := map[string]int64{}
	for i, n := range r.status {
		if n > 0 {
			status[statusNames[i]] = n
		}
	}
	return load.StepResult{
		Scenario: r.key.Scenario, Transaction: r.key.Transaction, Name: r.key.Step,
		Requests: r.requests, Failures: r.failures, Interrupted: r.interrupted, Warnings: r.warnings,
		RPS: rate(r.measured.requests, measured), BytesIn: r.bytesIn, BytesOut: r.bytesOut, Status: status,
		Latency: latency(r.all()), LatencyOK: latency(&r.ok),
	}
}

func (g *group) result() load.ErrorResult {
	e := g.summary()
	e.Samples = append(e.Samples, g.samples...)
	return e
}

// summary is g without its samples.
func (g *group) summary() load.ErrorResult {
	e := load.ErrorResult{
		Scenario: g.row.Scenario, Transaction: g.row.Transaction, Step: g.row.Step,
		Class: g.class, Rule: g.rule, Count: g.count,
		FirstSeen: ms(g.first), LastSeen: ms(g.last), Workers: append([]string{}, g.workers...),
		Samples: []load.SampleResult{},
	}
	if len(g.samples) > 0 {
		e.Message = g.samples[0].Message
	}
	return e
}

func latency(h *load.Hist) load.Latency {
	if h.Count == 0 {
		return load.Latency{}
	}
	q := func(x float64) float64 { return float64(h.Quantile(x)) / 1000 }
	return load.Latency{
		Min: float64(h.Min) / 1000, Mean: math.Round(h.Mean()) / 1000, Max: float64(h.Max) / 1000,
		P50: q(0.5), P90: q(0.9), P95: q(0.95), P99: q(0.99), P999: q(0.999),
	}
}

func scheduledLatency(h *load.Hist) *load.Latency {
	if h.Count == 0 {
		return nil
	}
	l := latency(h)
	return &l
}

// rate is n per second of d, to a thousandth.
func rate(n int64, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return math.Round(float64(n)/d.Seconds()*1000) / 1000
}
