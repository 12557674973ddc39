package master

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/master/plans"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/master/texts"
	"github.com/locust-http/locust-http/plan"
)

// StartRun is the body of POST /runs: a plan of the workspace by name, or one inline
// (its text as a JSON string, or the plan itself as a JSON object). The answer is the
// run's result so far, with its id; 201.
type StartRun struct {
	Plan        string            `json:"plan,omitempty"`
	Inline      json.RawMessage   `json:"inline,omitempty"`
	File        string            `json:"file,omitempty"` // of an inline plan, for messages
	Overrides   Overrides         `json:"overrides"`
	Name        string            `json:"name,omitempty"`
	Note        string            `json:"note,omitempty"`
	Environment string            `json:"environment,omitempty"`
	Env         map[string]string `json:"env,omitempty"` // values of {{$env NAME}}; what is not here comes from the master's own environment
	Owner       string            `json:"owner,omitempty"`
	Workers     WorkerChoice      `json:"workers"`
}

// Overrides are what the start of a run changes about its plan.
type Overrides struct {
	BaseURL   string            `json:"base_url,omitempty"`
	Variables map[string]string `json:"variables,omitempty"`
	Users     *int              `json:"users,omitempty"`
	SpawnRate *float64          `json:"spawn_rate,omitempty"`
	Rate      *float64          `json:"rate,omitempty"`
	MaxUsers  *int              `json:"max_users,omitempty"`
	Duration  *Duration         `json:"duration,omitempty"`
	Seed      *uint64           `json:"seed,omitempty"`
	Tags      map[string]string `json:"tags,omitempty"`
}

// OverridesOf is o as the API speaks of it.
func OverridesOf(o load.Overrides) Overrides {
	return Overrides{o.BaseURL, o.Variables, o.Users, o.SpawnRate, o.Rate, o.MaxUsers, (*Duration)(o.Duration), o.Seed, o.Tags}
}

func (o Overrides) load() load.Overrides {
	return load.Overrides{
		BaseURL: o.BaseURL, Variables: o.Variables, Users: o.Users, SpawnRate: o.SpawnRate, Rate: o.Rate,
		MaxUsers: o.MaxUsers, Duration: o.Duration.of(), Seed: o.Seed, Tags: o.Tags,
	}
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

func (m *Master) postRun(w http.ResponseWriter, r *http.Request) {
	var body StartRun
	if !read(w, r, &body) {
		return
	}
	file, text, ok := m.planText(w, &body)
	if !ok {
		return
	}
	p, problems := plans.Decode(file, text, body.Overrides.load())
	if p == nil {
		failPlan(w, problems)
		return
	}
	spec, err := m.spec(p, &body)
	if err != nil {
		fail(w, http.StatusBadRequest, "bad_start", err.Error(), "")
		return
	}
	spec.Revision = texts.Revision(text)
	want, err := m.wanted(p, body.Workers)
	if err != nil {
		fail(w, http.StatusBadRequest, "bad_workers", err.Error(), "GET /api/v1/workers lists them")
		return
	}
	e, err := m.launch(spec, want)
	if err != nil {
		fail(w, http.StatusServiceUnavailable, "queue", err.Error(), "")
		return
	}
	w.Header().Set("Location", "/api/v1/runs/"+e.id)
	answer(w, http.StatusCreated, m.result(e))
}

// planText is the text of the plan that is to run.
func (m *Master) planText(w http.ResponseWriter, body *StartRun) (file string, text []byte, ok bool) {
	if (body.Plan == "") == (len(body.Inline) == 0) {
		fail(w, http.StatusBadRequest, "bad_request", "give either plan or inline", "plan: a name of the workspace; inline: the plan's text")
		return "", nil, false
	}
	if body.Plan != "" {
		f, err := m.plans.Read(body.Plan)
		if err != nil {
			m.failStore(w, "plan", err)
			return "", nil, false
		}
		return f.Name + ".yaml", f.Text, true
	}
	file = body.File
	if file == "" {
		file = "inline.yaml"
	}
	var s string
	if json.Unmarshal(body.Inline, &s) == nil {
		return path.Base(file), []byte(s), true
	}
	return path.Base(file), body.Inline, true
}

func (m *Master) spec(p *load.Plan, body *StartRun) (run.Spec, error) {
	prog, issues := plan.Compile(p)
	for _, i := range issues {
		if !i.Warning {
			return run.Spec{}, fmt.Errorf("%s: %s", i.Path, i.Message)
		}
	}
	env, err := m.environment(prog.Env, body.Env)
	if err != nil {
		return run.Spec{}, err
	}
	for _, s := range []string{body.Name, body.Note, body.Environment, body.Owner} {
		if len(s) > 10_000 {
			return run.Spec{}, errors.New("name, note, environment and owner may have 10,000 bytes each")
		}
	}
	encoded, err := plan.Encode(p)
	if err != nil {
		return run.Spec{}, fmt.Errorf("encode plan: %w", err)
	}
	return run.Spec{
		Plan: p, Encoded: encoded, Name: body.Name, Note: body.Note, Environment: body.Environment,
		Owner: body.Owner, Seed: seedOf(p), Env: env,
	}, nil
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
