package master

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/history"
	"github.com/locust-http/locust-http/master/run"
)

// Bounds of what is asked of the history at once.
const (
	defaultRuns = 200
	maxListed   = 1_000
	maxLines    = 10_000
	maxPoints   = 50_000 // of a series
	maxNaming   = 10_000 // bytes of a name, a note, and of all tags
	maxTags     = 100
)

func (m *Master) getRuns(w http.ResponseWriter, r *http.Request) {
	q, err := runsQuery(r.URL.Query())
	if err != nil {
		fail(w, http.StatusBadRequest, "bad_request", err.Error(), "")
		return
	}
	stored, total, err := m.history.Runs(r.Context(), q)
	if err != nil {
		m.refuseHistory(err).write(w)
		return
	}
	list := m.withNow(stored, q)
	w.Header().Set("X-Total-Count", strconv.Itoa(max(total, len(list))))
	answer(w, http.StatusOK, list)
}

// runsQuery reads ?plan=&q=&state=&before=&limit=.
func runsQuery(v url.Values) (q history.Query, err error) {
	q = history.Query{Plan: v.Get("plan"), Search: v.Get("q"), Limit: defaultRuns}
	for _, list := range v["state"] {
		for one := range strings.SplitSeq(list, ",") {
			if one != "" {
				q.States = append(q.States, load.State(one))
			}
		}
	}
	if len(q.States) > 20 || len(q.Search) > 1_000 || len(q.Plan) > 1_000 {
		return q, errors.New("the query is too long")
	}
	before, err := wholeNumber(v, "before", math.MaxInt64)
	if err != nil {
		return q, err
	}
	q.Before = before
	limit, err := wholeNumber(v, "limit", maxListed)
	if limit > 0 {
		q.Limit = int(limit)
	}
	return q, err
}

// wholeNumber is a parameter from 0 to most; 0 if it is missing.
func wholeNumber(v url.Values, name string, most int64) (int64, error) {
	text := v.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, fmt.Errorf("%s: a whole number from 0 to %d", name, most)
	}
	return n, nil
}

// runTime is a parameter in seconds of run time: 90, 90.5 or 1m30s; 0 if it is missing.
func runTime(v url.Values, name string) (float64, error) {
	text := v.Get(name)
	if text == "" {
		return 0, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d.Seconds(), nil
	}
	s, err := strconv.ParseFloat(text, 64)
	if err != nil || s < 0 || s > 1e9 || math.IsNaN(s) {
		return 0, fmt.Errorf("%s: a run time from 0 up, for example 90 or 1m30s", name)
	}
	return s, nil
}

// span is ?from=&to=.
func span(v url.Values) (from, to float64, err error) {
	if from, err = runTime(v, "from"); err != nil {
		return 0, 0, err
	}
	to, err = runTime(v, "to")
	return from, to, err
}

// withNow gives the runs in memory the numbers of now; those that the history has not
// taken come first.
func (m *Master) withNow(stored []RunInfo, q history.Query) []RunInfo {
	list := []RunInfo{}
	for _, e := range m.entries() {
		if _, number := e.latest(); number == 0 && q.Before == 0 && q.Search == "" && (q.Plan == "" || q.Plan == e.plan) {
			n := e.named()
			list = append(list, m.now(e, RunInfo{
				ID: e.id, Plan: e.plan, Revision: e.spec.Revision, Name: n.name, Note: n.note, Tags: n.tags,
				Owner: e.spec.Owner, Environment: e.spec.Environment, Created: e.created.UTC(), Trend: []float64{},
			}))
		}
	}
	for _, s := range stored {
		if e := m.entry(s.ID); e != nil {
			s = m.now(e, s)
		}
		list = append(list, s)
	}
	return slices.DeleteFunc(list, func(s RunInfo) bool { return len(q.States) > 0 && !slices.Contains(q.States, s.State) })
}

// now is s with the numbers of now.
func (m *Master) now(e *entry, s RunInfo) RunInfo {
	res := m.result(e)
	s.State, s.Reason, s.Degraded, s.Result, s.Measurement = res.State, res.Reason, res.Degraded, res.Result, res.Measurement.Verdict
	s.StartedAt, s.EndedAt, s.Workers = res.StartedAt, res.EndedAt, len(res.Workers)
	s.Requests, s.Failures, s.RPS = res.Total.Requests, res.Total.Failures, res.Total.RPS
	s.P50, s.P95, s.P99 = res.Total.Latency.P50, res.Total.Latency.P95, res.Total.Latency.P99
	peak := 0
	for _, l := range res.Load {
		peak += l.PeakUsers
	}
	s.PeakUsers = max(s.PeakUsers, peak)
	return s
}

// EditRun is the body of PATCH /runs/{id}: what is missing stays.
type EditRun struct {
	Name *string           `json:"name"`
	Note *string           `json:"note"`
	Tags map[string]string `json:"tags"`
}

