package master

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
)

// ExcludeWorker is the body of POST /workers/{id}/exclude.
type ExcludeWorker struct {
	Excluded *bool `json:"excluded"`
}

// postExclude keeps a worker out of the runs to come that do not name it, or lets it in
// again.
func (m *Master) postExclude(w http.ResponseWriter, r *http.Request) {
	var body ExcludeWorker
	if !read(w, r, &body) {
		return
	}
	if body.Excluded == nil {
		fail(w, http.StatusBadRequest, "bad_request", "the body does not say whether", `send {"excluded": true}, or false`)
		return
	}
	if !m.fleet.Exclude(r.PathValue("id"), *body.Excluded) {
		failWorker(w, r.PathValue("id"))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// deleteWorker dismisses a lost worker.
func (m *Master) deleteWorker(w http.ResponseWriter, r *http.Request) {
	switch err := m.fleet.Dismiss(r.PathValue("id")); {
	case errors.Is(err, fleet.ErrNotLost):
		fail(w, http.StatusConflict, "not_lost", err.Error(), "only a lost worker can be dismissed; end the process, or exclude it")
	case err != nil:
		failWorker(w, r.PathValue("id"))
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func failWorker(w http.ResponseWriter, id string) {
	fail(w, http.StatusNotFound, "no_worker", "no such worker: "+load.Clip(id, 200), "GET /api/v1/workers lists them")
}

// ErrHere: a worker was started on the master's own machine already. Test with errors.Is.
var ErrHere = errors.New("the worker on the master's own machine is there already")

// postWorker starts a worker on the master's own machine.
func (m *Master) postWorker(w http.ResponseWriter, r *http.Request) {
	if m.config.StartHere == nil {
		fail(w, http.StatusNotImplemented, "not_here", "this master starts no workers", "GET /api/v1/join says how to start one")
		return
	}
	switch err := m.config.StartHere(); {
	case errors.Is(err, ErrHere):
		fail(w, http.StatusConflict, "exists", err.Error(), "GET /api/v1/workers lists it once it has registered")
	case err != nil:
		m.log.Error("start a worker here", "error", err)
		fail(w, http.StatusInternalServerError, "worker", err.Error(), "")
	default:
		m.log.Info("started a worker here")
		w.WriteHeader(http.StatusAccepted)
	}
}

// inspectWait is how long a worker may take to say how it is.
const inspectWait = 5 * time.Second

// WorkerProcess is how a worker's process was set up, and what it has to do.
type WorkerProcess struct {
	Flags       []WorkerFlag `json:"flags"` // as they are in force
	Version     string       `json:"version"`
	Go          string       `json:"go"` // that built it
	OS          string       `json:"os"`
	Process     int          `json:"process"` // its id
	Cores       int          `json:"cores"`
	Threads     int          `json:"threads"`    // that run at once
	Memory      int64        `json:"memory"`     // bytes of the machine; 0: not known
	OpenFiles   int64        `json:"open_files"` // 0: not known
	Started     time.Time    `json:"started"`
	ClockOffset float64      `json:"clock_offset"` // ms that its clock is ahead
	Draining    bool         `json:"draining"`
	Runs        []WorkerRun  `json:"runs"` // the one that has it first
}

// WorkerFlag is a flag of a worker.
type WorkerFlag struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Given bool   `json:"given"` // false: it was chosen by the program
}

// WorkerRun is a run on a worker, of whichever master.
type WorkerRun struct {
	Run    string    `json:"run"`
	Owner  string    `json:"owner"`
	Began  time.Time `json:"began"`
	Ended  bool      `json:"ended"`   // only its last reports wait for their master
	Silent float64   `json:"silent"`  // ms since its master was heard of
	FreeIn float64   `json:"free_in"` // ms until the worker is free if that stays away; 0: not known
}

// WorkerLogs are lines of a worker's log.
type WorkerLogs struct {
	Lines []WorkerLine `json:"lines"` // oldest first
	Last  int64        `json:"last"`  // number of the newest line that there is
}

// WorkerLine is one of them.
type WorkerLine struct {
	Number  int64     `json:"number"`
	At      time.Time `json:"at"` // by the worker's clock
	Level   string    `json:"level"`
	Message string    `json:"message"`
}

// Bounds of what a worker says of itself, which may be any program.
const (
	maxFlags       = 100
	maxFlag        = 2_000 // bytes of one value
	maxWorkerRuns  = 20
	maxWorkerWords = 200 // bytes of everything else
	maxLine        = 8_000
)

// postDrain has a worker finish what it has, and end.
func (m *Master) postDrain(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), inspectWait)
	defer cancel()
	if err := m.fleet.Drain(ctx, r.PathValue("id")); err != nil {
		m.failAway(w, r, err)
		return
	}
	m.log.Info("a worker was told to finish and end", "worker", r.PathValue("id"))
	w.WriteHeader(http.StatusNoContent)
}

func (m *Master) getTrend(w http.ResponseWriter, r *http.Request) {
	t, err := m.fleet.Trend(r.PathValue("id"))
	if err != nil {
		failWorker(w, r.PathValue("id"))
		return
	}
	answer(w, http.StatusOK, t)
}

func (m *Master) getProcess(w http.ResponseWriter, r *http.Request) {
	// Of the log as little as can be asked for.
	i, offset, ok := m.inspect(w, r, load.LogQuery{Limit: 1})
	if !ok {
		return
	}
	short := func(s string) string { return load.Clip(s, maxWorkerWords) }
	out := WorkerProcess{
		Flags: []WorkerFlag{}, Version: short(i.Version), Go: short(i.Go), OS: short(i.OS), Process: i.Process, Cores: i.Cores, Threads: i.Threads,
		Memory: max(i.Memory, 0), OpenFiles: max(i.OpenFiles, 0), Started: i.Started, ClockOffset: float64(offset) / float64(time.Millisecond),
		Draining: i.Draining, Runs: []WorkerRun{},
	}
	for _, f := range i.Flags[:min(len(i.Flags), maxFlags)] {
		out.Flags = append(out.Flags, WorkerFlag{short(f.Name), load.Clip(f.Value, maxFlag), f.Given})
	}
	for _, t := range i.Tenures[:min(len(i.Tenures), maxWorkerRuns)] {
		out.Runs = append(out.Runs, WorkerRun{short(t.Run), short(t.Owner), t.Began, t.Ended, inMS(t.Silent), inMS(t.FreeIn)})
	}
	answer(w, http.StatusOK, out)
}

func (m *Master) getWorkerLogs(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	q := load.LogQuery{Level: query.Get("level")}
	var err error
	if text := query.Get("after"); text != "" {
		if q.After, err = strconv.ParseInt(text, 10, 64); err != nil || q.After < 0 {
			fail(w, http.StatusBadRequest, "bad_request", "after is the number of a line", "")
			return
		}
	}
	if text := query.Get("limit"); text != "" {
		if q.Limit, err = strconv.Atoi(text); err != nil || q.Limit < 1 || q.Limit > load.MaxDaemonLines {
			fail(w, http.StatusBadRequest, "bad_request", "limit is a number from 1 to "+strconv.Itoa(load.MaxDaemonLines), "")
			return
		}
	}
	if q.Level != "" && !slices.Contains([]string{"debug", "info", "warn", "error"}, q.Level) {
		fail(w, http.StatusBadRequest, "bad_request", "level is debug, info, warn or error", "")
		return
	}
	i, _, ok := m.inspect(w, r, q)
	if !ok {
		return
	}
	out := WorkerLogs{Lines: []WorkerLine{}, Last: i.Last}
	for _, l := range i.Lines[max(0, len(i.Lines)-load.MaxDaemonLines):] {
		out.Lines = append(out.Lines, WorkerLine{l.Number, l.At, load.Clip(l.Level, maxWorkerWords), load.Clip(l.Message, maxLine)})
	}
	answer(w, http.StatusOK, out)
}

// inspect asks the worker of r, and answers where that fails.
func (m *Master) inspect(w http.ResponseWriter, r *http.Request, q load.LogQuery) (*load.Inspection, time.Duration, bool) {
	ctx, cancel := context.WithTimeout(r.Context(), inspectWait)
	defer cancel()
	i, offset, err := m.fleet.Inspect(ctx, r.PathValue("id"), q)
	if err != nil {
		m.failAway(w, r, err)
		return nil, 0, false
	}
	return i, offset, true
}

// failAway is the answer when a worker could not be asked.
func (m *Master) failAway(w http.ResponseWriter, r *http.Request, err error) {
	switch id := r.PathValue("id"); {
	case errors.Is(err, fleet.ErrUnknown):
		failWorker(w, id)
	case errors.Is(err, context.DeadlineExceeded):
		fail(w, http.StatusGatewayTimeout, "deadline", "worker "+load.Clip(id, 200)+" did not answer within "+inspectWait.String(), "try again")
	default:
		fail(w, http.StatusBadGateway, "worker", err.Error(), "try again")
	}
}

// RegistryState is the answer of GET /registry.
type RegistryState struct {
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"` // of the last exchange
}

// getRegistry says whether the registry of workers can be reached.
func (m *Master) getRegistry(w http.ResponseWriter, r *http.Request) {
	out := RegistryState{OK: true}
	if err := m.fleet.Trouble(); err != nil {
		out = RegistryState{Error: err.Error()}
	}
	answer(w, http.StatusOK, out)
}
