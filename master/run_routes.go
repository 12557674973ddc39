package master

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/master/history"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/master/texts"
)

// StartRun is the body of POST /runs and POST /preflight. The answer of the former is
// the run's result so far, with its id; 201.
type StartRun struct {
	Order
	Name    string       `json:"name,omitempty"`
	Note    string       `json:"note,omitempty"`
	Owner   string       `json:"owner,omitempty"`
	Workers WorkerChoice `json:"workers"`
}

// WorkerChoice says which workers a run takes; empty: as the plan says, or all that
// are free.
type WorkerChoice struct {
	Count  int               `json:"count,omitempty"`
	Labels map[string]string `json:"labels,omitempty"`
	IDs    []string          `json:"ids,omitempty"`
}

// RunInfo is a run in a list.
type RunInfo = history.Summary

// RunResult is the answer of GET /runs/{id}: the result, and what the history knows of the
// run besides.
type RunResult struct {
	load.Result
	Number    int64     `json:"number"` // of the workspace; 0: the history does not have the run
	CreatedAt time.Time `json:"created_at"`
	Owner     string    `json:"owner"`
	Live      bool      `json:"live"` // it is under way
}

// ChangeLoad is the body of PATCH /runs/{id}/load.
type ChangeLoad struct {
	Scenario  string    `json:"scenario"`
	Users     *int      `json:"users"`
	Rate      *float64  `json:"rate"`
	SpawnRate *float64  `json:"spawn_rate"`
	Duration  *Duration `json:"duration"`
	Scale     *float64  `json:"scale"`
	Stages    []Stage   `json:"stages"`
	By        string    `json:"by"` // who asks, for the list of events
}

// Stage is one stage of a new course, as in a plan: a straight line to Target, or a
// jump to Jump.
type Stage struct {
	Name     string   `json:"name"`
	Target   *float64 `json:"target"`
	Jump     *float64 `json:"jump"`
	Duration Duration `json:"duration"`
}

func (s Stage) load() (load.Stage, error) {
	stage := load.Stage{Name: s.Name, Duration: time.Duration(s.Duration)}
	switch {
	case s.Target != nil && s.Jump == nil:
		stage.Target = *s.Target
	case s.Jump != nil && s.Target == nil:
		stage.Target, stage.Jump = *s.Jump, true
	default:
		return stage, errors.New("each stage has either a target or a jump")
	}
	return stage, nil
}

// StopRun is the body of POST /runs/{id}/stop.
type StopRun struct {
	Now     bool   `json:"now"`
	Discard bool   `json:"discard,omitempty"` // now, and then delete the run, as DELETE does
	By      string `json:"by,omitempty"`      // who asks, for the log
}

// subject is the run of a call.
type subject struct {
	id    string
	entry *entry // nil: it is in the history only
}

// withRun finds the run of a call, which is named by its id or its number.
func (m *Master) withRun(f func(http.ResponseWriter, *http.Request, subject)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		if e := m.entry(id); e != nil {
			f(w, r, subject{e.id, e})
			return
		}
		s, err := m.history.Find(r.Context(), id)
		if err != nil {
			m.refuseHistory(err).write(w)
			return
		}
		f(w, r, subject{s.ID, nil})
	}
}

// withEntry is withRun for what only a run in memory can do.
func (m *Master) withEntry(f func(http.ResponseWriter, *http.Request, *entry)) http.HandlerFunc {
	return m.withRun(func(w http.ResponseWriter, r *http.Request, s subject) {
		if s.entry == nil {
			fail(w, http.StatusConflict, "not_running", run.ErrNotRunning.Error(), "")
			return
		}
		f(w, r, s.entry)
	})
}

// refuseHistory is the answer for an error of the history.
func (m *Master) refuseHistory(err error) *refusal {
	switch {
	case errors.Is(err, history.ErrNotFound):
		return refuse(http.StatusNotFound, "no_run", "GET /api/v1/runs lists them", "there is no such run")
	case errors.Is(err, history.ErrFull):
		return refuse(http.StatusConflict, "full", "", "%v", err)
	case errors.Is(err, context.Canceled): // the client has gone
	default:
		m.log.Error("ask the history", "error", err)
	}
	return refuse(http.StatusInternalServerError, "history", "", "the history cannot be used: %v", err)
}

// resolveWait is how long a start waits for the files of its plan, so that what is
// wrong with them is its answer. What takes longer goes on while the run is queued.
const resolveWait = 5 * time.Second

