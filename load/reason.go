package load

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Reason says to people why something is as it is: Text does in English, Code and Params
// let others say it in another language. It is an error, too, for what ends because of it.
type Reason struct {
	Code   string   `json:"code"` // one of the Why… constants; empty: only Text says it
	Params Params   `json:"params,omitempty"`
	Text   string   `json:"text"`         // without what Of says
	Of     []Reason `json:"of,omitempty"` // what it comes from
}

// Params are what a reason is about: texts, and numbers as float64.
type Params map[string]any

// String is the reason in English, with what it comes from.
func (r Reason) String() string {
	if len(r.Of) == 0 {
		return r.Text
	}
	return r.Text + ": " + TextOf(r.Of)
}

func (r Reason) Error() string { return r.String() }

// TextOf is reasons in English, one after the other.
func TextOf(reasons []Reason) string {
	texts := make([]string, len(reasons))
	for i, r := range reasons {
		texts[i] = r.String()
	}
	return strings.Join(texts, "; ")
}

// Worker is a reason that is about one worker.
func (r Reason) Worker(id string) Reason {
	return Reason{Code: WhyWorker, Params: Params{"worker": id}, Text: id, Of: []Reason{r}}
}

// MoreWorkers stands for those of a list of reasons that are left out.
func MoreWorkers(count int) Reason {
	return Reason{Code: WhyMore, Params: Params{"count": float64(count)}, Text: fmt.Sprintf("and %d more", count)}
}

// ReasonOf is what an error says. A text over MaxMessage is cut.
func ReasonOf(err error) Reason {
	var r Reason
	if errors.As(err, &r) {
		return r
	}
	r = Reason{Text: Clip(err.Error(), MaxMessage)}
	var step *StepError
	switch {
	case errors.As(err, &step):
		r.Code, r.Params = WhyStepFailed, Params{"step": step.Step, "message": step.Message}
	case errors.Is(err, ErrBusy):
		r.Code = WhyBusy
	case errors.Is(err, ErrHeld):
		r.Code = WhyHeldElsewhere
	case errors.Is(err, ErrGone):
		r.Code = WhyGone
	case errors.Is(err, ErrProtocol):
		r.Code = WhyProtocol
	case errors.Is(err, ErrEngine):
		r.Code = WhyEngine
	case errors.Is(err, context.DeadlineExceeded):
		r.Code = WhyDeadline
	}
	return r
}

// The codes of reasons, with their parameters. They are stable. What a reason comes from
// follows in Of.
const (
	// Why a run has ended.
	WhyStopRequested  = "stop_requested"
	WhyStoppedWaiting = "stopped_waiting" // before it had workers
	WhyMasterEnded    = "master_ended"    // before the run did
	WhyWorkersLost    = "workers_lost"    // all of them
	WhyOnWorkerLoss   = "on_worker_loss"  // the plan says abort
	WhyThreshold      = "threshold"       // rule
	WhyUsersLeft      = ReasonUsersLeft
	WhyDataExhausted  = ReasonDataExhausted
	WhyRowsLeft       = "rows_left" // data, left, rows
	WhyMasterSilent   = "master_silent"
	WhyNotEnded       = "not_ended"      // workers: they went on after the end of their load
	WhyStepAborted    = "step_aborted"   // step
	WhyScriptStopped  = "script_stopped" // said
	WhyDataUsedUp     = "data_used_up"   // data, rows
	WhyMetrics        = "metrics"        // most, metric: it and others are left out
	WhyChangeLost     = "change_lost"    // a change of the load did not reach all workers

	// At what it went wrong.
	WhyPrepare       = "prepare"
	WhyPrepareWorker = "prepare_worker" // worker
	WhyFilesTo       = "files_to"       // worker
	WhySetup         = "setup"          // worker
	WhyClocks        = "clocks"
	WhyWorker        = "worker" // worker
	WhyReadyUsers    = "ready_users"
	WhyReadyUsersOn  = "ready_users_on" // worker
	WhyStart         = "start"
	WhyStartWorker   = "start_worker" // worker
	WhyTeardown      = "teardown"     // worker

	// Why a worker takes no part any more.
	WhyNoReport      = "no_report"  // seconds
	WhyNoAnswer      = "no_answer"  // seconds
	WhyUnanswered    = "unanswered" // left, workers, seconds: so many workers did not answer
	WhyNoLastReport  = "no_last_report"
	WhyLateReport    = "late_report" // seconds
	WhyNotStopped    = "not_stopped"
	WhyFinish        = "finish"
	WhyBadReport     = "bad_report"
	WhyBadRows       = "bad_rows"    // it broke the rules of dealing them
	WhyNoDepot       = "no_depot"    // it cannot keep files
	WhyStepFailed    = "step_failed" // step, message
	WhyBusy          = "busy"
	WhyHeldElsewhere = "held_elsewhere"
	WhyGone          = "gone"
	WhyProtocol      = "protocol"
	WhyEngine        = "engine"
	WhyDeadline      = "deadline"
	WhySilence       = ReasonSilence

	// Why a worker is not ready.
	WhyIncompatible = "incompatible" // theirs, ours: protocols
	WhyConnect      = "connect"      // address
	WhyAsked        = "asked"        // it does not answer
	WhyUnlisted     = "unlisted"     // the registry lists it no more

	// Why a run waits.
	WhyReading  = "reading"  // done, all: MiB of the plan's files
	WhyWaits    = "waits"    // need, fit, free: workers
	WhyExcluded = "excluded" // count
	WhyDraining = "draining" // worker
	WhyHeld     = "held"     // worker, run, owner
	WhyOrphaned = "orphaned" // worker, run, owner, seconds: its master is silent
	WhyMore     = "more"     // count: of workers that are not named

	// Why numbers are not to be trusted.
	WhyLocalFailures = "local_failures" // requests
	WhyLocalFD       = "local_fd"       // requests
	WhyLocalPorts    = "local_ports"    // requests
	WhyCounts        = "counts"         // attempts, counted
	WhyHot           = "hot"            // worker, share, seconds
	WhyLost          = "lost"           // worker
	WhySilent        = "silent"         // worker: it stopped early
	WhyClockBound    = "clock_bound"    // worker, ms
	WhyClockMoved    = "clock_moved"    // worker, ms
	WhyLateGo        = "late_go"        // worker, ms
	WhyStoodStill    = "stood_still"    // worker, ms
	WhyGaps          = "gaps"
	WhyLateStarts    = "late_starts"    // share, scenario, ms
	WhyDropped       = "dropped_starts" // starts, scenario
	WhyWindowEmpty   = "window_empty"   // from, end: seconds
	WhyWindowShort   = "window_short"   // end, to: seconds

	// What became of a threshold.
	WhyNoData = "no_data"
	WhyBroken = "broken" // seconds, value
)
