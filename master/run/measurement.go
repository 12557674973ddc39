package run

import (
	"fmt"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Limits beyond which numbers are about the load hosts as much as about the target.
const (
	maxHot  = 10 * time.Second       // of CPU over hotCPU at a stretch
	maxLag  = 500 * time.Millisecond // of an engine's own clock
	maxLate = 0.01                   // share of starts
)

// findings collects reasons against a measurement.
type findings struct{ invalid, suspect []load.Reason }

func (f *findings) reject(code string, params load.Params, format string, args ...any) {
	f.invalid = append(f.invalid, load.Reason{Code: code, Params: params, Text: fmt.Sprintf(format, args...)})
}

func (f *findings) doubt(code string, params load.Params, format string, args ...any) {
	f.suspect = append(f.suspect, load.Reason{Code: code, Params: params, Text: fmt.Sprintf(format, args...)})
}

// measurement says how far the numbers can be believed. Invalid: they are not (only)
// about the target. Suspect: something is missing or less exact than it should be.
func (c *conductor) measurement() load.Measurement {
	var f findings
	c.stats.localFailures(&f)
	c.stats.addUp(&f)
	for _, m := range c.members {
		m.judge(&f)
	}
	for i := range c.shape.loads {
		c.judgeStarts(&f, i)
	}
	if c.state.Terminal() && !c.t0.IsZero() {
		c.shape.window.judge(&f, c.loadEnd())
	}
	if c.series.gaps(c.upTo(0)) {
		f.doubt(load.WhyGaps, nil, "no worker reported for some seconds of the run: the series has gaps")
	}
	out := load.Measurement{Verdict: load.Valid, Reasons: []string{}, Why: append(append([]load.Reason{}, f.invalid...), f.suspect...)}
	switch {
	case len(f.invalid) > 0:
		out.Verdict = load.Invalid
	case len(f.suspect) > 0:
		out.Verdict = load.Suspect
	}
	for _, why := range out.Why {
		out.Reasons = append(out.Reasons, why.String())
	}
	return out
}

// localFailures: a request that a load host could not even send says nothing of the
// target, and slows or thins out the rest.
func (s *statistics) localFailures(f *findings) {
	var n int64
	classes := map[string]bool{}
	for k, g := range s.groups {
		if strings.HasPrefix(string(k.class), "local_") {
			n += g.count
			classes[string(k.class)] = true
		}
	}
	n = max(n, s.counters.Unsent[load.UnsentLocal])
	if n == 0 {
		return
	}
	code, what := load.WhyLocalFailures, "a limit of the machine"
	switch {
	case classes[string(load.ClassLocalFD)]:
		code, what = load.WhyLocalFD, "it ran out of file descriptors (raise its limit, ulimit -n)"
	case classes[string(load.ClassLocalPort)]:
		code, what = load.WhyLocalPorts, "it ran out of local ports (keep connections alive, or use more load hosts)"
	}
	f.reject(code, load.Params{"requests": float64(n)}, "%d requests failed on a load host itself: %s", n, what)
}

// addUp checks the accounting: attempts are finished and interrupted steps, and redirects.
func (s *statistics) addUp(f *findings) {
	n := s.counters.Redirects
	for k, r := range s.rows {
		if k.Kind == load.StepRow || k.Kind == load.LifecycleRow {
			n += r.requests + r.interrupted
		}
	}
	if n != s.counters.Attempts {
		f.reject(load.WhyCounts, load.Params{"attempts": float64(s.counters.Attempts), "counted": float64(n)},
			"the counts do not add up: %d attempts, but %d requests, interrupted ones and redirects (a fault of locust-http)", s.counters.Attempts, n)
	}
}

func (m *member) judge(f *findings) {
	if m.hottest >= maxHot {
		took := m.hottest.Round(time.Second)
		f.reject(load.WhyHot, load.Params{"worker": m.ID, "share": hotCPU, "seconds": took.Seconds()},
			"worker %s used over %.0f %% of its CPU for %v: latencies contain its own waiting (use more load hosts)", m.ID, hotCPU*100, took)
	}
	if !m.final && m.gone() {
		f.suspect = append(f.suspect, load.Reason{
			Code: load.WhyLost, Params: load.Params{"worker": m.ID}, Of: []load.Reason{*m.trouble},
			Text: fmt.Sprintf("worker %s is lost, and what it did since its last report is missing", m.ID),
		})
	}
	if m.reason == load.ReasonSilence {
		f.doubt(load.WhySilent, load.Params{"worker": m.ID}, "worker %s stopped its load early: it had not heard from the master", m.ID)
	}
	// about is what a doubt about a stretch of time is about.
	about := func(d time.Duration) (load.Params, time.Duration) {
		d = d.Round(time.Millisecond)
		return load.Params{"worker": m.ID, "ms": ms(d)}, d
	}
	if m.clock.bound > MaxClockError {
		params, d := about(m.clock.bound)
		f.doubt(load.WhyClockBound, params, "worker %s may have begun up to %v early or late: its clock could not be read more exactly", m.ID, d)
	}
	if m.clock.drifted > MaxClockError {
		params, d := about(m.clock.drifted)
		f.doubt(load.WhyClockMoved, params, "the clock of worker %s moved by %v against the master's during the run", m.ID, d)
	}
	if m.lateGo > 0 {
		params, d := about(m.lateGo)
		f.doubt(load.WhyLateGo, params, "worker %s had its start order up to %v after time zero", m.ID, d)
	}
	if m.lagMax > maxLag {
		params, d := about(m.lagMax)
		f.doubt(load.WhyStoodStill, params, "worker %s stood still for %v: latencies of that moment contain it", m.ID, d)
	}
}

// judgeStarts: an open load that was not offered as asked is another load.
func (c *conductor) judgeStarts(f *findings, i int) {
	t, scenario, name := c.stats.totals[i], c.shape.loads[i].name, ""
	if scenario != "" {
		name = " of scenario " + scenario
	}
	if t.started > 0 && float64(t.late) > maxLate*float64(t.started) {
		late := share(t.late, t.started)
		f.doubt(load.WhyLateStarts, load.Params{"share": late, "scenario": scenario, "ms": ms(load.LateAfter)},
			"%.1f %% of the starts%s were over %v late: all users were busy, or the load host was; latency_scheduled contains the wait", 100*late, name, load.LateAfter)
	}
	if t.dropped > 0 {
		f.doubt(load.WhyDropped, load.Params{"starts": float64(t.dropped), "scenario": scenario},
			"%d starts%s were dropped: no user was free within max_wait, so the target saw less than was asked for", t.dropped, name)
	}
}
