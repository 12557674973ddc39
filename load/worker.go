package load

import (
	"context"
	"errors"
	"time"
)

// Worker can run a share of a run. The same contract holds in this process (tests),
// in a child process (the engine) and behind a connection (the fleet); one test
// suite runs over all three. Methods may be called from any goroutine.
type Worker interface {
	// Prepare compiles everything the job needs and takes the worker for it. It
	// sends nothing to the target. It refuses with ErrBusy when another run has
	// the worker, and with a *PlanError when the job cannot be compiled.
	//
	// Calling it again with the Run and Epoch of the session that has the worker
	// gives that same session again: this is how a master resumes.
	Prepare(ctx context.Context, job Job) (Session, error)

	// SendOnce plays one transaction once, in an engine of its own, and returns
	// everything that was sent and received. A failed request is data in the
	// Exchange, not an error.
	SendOnce(ctx context.Context, req SendRequest) (*Exchange, error)
}

// Session is one run on one worker, in this order:
//
//	Setup (on one worker) → Warm (see Warmer) → Go → Stop, or the end of the load by itself
//	→ Teardown (on one worker) → Finish → Close
//
// Every phase may be left out; Finish and Close may come at any time. Methods may be
// called from any goroutine. Each method blocks until the worker has answered or ctx
// ends; a remote session reconnects by itself meanwhile, so a broken connection
// is a delay, not an error, until ctx ends or the worker no longer knows the session
// (ErrGone).
type Session interface {
	// Setup plays the plan's setup steps and returns what they extracted. An error
	// of class *StepError means that a step failed.
	Setup(ctx context.Context) (Vars, error)

	// Go begins the load at t0 in the worker's own clock. vars and cookies reach
	// every user. It returns as soon as the worker has taken the order. A second
	// call is ignored.
	Go(ctx context.Context, t0 time.Time, vars Vars) error

	// Change gives a scenario a new profile from a run time on.
	Change(ctx context.Context, c Change) error

	// Clock is the worker's wall clock at some moment during the call.
	Clock(ctx context.Context) (time.Time, error)

	// Reports are numbered 1, 2, … and each is repeated until it is acknowledged;
	// the next is made only then. At least one arrives each second between Prepare
	// and Finish. The receiver ranges: the channel is closed after the report that
	// is Final, or when the session has broken for good; Err then says why.
	Reports() <-chan Report

	// Ack says that report seq and all before it are merged (and, on a master that
	// stores, stored). It never blocks for long and may be called with any number.
	Ack(seq uint64)

	// Stop ends the load: gracefully (users finish their transaction within the
	// graceful stop of the plan), or now (what is in flight is interrupted). It
	// returns at once, may be called in any state and any number of times; now
	// after a graceful Stop hastens it. The end shows in a report with Ended.
	Stop(now bool)

	// Teardown plays the plan's teardown steps. Call it after Ended.
	Teardown(ctx context.Context, vars Vars) error

	// Finish asks for the last report: Final, with all that was counted since the
	// one before. It stops the load first if it is still on. The worker is free
	// again once that report is acknowledged.
	Finish(ctx context.Context) error

	// Close gives up the session without waiting for anything: the load stops now
	// and what was not reported is lost. After Finish and the last Ack it only frees
	// resources. Safe to call twice.
	Close() error

	// Err is why Reports was closed: nil after a Final report.
	Err() error
}

// Warmer is a session that can have users ready before time zero (Profile.ReadyUsers).
// It stands between Setup and Go; a session without it begins with none.
type Warmer interface {
	// Warm lets in the ready users of every share and returns when they have played
	// user_start, or when the run is stopped. vars are those of Go.
	Warm(ctx context.Context, vars Vars) error
}

