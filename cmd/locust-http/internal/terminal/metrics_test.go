package terminal

import (
	"math"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

const wantMetrics = `
metric              count     min    mean   p50  p95          max
balance                 3      -5  0.3333     0    5            5
cart\x1b[2J 购物车  1,234  0.0625      12  11.9   30  123,456,789

load: `

func TestMetricsInTheSummary(t *testing.T) {
	r := result()
	r.Errors = nil
	r.Metrics = []load.MetricResult{
		{Name: "balance", Count: 3, Min: -5, Mean: 1.0 / 3, P95: 5, Max: 5},
		{Name: "cart\x1b[2J 购物车", Count: 1234, Min: 0.0625, Mean: 12.00001, P50: 11.9, P95: 30, Max: 123456789},
	}
	if got := summary(r, 0, false); !strings.Contains(got, wantMetrics) {
		t.Errorf("got\n%s\nwant in it\n%s", got, wantMetrics)
	}
	if got := summary(result(), 0, false); strings.Contains(got, "metric") {
		t.Errorf("a run without metrics has a table of them:\n%s", got)
	}
}

func TestNumbersOfMetrics(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 3: "3", -2.5: "-2.5", 1.0 / 3: "0.3333", 999.96: "1000", 1234.5: "1,235", -1e6: "-1,000,000", 0.00012345: "0.0001234",
		1e-9: "1e-09", 1.5e18: "1.5e+18", math.MaxFloat64: "1.798e+308",
	} {
		if got := number(v); got != want {
			t.Errorf("%v is shown as %s, want %s", v, got, want)
		}
	}
}

// A value is shown in the unit of its rule: that of a metric has none.
func TestThresholdValues(t *testing.T) {
	for rule, want := range map[string]string{
		"p95(buy) < 1s": "12.0ms", "p95(cart) < 20": "12", "cart < 20": "12", "mean(failures) < 20": "12", "failures < 20": "12",
		"rps(buy / failures 5%) > 1": "12", "max scheduled (buy) < 1s": "12.0ms", "failures(max) < 1%": "1200%", "not a rule": "12",
	} {
		if got := thresholdValue(load.ThresholdResult{Rule: rule, Value: 12}); got != want {
			t.Errorf("%s: %s, want %s", rule, got, want)
		}
	}
}

const wantScriptErrors = `failures
count  step       class        what
    9  buy / pay  lua_error    plan.yaml:33: attempt to index nil
                                 plan.yaml:33 in before
                                 scripts/sign.lua:12
                                 scripts/sign.lua:40
                                 … and 2 more calls
    4  buy / pay  lua_timeout  plan.yaml:40: the hook took over 100ms
    3  buy / pay  check        plan.yaml:35: total: got 7
    2  buy        lua_error    plan.yaml:50: no stock

`

func TestErrorsOfScriptsInTheSummary(t *testing.T) {
	r := result()
	group := func(step string, class load.Class, rule, message, place, stack string, n int64) load.ErrorResult {
		return load.ErrorResult{Transaction: "buy", Step: step, Class: class, Rule: rule, Message: message, Count: n,
			Samples: []load.SampleResult{{Message: message, Place: place, Stack: stack}}}
	}
	r.Errors = []load.ErrorResult{
		group("pay", load.ClassLuaError, "plan.yaml:33", "attempt to index nil", "plan.yaml:33", "plan.yaml:33 in before\n\tscripts/sign.lua:12\nscripts/sign.lua:40\na\nb\n", 9),
		group("pay", load.ClassLuaTimeout, "plan.yaml:40", "the hook took over 100ms", "plan.yaml:40", "", 4),
		group("pay", load.ClassCheck, "total", "total: got 7", "plan.yaml:35", "plan.yaml:35", 3),
		group("", load.ClassLuaError, "no stock", "no stock", "plan.yaml:50", "plan.yaml:50", 2),
	}
	if got := summary(r, 0, false); !strings.Contains(got, wantScriptErrors) {
		t.Errorf("got\n%s\nwant in it\n%s", got, wantScriptErrors)
	}
}
