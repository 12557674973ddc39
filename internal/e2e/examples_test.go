package e2e

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/examples"
	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// long are the examples that need no more than a few seconds of theirs.
var long = map[string]bool{"shop.yaml": true, "login-csrf-checkout.yaml": true}

// Every example runs against the shop as it is, but for the time it takes, and
// nothing in it fails.
func TestExamples(t *testing.T) {
	plans, err := fs.Glob(examples.Plans, "*.yaml")
	if err != nil || len(plans) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, name := range plans {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
			out := filepath.Join(t.TempDir(), "result.json")
			args := []string{"run", filepath.Join("..", "..", "examples", name), "--base-url", site.URL, "--out", out}
			if long[name] {
				args = append(args, "--duration", "8s")
			}
			code := start(t, args...).wait()
			r := readResult(t, out)
			onlySlow(t, code, r)
			if r.State != load.StateCompleted || r.Measurement.Verdict == load.Invalid {
				t.Errorf("state %s, measurement %+v", r.State, r.Measurement)
			}
			account(t, r, site.Log.Seen())
			graceful(t, r)
			enough(t, r, 1)
			for _, e := range r.Errors {
				t.Errorf("%s / %s: %s %s", e.Transaction, e.Step, e.Class, e.Message)
			}
		})
	}
}

// onlySlow checks that no threshold failed but for those on latency, which are this
// machine's business.
func onlySlow(t *testing.T, code int, r *load.Result) {
	t.Helper()
	slow := false
	for _, rule := range r.Thresholds {
		latency := strings.HasPrefix(rule.Rule, "p") || strings.HasPrefix(rule.Rule, "max") || strings.HasPrefix(rule.Rule, "mean")
		slow = slow || latency && !rule.Passed
		if !latency && !rule.Passed {
			t.Errorf("threshold %s: %v %s", rule.Rule, rule.Value, rule.Message)
		}
	}
	if want := map[bool]int{true: 3}[slow]; code != want {
		t.Errorf("exit %d, want %d", code, want)
	}
}
