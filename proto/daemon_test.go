package proto

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/workersuite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// keptDaemon answers what it is told to.
type keptDaemon struct {
	*workersuite.Fake
	says    *load.Inspection
	asked   load.LogQuery
	drained int
	err     error
}

func (d *keptDaemon) Inspect(_ context.Context, q load.LogQuery) (*load.Inspection, error) {
	d.asked = q
	return d.says, d.err
}

func (d *keptDaemon) Drain(context.Context) error {
	d.drained++
	return d.err
}

func TestDaemonCalls(t *testing.T) {
	want := filled[load.Inspection]()
	d := &keptDaemon{Fake: fake(), says: &want}
	c := dial(t, serve(t, d, ServerOptions{Token: "t"}), DialOptions{Token: "t"})
	got, err := c.Inspect(bounded(t), load.LogQuery{After: 3, Level: "warn", Limit: 1 << 40})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, *got, nil, want)
	if d.asked != (load.LogQuery{After: 3, Level: "warn", Limit: load.MaxDaemonLines}) {
		t.Errorf("asked for %+v", d.asked)
	}
	if err := c.Drain(bounded(t)); err != nil || d.drained != 1 {
		t.Errorf("%d times, %v", d.drained, err)
	}
	d.err = errors.New("it is shutting down")
	if _, err := c.Inspect(bounded(t), load.LogQuery{}); err == nil || err.Error() != "it is shutting down" {
		t.Errorf("%v", err)
	}
	if err := c.Drain(bounded(t)); err == nil {
		t.Error("drained")
	}
	other := dial(t, serve(t, d, ServerOptions{Token: "t"}), DialOptions{})
	if err := other.Drain(bounded(t)); !errors.Is(err, ErrToken) {
		t.Errorf("without the token: %v", err)
	}
	if _, err := other.Inspect(bounded(t), load.LogQuery{}); !errors.Is(err, ErrToken) {
		t.Errorf("without the token: %v", err)
	}
}

// A worker that speaks the protocol but was built before these calls says so in words.
func TestDaemonCallsThatAreNotKnown(t *testing.T) {
	c := dial(t, serve(t, fake(), ServerOptions{}), DialOptions{})
	if err := c.Drain(bounded(t)); err == nil || !strings.Contains(err.Error(), "no daemon") {
		t.Errorf("%v", err)
	}
	old := dial(t, serveOdd(t, pb.UnimplementedWorkerServer{}), DialOptions{})
	if err := old.Drain(bounded(t)); err == nil || !strings.Contains(err.Error(), "older version") {
		t.Errorf("%v", err)
	}
	if _, err := old.Inspect(bounded(t), load.LogQuery{}); err == nil || !strings.Contains(err.Error(), "older version") {
		t.Errorf("%v", err)
	}
}
