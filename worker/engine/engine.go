// Package engine runs one worker's share of a run: it schedules users, plays their
// transactions, and reports what it counted. It is a load.Worker in this process;
// in production the process is a child of its own for each run, so that whatever a
// plan or a target does to it, the worker daemon lives on.
//
// Who does what: run (conduct) owns the course of a run, each scene its scenario's
// load, the crowd the goroutines, a user itself while it is played, the reporter
// everything that is counted for the master.
package engine

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// Config is what an engine is made with. The zero value works.
type Config struct {
	Log *slog.Logger // nil: discarded
}

// Engine is a load.Worker in this process. It has one session at a time.
type Engine struct {
	log *slog.Logger

	mu      sync.Mutex // guards current
	current *session
}

var _ load.Worker = (*Engine)(nil)

// New is an engine without a run. It starts nothing.
func New(c Config) *Engine {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Engine{log: c.Log}
}

// Prepare compiles the job and takes the engine for it.
func (e *Engine) Prepare(_ context.Context, job load.Job) (load.Session, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s := e.current; s != nil && !s.ended() {
		if s.run.job.Run == job.Run && s.run.job.Epoch <= job.Epoch {
			s.run.job.Epoch = job.Epoch
			return s, nil
		}
		return nil, fmt.Errorf("%w with run %s of %s", load.ErrBusy, s.run.job.Run, s.run.job.Owner)
	}
	program, err := compile(job.Plan)
	if err != nil {
		return nil, err
	}
	s, err := newSession(job, program)
	if err != nil {
		return nil, &load.PlanError{Message: err.Error()}
	}
	e.current = s
	e.log.Info("prepared", "run", job.Run, "index", job.Index, "of", job.Of)
	return s, nil
}

// compile decodes and compiles a plan; what is wrong with it is a *load.PlanError.
func compile(text []byte) (*plan.Program, error) {
	p, problems := plan.Decode("plan", text)
	if err := problems.Err(); err != nil {
		return nil, &load.PlanError{Message: err.Error()}
	}
	program, issues := plan.Compile(p)
	var wrong []string
	for _, issue := range issues {
		if !issue.Warning {
			wrong = append(wrong, issue.Path+": "+issue.Message)
		}
	}
	if len(wrong) > 0 {
		return nil, &load.PlanError{Message: strings.Join(wrong, "\n")}
	}
	return program, nil
}

// ended says that the session no longer has the engine.
func (s *session) ended() bool {
	select {
	case <-s.reporter.done:
		return true
	default:
		return false
	}
}
