package master

import (
	"context"
	"time"

	"github.com/locust-http/locust-http/load"
)

// The topics of the socket, but for those of runs.
const (
	runsTopic      = "runs"
	workersTopic   = "workers"
	workspaceTopic = "workspace"
)

const (
	announceEvery = time.Second
	// shownAfterEnd is how long a run stays in the strip of pages, and in memory.
	shownAfterEnd = 10 * time.Second
	thinEvery     = 5 * time.Minute
)

// RunLine is a run under way, or one that has just ended, in the strip of every page.
type RunLine struct {
	ID           string     `json:"id"`
	Number       int64      `json:"number"`
	Plan         string     `json:"plan"`
	Name         string     `json:"name"`
	State        load.State `json:"state"`
	Degraded     bool       `json:"degraded"`
	Elapsed      float64    `json:"elapsed"` // ms
	Total        float64    `json:"total"`
	Users        int        `json:"users"`
	Target       int        `json:"target"`
	RPS          float64    `json:"rps"`
	FailingShare float64    `json:"failing_share"` // of the last second, 0–1
	P95          float64    `json:"p95"`
	Workers      int        `json:"workers"`
	Lost         int        `json:"lost"`
	StartedAt    *time.Time `json:"started_at"`
}

// invalidate tells the pages what they should ask for again: "plans", "plans/shop",
// "environments", "scripts", "files", "runs", "runs/01J…". It may be called from any
// goroutine.
func (m *Master) invalidate(keys ...string) {
	m.hub.Tell(workspaceTopic, "invalidate", map[string][]string{"keys": keys})
}

// watchFiles tells the pages of changes of the workspace's files until ctx ends.
func (m *Master) watchFiles(ctx context.Context) {
	asked := func() bool { return m.hub.Watched(workspaceTopic) }
	m.watchWorkspace(ctx, asked, func(keys []string) { m.invalidate(keys...) })
}

// announce tells the pages of all runs and workers until ctx ends.
func (m *Master) announce(ctx context.Context) {
	tick := time.NewTicker(announceEvery)
	defer tick.Stop()
	m.hub.Keep(runsTopic, []RunLine{})
	m.hub.Keep(workersTopic, m.fleet.Workers())
	shown, changed := 0, false
	for {
		select {
		case <-m.fleet.Changed():
			changed = true
			continue
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		m.forget()
		lines := m.runLines()
		if len(lines)+shown > 0 {
			m.hub.Keep(runsTopic, lines)
		}
		shown = len(lines)
		if changed || m.hub.Watched(workersTopic) {
			m.hub.Keep(workersTopic, m.fleet.Workers())
			changed = false
		}
	}
}

// runLines are the runs under way and those that have just ended, the newest first.
func (m *Master) runLines() []RunLine {
	lines := []RunLine{}
	for _, e := range m.entries() {
		if end := e.ended(); !end.IsZero() && time.Since(end) >= shownAfterEnd {
			continue
		}
		t, number := e.latest()
		l := RunLine{
			ID: e.id, Number: number, Plan: e.plan, Name: e.named().name, State: t.State, Degraded: t.Degraded, Elapsed: t.Elapsed,
			Total: t.Total, Users: t.Users, Target: t.Target, RPS: t.RPS, P95: t.P95, Workers: t.Workers, Lost: t.Lost, StartedAt: t.started,
		}
		if t.RPS > 0 {
			l.FailingShare = t.Failing / t.RPS
		}
		lines = append(lines, l)
	}
	return lines
}

// thin keeps the history small until ctx ends.
func (m *Master) thin(ctx context.Context) {
	tick := time.NewTicker(thinEvery)
	defer tick.Stop()
	for {
		if err := m.history.Thin(ctx, time.Now()); err != nil && ctx.Err() == nil {
			m.log.Warn("thin the history", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
