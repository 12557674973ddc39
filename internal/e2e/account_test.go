package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// writePlan writes a plan into a folder of its own and returns its path.
func writePlan(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readResult reads what --out has written.
func readResult(t *testing.T, path string) *load.Result {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r load.Result
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

// account checks the result against itself and against the number of requests that
// the target has seen.
func account(t *testing.T, r *load.Result, seen int64) {
	t.Helper()
	inner := r.Total.Requests + r.Total.Interrupted + r.Lifecycle.Requests + r.Lifecycle.Interrupted + r.Redirects
	equal(t, "attempts", r.Attempts, inner)
	u := r.Unsent
	unsent := u.DNS + u.Connect + u.TLS + u.Local + u.Script + u.Variable + u.Partly + u.Interrupted
	equal(t, "sent", r.Sent, r.Attempts-unsent)
	equal(t, "requests that the target has seen", seen, r.Sent)
	var steps, life load.StepResult
	for _, s := range r.Steps {
		sum := &steps
		switch s.Transaction {
		case load.SetupName, load.UserStartName, load.UserStopName, load.TeardownName:
			sum = &life
		}
		sum.Requests += s.Requests
		sum.Failures += s.Failures
		sum.Interrupted += s.Interrupted
	}
	equal(t, "requests of all steps", steps.Requests, r.Total.Requests)
	equal(t, "failures of all steps", steps.Failures, r.Total.Failures)
	equal(t, "interrupted of all steps", steps.Interrupted, r.Total.Interrupted)
	equal(t, "requests of the lifecycle", life.Requests, r.Lifecycle.Requests)
	var started int64
	for _, l := range r.Load {
		started += l.Started
	}
	var ended int64
	for _, tr := range r.Transactions {
		ended += tr.Count + tr.Interrupted
	}
	equal(t, "transactions begun", started, ended)
}

func equal(t *testing.T, what string, got, want int64) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %d, want %d", what, got, want)
	}
}

// graceful checks that nothing was cut off.
func graceful(t *testing.T, r *load.Result) {
	t.Helper()
	equal(t, "interrupted", r.Total.Interrupted+r.Lifecycle.Interrupted+r.Unsent.Interrupted, 0)
}

// enough checks that a run did something worth counting.
func enough(t *testing.T, r *load.Result, least int64) {
	t.Helper()
	if r.Sent < least {
		t.Errorf("only %d requests were sent, expected at least %d", r.Sent, least)
	}
}
