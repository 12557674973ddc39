package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

func TestParseThreshold(t *testing.T) {
	for text, want := range map[string]load.Threshold{
		"p95 < 200ms":                        {Metric: "p", Quantile: 0.95, Op: "<", Value: 200},
		"p99.9<1.5s":                         {Metric: "p", Quantile: 0.999, Op: "<", Value: 1500},
		"p100 <= 1m":                         {Metric: "p", Quantile: 1, Op: "<=", Value: 60_000},
		"p0.1 > 1us":                         {Metric: "p", Quantile: 0.001, Op: ">", Value: 0.001},
		"p99(buy) < 1s":                      {Metric: "p", Quantile: 0.99, Target: "buy", Op: "<", Value: 1000},
		"p99 scheduled (search) < 300ms":     {Metric: "p", Quantile: 0.99, Scheduled: true, Target: "search", Op: "<", Value: 300},
		"mean(browse / list items) < 1s":     {Metric: "mean", Target: "browse", Step: "list items", Op: "<", Value: 1000},
		"max ( (setup) / a<b ) >= 1s":        {Metric: "max", Target: "(setup)", Step: "a<b", Op: ">=", Value: 1000},
		"failures < 1%":                      {Metric: "failures", Op: "<", Value: 0.01, Share: true},
		"failures < 0.1%":                    {Metric: "failures", Op: "<", Value: 0.001, Share: true},
		"failures <= 10":                     {Metric: "failures", Op: "<=", Value: 10},
		"rps(buy) > 100.5":                   {Metric: "rps", Target: "buy", Op: ">", Value: 100.5},
		"dropped <= 0":                       {Metric: "dropped", Op: "<=", Value: 0},
		"my_metric < 7":                      {Metric: "mean", Trend: "my_metric", Op: "<", Value: 7},
		"购物车 >= -1.5 abort":                  {Metric: "mean", Trend: "购物车", Op: ">=", Value: -1.5, Abort: true},
		"p95(cart_size) < 30":                {Metric: "p", Quantile: 0.95, Trend: "cart_size", Op: "<", Value: 30},
		"mean( cart size ) < 30 after 10s":   {Metric: "mean", Trend: "cart size", Op: "<", Value: 30, After: 10 * time.Second},
		"min(a / b (c) < d) > 1e-3":          {Metric: "min", Trend: "a / b (c) < d", Op: ">", Value: 0.001},
		"max(p95) <= 0":                      {Metric: "max", Trend: "p95", Op: "<=", Value: 0},
		"p50 < 1s over 10s after 30s abort":  {Metric: "p", Quantile: 0.5, Op: "<", Value: 1000, Over: 10 * time.Second, After: 30 * time.Second, Abort: true},
		"failures(login) < 5% abort over 1m": {Metric: "failures", Target: "login", Op: "<", Value: 0.05, Share: true, Over: time.Minute, Abort: true},
	} {
		got, err := ParseThreshold(text)
		if want.Rule = text; err != nil || got != want {
			t.Errorf("%q: got %+v, %v\nwant %+v", text, got, err, want)
		}
	}
}

func TestParseThresholdRefuses(t *testing.T) {
	for _, text := range []string{
		"", "p95", "p95 < 200", "p95 < fast", "p95 < -1s", "p0 < 1s", "p101 < 1s", "p999 < 1s", "failures < 101%", "failures < -1%",
		"rps < 5%", "p95 a < 1s", "p95(a < 1s", "p95(a) b < 1s", "p95() < 1s", "p95 < 1s soon", "p95 <", "< 1s", "rps scheduled < 1",
		"p < 1s", "p(a) < 1", "min < 1", "min(a) < 1s", "count(a) < 1", "cart(a) < 1", "cart < 1s", "cart < 1%", "cart scheduled < 1",
		"p95 scheduled (cart) < 1", "max(cart) < 5%", "p95() < 1", "max(" + strings.Repeat("a", 65) + ") < 1", "max(a\tb) < 1", "max(cart) < 1e999",
		"dropped(a) < 1", "p95 < 1s over", "p95 < 1s over 5", "p95 < 1s after 0s", "rps < x", "rps < 1e999",
	} {
		if got, err := ParseThreshold(text); err == nil {
			t.Errorf("%q was read as %+v", text, got)
		}
	}
}