func (m *Master) postRun(w http.ResponseWriter, r *http.Request) {
	var body StartRun
	if !read(w, r, &body) {
		return
	}
	e, no := m.start(r.Context(), &body)
	switch {
	case r.Context().Err() != nil && no != nil: // the client has gone
	case no != nil:
		no.write(w)
	default:
		select {
		case <-e.stored: // its number is known
		case <-r.Context().Done():
		}
		w.Header().Set("Location", "/api/v1/runs/"+e.id)
		answer(w, http.StatusCreated, m.runResult(e))
	}
}

// start puts a run into the queue, or says why not.
func (m *Master) start(ctx context.Context, s *StartRun) (*entry, *refusal) {
	d, no := m.draft(&s.Order)
	if no != nil {
		return nil, no
	}
	if no := d.refusal(); no != nil {
		return nil, no
	}
	for _, text := range []string{s.Name, s.Note, s.Owner} {
		if len(text) > 10_000 {
			return nil, refuse(http.StatusBadRequest, "bad_start", "", "name, note and owner may have 10,000 bytes each")
		}
	}
	want, err := m.wanted(d.plan, s.Workers)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "bad_workers", "GET /api/v1/workers lists them", "%v", err)
	}
	g, no := m.gather(d, &s.Order)
	if no != nil {
		return nil, no
	}
	limited, cancel := context.WithTimeout(ctx, resolveWait)
	defer cancel()
	if _, no, err := g.wait(limited); no != nil || ctx.Err() != nil {
		m.discard(g)
		if no == nil {
			no = refuse(http.StatusServiceUnavailable, "queue", "", "the start was given up: %v", err)
		}
		return nil, no
	}
	order, err := storedOrder(*s)
	if err != nil {
		m.discard(g)
		return nil, refuse(http.StatusInternalServerError, "internal", "", "%v", err)
	}
	e, err := m.launch(m.listedAs(&s.Order, d.plan), run.Spec{
		Plan: d.plan, Encoded: d.encoded, Revision: texts.Revision(d.text), Name: s.Name, Note: s.Note, Environment: d.environment, Limits: d.limits,
		Owner: s.Owner, Seed: seedOf(d.plan), Env: d.env, Secrets: d.secrets, Scripts: d.scripts,
	}, want, g, d.text, order)
	if err != nil {
		m.discard(g)
		return nil, refuse(http.StatusServiceUnavailable, "queue", "", "%v", err)
	}
	return e, nil
}

// listedAs is what a run is listed under: the name by which the workspace finds its plan.
// An inline plan has that of the plan that has its file's name; else its own.
func (m *Master) listedAs(o *Order, p *load.Plan) string {
	if o.Plan != "" {
		return o.Plan
	}
	if name, isPlan := strings.CutSuffix(path.Base(o.File), texts.FileName("")); isPlan {
		if _, err := m.plans.Read(name); err == nil {
			return name
		}
	}
	return p.Name
}

// wanted is which workers the run takes: as its start says, else as its plan does.
func (m *Master) wanted(p *load.Plan, c WorkerChoice) (fleet.Want, error) {
	w := fleet.Want{Count: c.Count, Labels: c.Labels, IDs: c.IDs}
	if c.Count < 0 || c.Count > fleet.MaxWorkers {
		return w, fmt.Errorf("count %d: from 0 (all that are free) to %d", c.Count, fleet.MaxWorkers)
	}
	if len(c.IDs) > 0 {
		if c.Count > 0 || len(c.Labels) > 0 {
			return w, errors.New("ids exclude count and labels")
		}
		sorted := slices.Sorted(slices.Values(c.IDs))
		if len(slices.Compact(sorted)) != len(c.IDs) {
			return w, errors.New("ids names a worker twice")
		}
		if unknown := m.fleet.Unknown(c.IDs); len(unknown) > 0 {
			return w, fmt.Errorf("no such workers: %s", strings.Join(unknown, ", "))
		}
		return w, nil
	}
	if w.Count == 0 {
		w.Count = p.Run.Workers.Count
	}
	if len(w.Labels) == 0 {
		w.Labels = map[string]string{}
		for _, l := range p.Run.Workers.Labels {
			w.Labels[l.Name] = l.Value
		}
	}
	return w, nil
}

func (m *Master) getRun(w http.ResponseWriter, r *http.Request, s subject) {
	if s.entry != nil {
		answer(w, http.StatusOK, m.runResult(s.entry))
		return
	}
	res, err := m.storedResult(r.Context(), s.id)
	if err != nil {
		m.refuseHistory(err).write(w)
		return
	}
	answer(w, http.StatusOK, res)
}