func (b *EditRun) check() error {
	size := 0
	for k, v := range b.Tags {
		size += len(k) + len(v)
	}
	switch {
	case b.Name != nil && len(*b.Name) > maxNaming, b.Note != nil && len(*b.Note) > maxNaming, size > maxNaming:
		return fmt.Errorf("name, note and tags may have %d bytes each", maxNaming)
	case len(b.Tags) > maxTags:
		return fmt.Errorf("a run may have %d tags", maxTags)
	}
	return nil
}

func (m *Master) patchRun(w http.ResponseWriter, r *http.Request, s subject) {
	var body EditRun
	if !read(w, r, &body) {
		return
	}
	if err := body.check(); err != nil {
		fail(w, http.StatusBadRequest, "bad_request", err.Error(), "")
		return
	}
	if err := m.history.Edit(r.Context(), s.id, body.Name, body.Note, body.Tags); err != nil {
		m.refuseHistory(err).write(w)
		return
	}
	if s.entry != nil {
		s.entry.rename(body.Name, body.Note, body.Tags)
	}
	m.invalidate("runs", "runs/"+s.id)
	m.getRun(w, r, s)
}

// deleteRun hides a run that has ended; it can be restored for a while.
func (m *Master) deleteRun(w http.ResponseWriter, r *http.Request, s subject) {
	if s.entry != nil && s.entry.ended().IsZero() {
		fail(w, http.StatusConflict, "running", "the run has not ended", "stop it first")
		return
	}
	if err := m.remove(r.Context(), s); err != nil {
		m.refuseHistory(err).write(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// remove deletes a run that has ended.
func (m *Master) remove(ctx context.Context, s subject) error {
	if err := m.history.Delete(ctx, s.id); err != nil {
		return err
	}
	if s.entry != nil {
		m.mu.Lock()
		m.drop(s.entry)
		m.order = slices.DeleteFunc(m.order, func(e *entry) bool { return e == s.entry })
		m.mu.Unlock()
	}
	m.invalidate("runs", "runs/"+s.id)
	return nil
}

func (m *Master) postRestore(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if e := m.entry(id); e != nil {
		e.discard(false)
	}
	if err := m.history.Restore(r.Context(), id); err != nil {
		m.refuseHistory(err).write(w)
		return
	}
	m.invalidate("runs", "runs/"+id)
	w.WriteHeader(http.StatusNoContent)
}

// getSeries answers with ?from=&to=&step=&max= and, of one row, &kind=&scenario=
// &transaction=&name=.
func (m *Master) getSeries(w http.ResponseWriter, r *http.Request, s subject) {
	q, err := seriesQuery(r.URL.Query())
	if err != nil {
		fail(w, http.StatusBadRequest, "bad_request", err.Error(), "")
		return
	}
	series, err := m.history.Series(r.Context(), s.id, q)
	m.reply(w, series, err)
}

func seriesQuery(v url.Values) (q history.SeriesQuery, err error) {
	if q.From, q.To, err = span(v); err != nil {
		return q, err
	}
	step, err := wholeNumber(v, "step", 24*3600)
	if err != nil {
		return q, err
	}
	most, err := wholeNumber(v, "max", maxPoints)
	if err != nil {
		return q, err
	}
	q.Step, q.MaxPoints = int(step), int(most)
	if !v.Has("transaction") && !v.Has("kind") {
		return q, nil
	}
	row := load.RowKey{Scenario: v.Get("scenario"), Transaction: v.Get("transaction"), Step: v.Get("name")}
	if len(row.Scenario)+len(row.Transaction)+len(row.Step) > 3*load.MaxRowName {
		return q, errors.New("the name of the row is too long")
	}
	kind := v.Get("kind")
	if kind == "" && row.Step == "" {
		kind = history.KindName(load.TransactionRow)
	}
	kinds := []load.RowKind{load.StepRow, load.TransactionRow, load.GroupRow, load.LifecycleRow}
	i := slices.IndexFunc(kinds, func(k load.RowKind) bool { return history.KindName(k) == kind })
	if kind == "" {
		i = 0
	}
	if i < 0 {
		return q, errors.New("kind: step, transaction, group or lifecycle")
	}
	row.Kind, q.Row = kinds[i], &row
	return q, nil
}

// reply answers with what the history says.
func (m *Master) reply(w http.ResponseWriter, v any, err error) {
	if err != nil {
		m.refuseHistory(err).write(w)
		return
	}
	answer(w, http.StatusOK, v)
}

func (m *Master) getRows(w http.ResponseWriter, r *http.Request, s subject) {
	from, to, err := span(r.URL.Query())
	if err != nil {
		fail(w, http.StatusBadRequest, "bad_request", err.Error(), "")
		return
	}
	rows, err := m.history.Rows(r.Context(), s.id, from, to)
	m.reply(w, append([]history.RowSummary{}, rows...), err)
}

func (m *Master) getEvents(w http.ResponseWriter, r *http.Request, s subject) {
	after, err := wholeNumber(r.URL.Query(), "after", math.MaxInt64)
	if err != nil {
		fail(w, http.StatusBadRequest, "bad_request", err.Error(), "")
		return
	}
	events, err := m.history.Events(r.Context(), s.id, after)
	m.reply(w, append([]load.Event{}, events...), err)
}

func (m *Master) getLogs(w http.ResponseWriter, r *http.Request, s subject) {
	v := r.URL.Query()
	q := history.LogQuery{Level: v.Get("level"), Search: v.Get("q"), Limit: maxLines}
	after, err := wholeNumber(v, "after", math.MaxInt64)
	q.After = after
	if err == nil {
		var limit int64
		if limit, err = wholeNumber(v, "limit", maxLines); limit > 0 {
			q.Limit = int(limit)
		}
	}
	if err == nil && len(q.Search)+len(q.Level) > 1_000 {
		err = errors.New("the query is too long")
	}
	if err != nil {
		fail(w, http.StatusBadRequest, "bad_request", err.Error(), "")
		return
	}
	lines, err := m.history.Logs(r.Context(), s.id, q)
	m.reply(w, append([]history.LogLine{}, lines...), err)
}

// RunConfig is the answer of GET /runs/{id}/config: what was run, as it was.
type RunConfig struct {
	Plan        string          `json:"plan"`
	Revision    string          `json:"revision"`
	PlanText    string          `json:"plan_text"`
	PlanJSON    json.RawMessage `json:"plan_json"` // with all overrides
	Scripts     []RunScript     `json:"scripts"`
	Order       json.RawMessage `json:"order"` // the body of its start, without secrets; null: not known
	Version     string          `json:"version"`
	CreatedAt   time.Time       `json:"created_at"`
	Owner       string          `json:"owner"`
	Environment string          `json:"environment"`
}

// RunScript is a Lua text of a run: a library, or a script of the plan.
type RunScript struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

func (m *Master) getConfig(w http.ResponseWriter, r *http.Request, s subject) {
	rec, err := m.history.Record(r.Context(), s.id)
	c := RunConfig{
		Plan: rec.Plan, Revision: rec.Revision, PlanText: string(rec.PlanText), PlanJSON: rec.PlanJSON, Scripts: []RunScript{}, Order: rec.Order,
		Version: rec.Version, CreatedAt: rec.Created, Owner: rec.Owner, Environment: rec.Environment,
	}
	for _, script := range rec.Scripts {
		name := script.Library
		if name == "" {
			name = script.Path
		}
		c.Scripts = append(c.Scripts, RunScript{name, string(script.Text)})
	}
	m.reply(w, c, err)
}

// AddNote is the body of POST /runs/{id}/notes.
type AddNote struct {
	Text string `json:"text"`
	By   string `json:"by"`
}

// postNote adds a note to the events of a run, under way or not.
func (m *Master) postNote(w http.ResponseWriter, r *http.Request, s subject) {
	var body AddNote
	if !read(w, r, &body) {
		return
	}
	if body.Text = strings.TrimSpace(body.Text); body.Text == "" || len(body.Text) > load.MaxNote {
		fail(w, http.StatusBadRequest, "bad_request", fmt.Sprintf("a note has a text of up to %d bytes", load.MaxNote), "")
		return
	}
	body.By = load.Clip(body.By, 100)
	err := run.ErrEnded
	if s.entry != nil {
		c, final := s.entry.current()
		switch {
		case c != nil:
			err = c.Note(body.Text, body.By)
		case final == nil:
			fail(w, http.StatusConflict, "not_running", "the run waits for its workers", "add the note when it has begun")
			return
		}
	}
	if errors.Is(err, run.ErrEnded) {
		err = m.noteAfter(r.Context(), s, body)
	}
	if err != nil {
		m.refuseHistory(err).write(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// noteAfter adds a note to a run that has ended, at its end.
func (m *Master) noteAfter(ctx context.Context, s subject, n AddNote) error {
	if s.entry != nil {
		select { // its own events are stored first
		case <-s.entry.told:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	res, err := m.history.Result(ctx, s.id)
	if err != nil {
		return err
	}
	e := load.Event{At: time.Now().UTC(), Second: elapsed(&res) / 1000, Kind: load.EventNote, Text: n.Text, By: n.By}
	if err := m.history.Note(ctx, s.id, e); err != nil {
		return err
	}
	m.invalidate("runs/" + s.id)
	return nil
}

// MarkRun is the body of POST /runs/{id}/mark.
type MarkRun struct {
	By string `json:"by"`
}

// postMark says that the load is steady from now on.
func (m *Master) postMark(w http.ResponseWriter, r *http.Request, e *entry) {
	var body MarkRun
	if !readIfAny(w, r, &body) {
		return
	}
	c, _ := e.current()
	if c == nil || c.Mark(load.Clip(body.By, 100)) != nil {
		fail(w, http.StatusConflict, "not_running", run.ErrNotRunning.Error(), "")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