// Job is one worker's part of a run: everything it needs.
type Job struct {
	Run   string // id of the run
	Epoch uint64 // of the master's leadership; a newer one takes over a session
	Owner string // who holds the worker, as shown to others that want it
	Plan  []byte // canonical JSON of the plan with all overrides applied; decoded by package plan
	Index int    // this worker's number, 0 ≤ Index < Of
	Of    int    // how many workers the run has
	Seed  uint64
	// Shares of the load, one per scenario, already cut for this worker.
	Shares []Share
	// Env holds the values of {{$env NAME}}, resolved where the run was started.
	Env map[string]string
	// Secrets holds the values of {{secret.NAME}}. They must not reach a log, a sample,
	// a report or a disk.
	Secrets map[string]string
	// Files are all files that the plan names, by path. On the way to a worker they are
	// in its Depot; the worker sets Dir.
	Files []File
	// Dir is the folder in which the engine finds each file under its digest. The daemon
	// of a worker sets it; what a master sends here is ignored.
	Dir string
	// Scripts are the Lua texts: those of the plan that come from files or whose place is
	// known, and every library that they can require. A script of the plan that is not
	// among them is taken from the plan itself.
	Scripts []Source
	// Marks are run times at which an interval has to end, rising: edges of the measured
	// window and of named stages. Intervals are never joined across one.
	Marks []Duration
	// Environment is the name of the run's environment, for scripts; empty: none.
	Environment string
	// Worker is this worker's id, for samples and {{$worker}}.
	Worker string
	// Grace is how long the load goes on when the master is silent (dead-man's
	// switch); 0: for ever, for a master in the same process.
	Grace Duration
}

// Share is this worker's part of one scenario. A plan without scenarios has one,
// with an empty name.
type Share struct {
	Scenario string
	StartAt  Duration
	Profile  Profile // with Index and Of set
	// Weights of the transactions by name; nil: those of the plan.
	Weights []Weight
}

// Change gives one scenario a new profile. It holds from run time At on, which the
// master sets at least a second ahead so that all workers change together; the
// profile's own time begins at At.
type Change struct {
	Scenario string
	At       Duration
	Profile  Profile
}

// Registry finds workers and keeps two runs from taking the same one. Whether a
// worker is alive is decided by its session, never here: an entry may vanish while
// its worker runs on.
type Registry interface {
	// Announce keeps n listed until ctx ends, through any loss of the registry, and
	// then takes it off. It returns nil when ctx has ended.
	Announce(ctx context.Context, n Node) error

	// Watch sends the whole set of nodes, at once and at every change, until ctx
	// ends; it re-lists after any loss. It does not close nodes.
	Watch(ctx context.Context, nodes chan<- []Node) error

	// Hold takes all of the workers for a run, or none: ErrHeld names those that
	// other runs hold. It prevents collisions and no more (the worker itself is the
	// lock): losing a hold does not end a run. release may be called twice.
	Hold(ctx context.Context, run string, workers []string) (release func(), err error)
}

// Node is a worker as it announces itself.
type Node struct {
	ID       string  // unique in the fleet; stays the same over restarts of the daemon where it can
	Address  string  // host:port that the master dials
	Host     string  // for people
	Labels   []Label // as given on its command line
	Version  string  // of the binary
	Protocol int     // Protocol of the worker
	OS       string  // GOOS/GOARCH
	CPUs     int
	Started  time.Time
}

// Protocol is the number of the conversation between master and worker. Both sides
// refuse another.
const Protocol = 3

// Errors of the contracts. Test with errors.Is: they travel over the wire.
var (
	// ErrBusy: another run has the worker; the text says which and whose.
	ErrBusy = errors.New("worker is busy")
	// ErrHeld: other runs hold some of the workers.
	ErrHeld = errors.New("workers are held by another run")
	// ErrGone: the worker does not know the session (any more).
	ErrGone = errors.New("worker no longer has this run")
	// ErrProtocol: the other side speaks another protocol.
	ErrProtocol = errors.New("protocol mismatch")
	// ErrEngine: the engine process died; the text says how.
	ErrEngine = errors.New("engine died")
)

// PlanError is a plan that cannot run: the job, not the target, is at fault.
type PlanError struct{ Message string }

func (e *PlanError) Error() string { return e.Message }

// StepError is a setup or teardown step that failed.
type StepError struct {
	Phase   string // setup, teardown
	Step    string
	Class   Class
	Message string
}

func (e *StepError) Error() string {
	return e.Phase + ": step " + e.Step + " failed: " + string(e.Class) + ": " + e.Message
}