// runResult is how a run in memory stands.
func (m *Master) runResult(e *entry) RunResult {
	_, number := e.latest()
	return RunResult{m.result(e), number, e.created.UTC(), e.spec.Owner, !e.finished()}
}

func (m *Master) storedResult(ctx context.Context, id string) (RunResult, error) {
	s, err := m.history.Find(ctx, id)
	if err != nil {
		return RunResult{}, err
	}
	res, err := m.history.Result(ctx, id)
	res.Name, res.Note, res.Tags = s.Name, s.Note, s.Tags
	return RunResult{res, s.Number, s.Created, s.Owner, false}, err
}

func (m *Master) getLive(w http.ResponseWriter, r *http.Request, s subject) {
	if s.entry != nil {
		answer(w, http.StatusOK, m.live(s.entry))
		return
	}
	live, err := m.storedLive(r.Context(), s.id)
	m.reply(w, live, err)
}

// storedLive is how a run that only the history has was in the end.
func (m *Master) storedLive(ctx context.Context, id string) (run.Live, error) {
	res, err := m.history.Result(ctx, id)
	return run.Live{
		State: res.State, Reason: res.Reason, Degraded: res.Degraded, Elapsed: elapsed(&res), Requests: res.Total.Requests, Failures: res.Total.Failures,
		P50: res.Total.Latency.P50, P95: res.Total.Latency.P95, P99: res.Total.Latency.P99, Scenarios: []run.LiveScenario{},
	}, err
}

// elapsed is how long the load of a run that has ended took, in ms.
func elapsed(res *load.Result) float64 {
	if res.StartedAt == nil || res.EndedAt == nil {
		return 0
	}
	return max(float64(res.EndedAt.Sub(*res.StartedAt))/float64(time.Millisecond), 0)
}

func (m *Master) patchLoad(w http.ResponseWriter, r *http.Request, e *entry) {
	var body ChangeLoad
	if !read(w, r, &body) {
		return
	}
	q := run.ChangeRequest{
		Scenario: body.Scenario, Users: body.Users, Rate: body.Rate, SpawnRate: body.SpawnRate,
		Duration: body.Duration.of(), Scale: body.Scale, By: body.By,
	}
	for i, s := range body.Stages {
		stage, err := s.load()
		if err != nil {
			fail(w, http.StatusBadRequest, "bad_change", fmt.Sprintf("stages[%d]: %v", i, err), `{"target": 50, "duration": "30s"} or {"jump": 100, "duration": "1m"}`)
			return
		}
		q.Stages = append(q.Stages, stage)
	}
	err := run.ErrNotRunning
	if c, _ := e.current(); c != nil {
		err = c.Change(r.Context(), q)
	}
	var refused *run.RequestError
	switch {
	case err == nil:
		answer(w, http.StatusOK, m.live(e))
	case errors.As(err, &refused):
		fail(w, http.StatusBadRequest, "bad_change", err.Error(), "")
	case errors.Is(err, run.ErrNotRunning):
		fail(w, http.StatusConflict, "not_running", err.Error(), "")
	case errors.Is(err, run.ErrChanging):
		fail(w, http.StatusConflict, "changing", err.Error(), "try again in a moment")
	default:
		fail(w, http.StatusBadGateway, "workers", err.Error(), "not all workers may have taken the change")
	}
}

func (m *Master) postStop(w http.ResponseWriter, r *http.Request, s subject) {
	var body StopRun
	if !readIfAny(w, r, &body) {
		return
	}
	if body.Discard && (s.entry == nil || !s.entry.discard(true)) {
		if err := m.remove(r.Context(), s); err != nil { // it has ended meanwhile
			m.refuseHistory(err).write(w)
			return
		}
		answer(w, http.StatusAccepted, run.Live{Scenarios: []run.LiveScenario{}})
		return
	}
	if s.entry != nil {
		m.log.Info("a run is to stop", "run", s.id, "now", body.Now, "discard", body.Discard, "by", load.Clip(body.By, 100))
		s.entry.halt(body.Now || body.Discard)
		answer(w, http.StatusAccepted, m.live(s.entry))
		return
	}
	live, err := m.storedLive(r.Context(), s.id)
	if err != nil {
		m.refuseHistory(err).write(w)
		return
	}
	answer(w, http.StatusAccepted, live) // it has ended
}
