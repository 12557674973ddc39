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
type findings struct{ invalid, suspect []string }

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
		f.suspect = append(f.suspect, "no worker reported for some seconds of the run: the series has gaps")
	}
	switch {
	case len(f.invalid) > 0:
		return load.Measurement{Verdict: load.Invalid, Reasons: append(f.invalid, f.suspect...)}
	case len(f.suspect) > 0:
		return load.Measurement{Verdict: load.Suspect, Reasons: f.suspect}
	}
	return load.Measurement{Verdict: load.Valid, Reasons: []string{}}
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
	what := "a limit of the machine"
	switch {
	case classes[string(load.ClassLocalFD)]:
		what = "it ran out of file descriptors (raise its limit, ulimit -n)"
	case classes[string(load.ClassLocalPort)]:
		what = "it ran out of local ports (keep connections alive, or use more load hosts)"
	}
	f.invalid = append(f.invalid, fmt.Sprintf("%d requests failed on a load host itself: %s", n, what))
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
		f.invalid = append(f.invalid, fmt.Sprintf("the counts do not add up: %d attempts, but %d requests, interrupted ones and redirects (a fault of locust-http)", s.counters.Attempts, n))
	}
}

func (m *member) judge(f *findings) {
	if m.hottest >= maxHot {
		f.invalid = append(f.invalid, fmt.Sprintf("worker %s used over %.0f %% of its CPU for %v: latencies contain its own waiting (use more load hosts)", m.ID, hotCPU*100, m.hottest.Round(time.Second)))
	}
	if !m.final && m.gone() {
		f.suspect = append(f.suspect, fmt.Sprintf("worker %s is lost: %s; what it did since its last report is missing", m.ID, m.trouble))
	}
	if m.reason == load.ReasonSilence {
		f.suspect = append(f.suspect, fmt.Sprintf("worker %s stopped its load early: it had not heard from the master", m.ID))
	}
	if m.clock.bound > MaxClockError {
		f.suspect = append(f.suspect, fmt.Sprintf("worker %s may have begun up to %v early or late: its clock could not be read more exactly", m.ID, m.clock.bound.Round(time.Millisecond)))
	}
	if m.clock.drifted > MaxClockError {
		f.suspect = append(f.suspect, fmt.Sprintf("the clock of worker %s moved by %v against the master's during the run", m.ID, m.clock.drifted.Round(time.Millisecond)))
	}
	if m.lateGo > 0 {
		f.suspect = append(f.suspect, fmt.Sprintf("worker %s had its start order up to %v after time zero", m.ID, m.lateGo.Round(time.Millisecond)))
	}
	if m.lagMax > maxLag {
		f.suspect = append(f.suspect, fmt.Sprintf("worker %s stood still for %v: latencies of that moment contain it", m.ID, m.lagMax.Round(time.Millisecond)))
	}
}

// judgeStarts: an open load that was not offered as asked is another load.
func (c *conductor) judgeStarts(f *findings, i int) {
	t, name := c.stats.totals[i], c.shape.loads[i].name
	if name != "" {
		name = " of scenario " + name
	}
	if t.started > 0 && float64(t.late) > maxLate*float64(t.started) {
		f.suspect = append(f.suspect, fmt.Sprintf("%.1f %% of the starts%s were over %v late: all users were busy, or the load host was; latency_scheduled contains the wait", 100*share(t.late, t.started), name, load.LateAfter))
	}
	if t.dropped > 0 {
		f.suspect = append(f.suspect, fmt.Sprintf("%d starts%s were dropped: no user was free within max_wait, so the target saw less than was asked for", t.dropped, name))
	}
}
