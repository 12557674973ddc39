package master

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/plan"
)

// Bounds of a preflight, and of whatever else waits for files.
const (
	// gatherWait is how long a call waits for files to be hashed.
	gatherWait = 60 * time.Second
	// askWait is how long workers are asked which files they have.
	askWait = 15 * time.Second
	// maxAsked is how many workers are asked at once.
	maxAsked = 32
)

// Preflight is the answer of POST /preflight: what a start with the same body would do.
type Preflight struct {
	OK             bool              `json:"ok"` // it would be accepted
	Problems       []Problem         `json:"problems"`
	MissingEnv     []string          `json:"missing_env"`
	MissingSecrets []string          `json:"missing_secrets"`
	MissingFiles   []FileInfo        `json:"missing_files"` // not brought along yet
	Files          int               `json:"files"`
	Bytes          int64             `json:"bytes"` // of all files
	Data           []DataFile        `json:"data"`
	Load           []PlannedLoad     `json:"load"`
	Length         float64           `json:"length"`  // ms until the last load ends; 0: it has no end of its own
	Workers        []PreflightWorker `json:"workers"` // that would be taken
	Waits          string            `json:"waits"`   // for what the run would have to wait; empty: for nothing
	Why            []load.Reason     `json:"why"`     // Waits, for other languages
}

// PlannedLoad is what one scenario would ask for at its peak.
type PlannedLoad struct {
	Scenario  string     `json:"scenario"`
	Model     load.Model `json:"model"`
	StartAt   float64    `json:"start_at"` // ms
	Length    float64    `json:"length"`   // ms; 0: no end of its own
	PeakUsers int        `json:"peak_users"`
	PeakRate  float64    `json:"peak_rate"` // starts per second; 0: as many as its users get done
}

// PreflightWorker is a worker that would be taken, and what it would have to be sent.
type PreflightWorker struct {
	ID           string `json:"id"`
	MissingFiles int    `json:"missing_files"`
	MissingBytes int64  `json:"missing_bytes"`
	Error        string `json:"error,omitempty"` // why it could not be asked
}

// postPreflight sends nothing to the target and takes no worker.
func (m *Master) postPreflight(w http.ResponseWriter, r *http.Request) {
	var body StartRun
	if !read(w, r, &body) {
		return
	}
	d, no := m.draft(&body.Order)
	if no != nil {
		no.write(w)
		return
	}
	out := &Preflight{
		Problems: problemsOf(d.problems), MissingEnv: append([]string{}, d.missingEnv...), MissingSecrets: append([]string{}, d.missingSecrets...),
		MissingFiles: []FileInfo{}, Data: []DataFile{}, Load: []PlannedLoad{}, Workers: []PreflightWorker{}, Why: []load.Reason{},
	}
	if d.plan == nil {
		answer(w, http.StatusOK, out)
		return
	}
	out.Load, out.Length = plannedLoads(d.plan)
	want, err := m.wanted(d.plan, body.Workers)
	if err != nil {
		fail(w, http.StatusBadRequest, "bad_workers", err.Error(), "GET /api/v1/workers lists them")
		return
	}
	out.Why = m.fleet.Waiting(want)
	out.Waits = load.TextOf(out.Why)
	ctx, cancel := context.WithTimeout(r.Context(), gatherWait+askWait)
	defer cancel()
	if no := m.preflightFiles(ctx, d, &body.Order, want, out); no != nil {
		no.write(w)
		return
	}
	out.OK = len(out.MissingEnv)+len(out.MissingSecrets)+len(out.MissingFiles) == 0 && plan.Problems(out.Problems).Err() == nil
	answer(w, http.StatusOK, out)
}

// preflightFiles fills in what is to be said of files and workers.
func (m *Master) preflightFiles(ctx context.Context, d *draft, o *Order, want fleet.Want, out *Preflight) *refusal {
	g, no := m.gather(d, o)
	if no != nil {
		return no
	}
	defer m.discard(g)
	limited, cancel := context.WithTimeout(ctx, gatherWait)
	defer cancel()
	b, no, err := g.wait(limited)
	switch {
	case err != nil:
		return refuseTime(g)
	case no != nil && no.Code == "missing_files":
		b = &bundle{files: g.brought}
		out.Files, out.Bytes = len(b.files), b.size()
		out.MissingFiles = FilesOf(m.missingUploads(b.files))
		return nil
	case no != nil && no.Problems == nil:
		return no
	case no != nil:
		out.Problems = append(out.Problems, no.Problems...)
		return nil
	}
	out.Files, out.Bytes = len(b.files), b.size()
	out.Data = append(out.Data, b.data...)
	out.Workers = askAll(ctx, want.Taken(m.fleet.Reachable(want)), b.files)
	return nil
}

// refuseTime is the answer when files take longer than a call can wait.
func refuseTime(g *gathering) *refusal {
	return refuse(http.StatusGatewayTimeout, "deadline", "what was read is remembered: try again", "the files were not read in time: %s", g.progress())
}

// askAll asks workers what they do not have.
func askAll(ctx context.Context, workers []fleet.Reachable, files []load.File) []PreflightWorker {
	ctx, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	out := make([]PreflightWorker, len(workers))
	places := make(chan struct{}, maxAsked)
	var asked sync.WaitGroup
	for i, w := range workers {
		out[i].ID = w.ID
		if len(files) == 0 {
			continue
		}
		asked.Go(func() {
			if !acquire(ctx, places) {
				out[i].Error = "it was not asked in time"
				return
			}
			defer release(places)
			ask(ctx, w, files, &out[i])
		})
	}
	asked.Wait()
	return out
}

var errNoDepot = errors.New("it cannot keep files")

func ask(ctx context.Context, w fleet.Reachable, files []load.File, out *PreflightWorker) {
	depot, ok := w.Connection.(load.Depot)
	if !ok {
		out.Error = errNoDepot.Error()
		return
	}
	missing, err := depot.Missing(ctx, files)
	if err != nil {
		out.Error = err.Error()
		return
	}
	out.MissingFiles = len(missing)
	for _, f := range missing {
		out.MissingBytes += f.Size
	}
}

// plannedLoads is what a plan asks for, and how long that takes.
func plannedLoads(p *load.Plan) (loads []PlannedLoad, length float64) {
	scenarios := p.Scenarios
	if len(scenarios) == 0 && p.Load != nil {
		scenarios = []load.Scenario{{Load: p.Load}}
	}
	endless := false
	for _, s := range scenarios {
		if s.Load == nil {
			continue
		}
		l := PlannedLoad{
			Scenario: s.Name, Model: s.Load.Model, StartAt: inMS(s.StartAt), Length: inMS(s.Load.Length()), PeakUsers: s.Load.PeakUsers(),
		}
		if s.Load.Model == load.ArrivalsModel {
			l.PeakRate = peak(s.Load)
		}
		loads = append(loads, l)
		length = max(length, l.StartAt+l.Length)
		endless = endless || l.Length == 0
	}
	if endless {
		length = 0
	}
	return loads, length
}

func peak(p *load.Profile) float64 {
	levels := []float64{p.Begin}
	for _, s := range p.Stages {
		levels = append(levels, s.Target)
	}
	return slices.Max(levels)
}

func inMS(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
