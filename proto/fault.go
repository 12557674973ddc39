package proto

import (
	"context"
	"errors"
	"fmt"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// ErrToken: the worker wants a token, or another one. Test with errors.Is.
var ErrToken = errors.New("worker refused the token")

// kinds are the errors that keep their identity over the wire.
var kinds = []struct {
	err  error
	kind pb.Fault_Kind
}{
	{load.ErrBusy, pb.Fault_BUSY},
	{load.ErrHeld, pb.Fault_HELD},
	{load.ErrGone, pb.Fault_GONE},
	{load.ErrProtocol, pb.Fault_PROTOCOL},
	{load.ErrEngine, pb.Fault_ENGINE},
	{context.Canceled, pb.Fault_CANCELED},
	{context.DeadlineExceeded, pb.Fault_DEADLINE},
}

func faultToPB(err error) *pb.Fault {
	f := &pb.Fault{Text: err.Error()}
	var plan *load.PlanError
	var step *load.StepError
	switch {
	case errors.As(err, &plan):
		f.Kind, f.Message = pb.Fault_PLAN, plan.Message
	case errors.As(err, &step):
		f.Kind, f.Phase, f.Step, f.Class, f.Message = pb.Fault_STEP, step.Phase, step.Step, string(step.Class), step.Message
	default:
		for _, k := range kinds {
			if errors.Is(err, k.err) {
				f.Kind = k.kind
				break
			}
		}
	}
	return f
}

func faultFromPB(f *pb.Fault) error {
	kind := faultKind(f)
	if kind == nil {
		return errors.New(f.GetText())
	}
	if kind.Error() == f.GetText() {
		return kind
	}
	return &remoteError{text: f.GetText(), kind: kind}
}

// faultKind is the error that f is or wraps; nil for one without identity.
func faultKind(f *pb.Fault) error {
	switch f.GetKind() {
	case pb.Fault_PLAN:
		return &load.PlanError{Message: f.GetMessage()}
	case pb.Fault_STEP:
		return &load.StepError{Phase: f.GetPhase(), Step: f.GetStep(), Class: load.Class(f.GetClass()), Message: f.GetMessage()}
	}
	for _, k := range kinds {
		if k.kind == f.GetKind() {
			return k.err
		}
	}
	return nil
}

// remoteError has the text of the other side and the identity of one of load's errors.
type remoteError struct {
	text string
	kind error
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.kind }

// checkProtocol compares the other side's protocol number with ours.
func checkProtocol(theirs int64) error {
	if theirs == load.Protocol {
		return nil
	}
	return fmt.Errorf("%w: the master speaks %d, this worker %d; use the same version of locust-http on both", load.ErrProtocol, theirs, load.Protocol)
}
