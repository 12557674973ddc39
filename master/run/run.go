package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Member is a worker that takes part in a run.
type Member struct {
	ID, Host string
	Worker   load.Worker
}

// Spec is everything a run needs to know.
type Spec struct {
	ID   string
	Plan *load.Plan // with all overrides applied; never changed
	// Encoded is the canonical JSON of Plan; nil: New encodes it.
	Encoded     []byte
	Revision    string // of the plan's text
	Name        string
	Note        string
	Environment string
	Limits      load.Limits // of the environment: no change of the load goes beyond them
	Owner       string      // shown to others that want the same workers
	Tags        map[string]string
	Seed        uint64
	Epoch       uint64            // of the master's leadership; 0 counts as 1
	Env         map[string]string // values of {{$env NAME}}
	Secrets     map[string]string // values of {{secret.NAME}}; they go into the jobs and nowhere else
	// Scripts are all Lua of the run: that of the plan, and every library that it can
	// require. The run keeps them whatever becomes of the files they were read from.
	Scripts []load.Source
	// Files are all files that the plan names. They are sent before Prepare to each member
	// that does not have them; with files every Member.Worker must be a load.Depot.
	Files []load.File
	// Open gives the content of one of Files; nil is allowed without files. It is called
	// from several goroutines at once, and each of its readers is closed.
	Open    func(load.File) (io.ReadCloser, error)
	Members []Member // at least one; setup and teardown are the first's
	// Watched: somebody will call Take all along. Without it nothing is gathered second by
	// second.
	Watched bool
	// Grace is how long workers go on without a word from the master; 0: for ever.
	Grace time.Duration
	Log   *slog.Logger // nil: none
}

// Bounds of the phases of a run.
const (
	// PhaseLimit bounds prepare, setup, user_stop and teardown, each.
	PhaseLimit = 60 * time.Second
	// FileStall is how long a worker may take no byte of a file; files as such have no
	// deadline.
	FileStall = 60 * time.Second
	// SuspectAfter and LostAfter are how long a worker may be silent.
	SuspectAfter = 3 * time.Second
	LostAfter    = 10 * time.Second
	// FinishLimit is how long the last reports are waited for.
	FinishLimit = 15 * time.Second
	// MaxClockError is what the moment of time zero may differ between workers
	// before the measurement is suspect.
	MaxClockError = 50 * time.Millisecond
	// slack is allowed on top of what a worker was given, for its answer to arrive.
	slack = 10 * time.Second
)

// Run is one run. Its methods may be called from any goroutine.
type Run struct {
	spec  Spec
	shape shape // what the plan says about rows and loads; immutable

	conducted atomic.Bool
	begun     chan struct{}         // closed when the owner serves its inbox
	done      chan struct{}         // closed after final is set
	inbox     chan func(*conductor) // executed by the owner
	stop      atomic.Int32          // 0, stopGracefully, stopNow; only rises
	stopped   chan struct{}         // holds one signal that stop has risen
	news      chan struct{}         // holds one signal that there is something to take

	final *ending // read after done only
}

const (
	stopGracefully = 1
	stopNow        = 2
)

// ending is what is left of a run.
type ending struct {
	result load.Result
	live   Live
	err    error
	feed   atomic.Pointer[load.Feed] // what was not taken; nil once it was
	rows   []load.RowKey
}

// New checks s and makes a run of it. It starts nothing. A plan that cannot run is a
// *load.PlanError.
func New(s Spec) (*Run, error) {
	if s.Plan == nil || len(s.Members) == 0 {
		return nil, errors.New("a run needs a plan and at least one worker")
	}
	if len(s.Files) > 0 && s.Open == nil {
		return nil, errors.New("a run with files needs to open them")
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Epoch == 0 {
		s.Epoch = 1
	}
	if err := encode(&s); err != nil {
		return nil, err
	}
	sh, err := shapeOf(s.Plan)
	if err != nil {
		return nil, err
	}
	if n, most := sh.peakUsers(), load.MaxUsers*len(s.Members); n > most {
		return nil, &load.PlanError{Message: fmt.Sprintf("load: %d users are more than %d for %d workers", n, load.MaxUsers, len(s.Members))}
	}
	return &Run{
		spec:    s,
		shape:   sh,
		begun:   make(chan struct{}),
		done:    make(chan struct{}),
		inbox:   make(chan func(*conductor)),
		stopped: make(chan struct{}, 1),
		news:    make(chan struct{}, 1),
	}, nil
}

// Conduct plays the whole run and returns its result once the run has ended and
// everything it started has too. The end of ctx is a graceful Stop; workers that do
// not end in time are then stopped at once. A second call waits for the first.
func (r *Run) Conduct(ctx context.Context) load.Result {
	if r.conducted.CompareAndSwap(false, true) {
		conduct(ctx, r)
	}
	<-r.done
	return r.final.result
}

// Stop asks for the end: gracefully (users finish their transactions), or now (what
// is in flight is interrupted). It returns at once, in any state, any number of
// times; now hastens a graceful stop. A run that has not begun ends as it begins.
func (r *Run) Stop(now bool) {
	level := int32(stopGracefully)
	if now {
		level = stopNow
	}
	for {
		old := r.stop.Load()
		if old >= level {
			return
		}
		if r.stop.CompareAndSwap(old, level) {
			break
		}
	}
	select {
	case r.stopped <- struct{}{}:
	default: // the signal that is waiting there will find the new level
	}
}

// Done is closed when the run has ended and Result is final.
func (r *Run) Done() <-chan struct{} { return r.done }

// ID is the run's id.
func (r *Run) ID() string { return r.spec.ID }

// Err is why a failed run failed, for errors.As and errors.Is (*load.PlanError,
// *load.StepError, load.ErrBusy …); nil before the end and in every other case.
func (r *Run) Err() error {
	select {
	case <-r.done:
		return r.final.err
	default:
		return nil
	}
}

// Result is how the run stands, or how it ended. The caller must not change it.
func (r *Run) Result() load.Result {
	var res load.Result
	if r.ask(func(c *conductor) { res = c.result() }) {
		return res
	}
	if r.ended() {
		return r.final.result
	}
	return Queued(r.spec)
}

// Live is how the last second was, for a line of progress.
func (r *Run) Live() Live {
	var l Live
	if r.ask(func(c *conductor) { l = c.live() }) {
		return l
	}
	if r.ended() {
		return r.final.live
	}
	return Live{State: load.StateQueued, Total: ms(r.shape.length()), Scenarios: []LiveScenario{}}
}

func (r *Run) ended() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// ask has the owner execute f and waits for that. It is false when the run has not
// begun or has ended.
func (r *Run) ask(f func(*conductor)) bool {
	select {
	case <-r.begun:
	default:
		return false
	}
	answered := make(chan struct{})
	select {
	case r.inbox <- func(c *conductor) { defer close(answered); f(c) }:
		<-answered
		return true
	case <-r.done:
		return false
	}
}
