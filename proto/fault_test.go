package proto

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

func TestErrorsKeepIdentityAndText(t *testing.T) {
	for _, want := range []error{load.ErrBusy, load.ErrHeld, load.ErrGone, load.ErrProtocol, load.ErrEngine, context.Canceled, context.DeadlineExceeded} {
		for _, err := range []error{want, fmt.Errorf("prepare: %w: run 7 of anna", want)} {
			got := faultFromPB(travel(t, faultToPB(err), &pb.Fault{}))
			if !errors.Is(got, want) || got.Error() != err.Error() {
				t.Errorf("%q became %q (Is %v: %v)", err, got, want, errors.Is(got, want))
			}
			for _, other := range kinds {
				if other.err != want && errors.Is(got, other.err) {
					t.Errorf("%q is also %v", got, other.err)
				}
			}
		}
	}
	if got := faultFromPB(faultToPB(io.ErrShortWrite)); got.Error() != io.ErrShortWrite.Error() {
		t.Errorf("got %q", got)
	}
}

func TestPlanAndStepErrorsTravel(t *testing.T) {
	step := &load.StepError{Phase: "setup", Step: "login", Class: load.ClassStatus, Message: "got 500"}
	var gotStep *load.StepError
	err := faultFromPB(travel(t, faultToPB(fmt.Errorf("worker w-1: %w", step)), &pb.Fault{}))
	if !errors.As(err, &gotStep) || *gotStep != *step || err.Error() != "worker w-1: "+step.Error() {
		t.Errorf("got %q, %+v", err, gotStep)
	}
	plan := &load.PlanError{Message: "transactions[0].steps[2].request.url: no base_url"}
	var gotPlan *load.PlanError
	err = faultFromPB(travel(t, faultToPB(plan), &pb.Fault{}))
	if !errors.As(err, &gotPlan) || *gotPlan != *plan || err.Error() != plan.Message {
		t.Errorf("got %q, %+v", err, gotPlan)
	}
}
