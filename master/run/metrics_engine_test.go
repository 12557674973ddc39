package run_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// Metrics of scripts on three engines are one metric of the run, each value counted once;
// what is no metric is an error of its script, and what is too much is left out.
func TestMetricsOfSeveralEngines(t *testing.T) {
	t.Parallel()
	r, _ := real(t, 3, 1, `
version: 1
base_url: SITE
on_failure: continue
run: {lua_timeout: 1s}
script: |
  function before(req, user)
    for i = 1, 10 do metric("cart_size", i) end
    metric("user", user.id)
    check("no NaN", not pcall(metric, "nan", 0/0))
    check("no infinity", not pcall(metric, "inf", -1/0))
    check("no name", not pcall(metric, "", 1))
    check("no line break", not pcall(metric, "a\nb", 1))
    check("no text", not pcall(metric, "text", "1x"))
    for i = 1, 60 do metric(string.format("m%02d", i), 1) end
  end
transactions: [{name: t, steps: [{request: {url: /a}}]}]
load: {users: 6, iterations: 30}
thresholds: [cart_size < 5.6, p95(cart_size) <= 10, min(cart_size) > 1, max(user) <= 6, never < 1]
`)
	if len(r.Errors) > 0 {
		t.Errorf("errors %+v", r.Errors)
	}
	named := func(name string) load.MetricResult {
		i := slices.IndexFunc(r.Metrics, func(m load.MetricResult) bool { return m.Name == name })
		if i < 0 {
			t.Fatalf("no metric %s", name)
		}
		return r.Metrics[i]
	}
	if got, want := named("cart_size"), (load.MetricResult{Name: "cart_size", Count: 300, Min: 1, Mean: 5.5, P50: 5, P95: 10, Max: 10}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := named("user"); got.Count != 30 || got.Min < 1 || got.Max > 6 {
		t.Errorf("%+v, want 30 values of users 1 to 6", got)
	}
	if got := named("m48"); len(r.Metrics) != load.MaxMetrics || got.Count != 30 {
		t.Errorf("%d metrics; %+v", len(r.Metrics), got)
	}
	passed := []bool{true, true, false, true, false}
	for i, want := range passed {
		if got := r.Thresholds[i]; got.Passed != want {
			t.Errorf("%+v, want %v", got, want)
		}
	}
	if got := r.Thresholds[4].Message; !strings.Contains(got, "no data") || r.Result != load.Failed {
		t.Errorf("a metric that never came: %q, the run has %s", got, r.Result)
	}
}
