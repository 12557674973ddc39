package master

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
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
type RunInfo struct {
	ID          string       `json:"id"`
	Plan        string       `json:"plan"`
	Name        string       `json:"name"`
	State       load.State   `json:"state"`
	Reason      string       `json:"reason"`
	Degraded    bool         `json:"degraded"`
	CreatedAt   time.Time    `json:"created_at"`
	StartedAt   *time.Time   `json:"started_at"`
	EndedAt     *time.Time   `json:"ended_at"`
	Result      load.Verdict `json:"result"`
	Measurement string       `json:"measurement"`
	Workers     int          `json:"workers"`
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
	Now bool `json:"now"`
}

// withRun finds the run of a call.
func (m *Master) withRun(f func(http.ResponseWriter, *http.Request, *entry)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		e, ok := m.entry(r.PathValue("id"))
		if !ok {
			fail(w, http.StatusNotFound, "no_run", "there is no such run", "finished runs are kept until 100 newer ones have finished")
			return
		}
		f(w, r, e)
	}
}

func (m *Master) getRuns(w http.ResponseWriter, r *http.Request) {
	list := []RunInfo{}
	for _, e := range m.entries() {
		res := m.result(e)
		list = append(list, RunInfo{
			res.ID, res.Plan, res.Name, res.State, res.Reason, res.Degraded, e.created.UTC(),
			res.StartedAt, res.EndedAt, res.Result, res.Measurement.Verdict, len(res.Workers),
		})
	}
	answer(w, http.StatusOK, list)
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
		w.Header().Set("Location", "/api/v1/runs/"+e.id)
		answer(w, http.StatusCreated, m.result(e))
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
	e, err := m.launch(run.Spec{
		Plan: d.plan, Encoded: d.encoded, Revision: texts.Revision(d.text), Name: s.Name, Note: s.Note, Environment: d.environment, Limits: d.limits,
		Owner: s.Owner, Seed: seedOf(d.plan), Env: d.env, Secrets: d.secrets, Scripts: d.scripts,
	}, want, g)
	if err != nil {
		m.discard(g)
		return nil, refuse(http.StatusServiceUnavailable, "queue", "", "%v", err)
	}
	return e, nil
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

func (m *Master) getRun(w http.ResponseWriter, r *http.Request, e *entry) {
	answer(w, http.StatusOK, m.result(e))
}

func (m *Master) getLive(w http.ResponseWriter, r *http.Request, e *entry) {
	answer(w, http.StatusOK, m.live(e))
}

// getSeries answers with ?from=10s&to=1m of the run.
func (m *Master) getSeries(w http.ResponseWriter, r *http.Request, e *entry) {
	var span [2]time.Duration
	for i, name := range []string{"from", "to"} {
		text := r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			fail(w, http.StatusBadRequest, "bad_request", name+" is not a duration from 0 up", "for example 90s")
			return
		}
		span[i] = d
	}
	series := load.Series{Step: 1, Cols: map[string][]float64{}, Gaps: []load.Measured{}}
	if c, _ := e.current(); c != nil {
		series = c.Series(span[0], span[1])
	}
	answer(w, http.StatusOK, series)
}

func (m *Master) patchLoad(w http.ResponseWriter, r *http.Request, e *entry) {
	var body ChangeLoad
	if !read(w, r, &body) {
		return
	}
	q := run.ChangeRequest{
		Scenario: body.Scenario, Users: body.Users, Rate: body.Rate, SpawnRate: body.SpawnRate,
		Duration: body.Duration.of(), Scale: body.Scale,
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

func (m *Master) postStop(w http.ResponseWriter, r *http.Request, e *entry) {
	var body StopRun
	if !readIfAny(w, r, &body) {
		return
	}
	e.halt(body.Now)
	answer(w, http.StatusAccepted, m.live(e))
}