// TestDefaultThreshold holds for a plan without thresholds, and not for an empty list.
func TestDefaultThreshold(t *testing.T) {
	got := ThresholdsOf(&load.Plan{})
	want := load.Threshold{Rule: "failures < 1%", Metric: "failures", Op: "<", Value: 0.01, Share: true, Default: true}
	if len(got) != 1 || got[0] != want {
		t.Errorf("no thresholds: %+v", got)
	}
	if got := ThresholdsOf(&load.Plan{Thresholds: []load.Threshold{}}); len(got) != 0 {
		t.Errorf("an empty list: %+v", got)
	}
}

// TestTargets points a threshold at the row that its words mean.
func TestTargets(t *testing.T) {
	rows := []row{
		{load.UserStartName, "", false}, {load.UserStartName, "login", false},
		{"buy", "", false}, {"buy", "pay", false}, {"buy", "a / b", false},
		{"a / b", "", false}, {"sell", "", false}, {"sell", "pay", false}, {"pay by card", "", false},
	}
	for name, want := range map[string]row{
		"buy": {"buy", "", false}, "buy / pay": {"buy", "pay", false}, "login": {load.UserStartName, "login", false},
		"a / b": {"a / b", "", false}, "buy / a / b": {"buy", "a / b", false}, "(user start) / login": {load.UserStartName, "login", false},
	} {
		th, err := ParseThreshold("p95(" + name + ") < 1s")
		if err != nil {
			t.Fatal(err)
		}
		if message, hint := newRowIndex(rows, true).resolve(&th); message != "" || (row{transaction: th.Target, step: th.Step}) != want {
			t.Errorf("%q: %q / %q, %s (%s), want %v", name, th.Target, th.Step, message, hint, want)
		}
	}
	for name, want := range map[string]string{"pay": "write one of (buy / pay), (sell / pay)", "bye": `did you mean "buy"?`} {
		th := load.Threshold{Target: name}
		if message, hint := newRowIndex(rows, true).resolve(&th); message == "" || hint != want {
			t.Errorf("%q: %s (%s), want the hint %s", name, message, hint, want)
		}
	}
}

// A metric is what no transaction or step is, and only scripts make any.
func TestTrendsOfThresholds(t *testing.T) {
	const head = "version: 1\nbase_url: http://h\nload: {users: 1}\ntransactions:\n- name: buy\n  steps: [{request: {url: /}, name: pay}]\n"
	const script = "script: |\n  function before(req, user) metric('cart', 1) end\n"
	for rule, want := range map[string][2]string{ // without scripts, with scripts; empty: it is taken
		"cart < 20":               {"unknown metric", ""},
		"p95(cart) < 20":          {"unknown metric", ""},
		"max(buy) < 20":           {"20 has no unit", "20 has no unit"},
		"pay < 0.5":               {"0.5 has no unit", "0.5 has no unit"},
		"max(pay) < 20":           {"is a step", "is a step"},
		"p95(buy / pay) < 20":     {`"buy / pay" is a step`, `"buy / pay" is a step`},
		"p95(buy / token) < 20ms": {"no transaction or step", ""},
		"p95(token) < 20ms":       {"no transaction or step", "a row of a script as (transaction / step)"},
		"failure < 1":             {`did you mean "failures"?`, ""},
		"p95(buy / pay) < 20ms":   {"", ""},
	} {
		for i, text := range []string{head, head + script} {
			_, problems := Decode("p.yaml", []byte(text+"thresholds: ['"+rule+"']\n"))
			got := ""
			if err := problems.Err(); err != nil {
				got = err.Error()
			}
			if (got == "") != (want[i] == "") || !strings.Contains(got, want[i]) {
				t.Errorf("%s, script: %v: %q, want %q", rule, i == 1, got, want[i])
			}
		}
	}
}
