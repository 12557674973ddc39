package terminal

import (
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func scripted() *load.ExchangeResult {
	return &load.ExchangeResult{
		Duration: 9,
		Steps: []load.StepExchangeResult{
			{
				Transaction: "buy", Step: "pay", Latency: 3, Class: load.ClassLuaError, Place: "plan.yaml:33",
				Message:  "attempt to index field 'total' (a nil value)",
				Stack:    "plan.yaml:33: in function 'sum'\nscripts/cart.lua:7: in function 'each'\n",
				Attempts: []load.AttemptResult{{Request: load.RequestResult{Method: "POST", URL: "http://h/pay"}, Sent: true, Response: &load.ReceivedResult{Status: 201}}},
				Checks: []load.CheckedResult{
					{Rule: "status 201", OK: true, Actual: "got 201"}, {Rule: "has id", OK: true, Place: "plan.yaml:31"}, {Rule: "has total", Place: "plan.yaml:32"},
					{Rule: "cheap", Place: "scripts/cart.lua:2", Actual: "got 7"},
				},
			},
			{
				Transaction: "buy", Step: "POST /token", OK: true, Latency: 1, By: "plan.yaml:40",
				Attempts: []load.AttemptResult{{Request: load.RequestResult{Method: "POST", URL: "http://h/token", Body: "a\n\nb", BodySize: 4}, Sent: true, Response: &load.ReceivedResult{Status: 200}}},
			},
			{Transaction: "buy", Step: "receipt", OK: true, Skipped: "the cart is empty"},
		},
		Log: []load.LogResult{{Level: "info", Message: "cart: 3", Place: "plan.yaml:12"}, {Level: "error", Message: "no"}},
	}
}

const wantScripted = `✗ buy / pay  201  3.00ms
  lua_error: plan.yaml:33: attempt to index field 'total' (a nil value)
      plan.yaml:33: in function 'sum'
      scripts/cart.lua:7: in function 'each'
  POST http://h/pay
  < 201 Created
  dns 0 · connect 0 · tls 0 · first byte 0 · total 0 · 0 B out · 0 B in
  check ✓ status 201
  check ✓ has id (plan.yaml:31)
  check ✗ has total (plan.yaml:32)
  check ✗ cheap (scripts/cart.lua:2): got 7

  ✓ buy / POST /token  200  1.00ms  by plan.yaml:40
    POST http://h/token
      a
      
      b
    < 200 OK
    dns 0 · connect 0 · tls 0 · first byte 0 · total 0 · 0 B out · 0 B in

- buy / receipt  skipped
  skipped: the cart is empty

log: info: plan.yaml:12: cart: 3
log: error: no
1 of 3 steps failed in 9.00ms
`

func TestExchangeOfScripts(t *testing.T) {
	if got := printed(scripted(), ExchangeOptions{}, false); got != wantScripted {
		t.Errorf("got\n%s\nwant\n%s", got, wantScripted)
	}
	brief := printed(scripted(), ExchangeOptions{Brief: true}, false)
	for _, want := range []string{"      scripts/cart.lua:7: in function 'each'\n", "\n  ✓ buy / POST /token  200  1.00ms  by plan.yaml:40\n- buy / receipt  skipped\nlog: info"} {
		if !strings.Contains(brief, want) {
			t.Errorf("no %q in\n%s", want, brief)
		}
	}
	colour := printed(scripted(), ExchangeOptions{}, true)
	for _, want := range []string{
		"\x1b[31m  lua_error: plan.yaml:33: attempt", "\x1b[31m      plan.yaml:33: in function 'sum'\x1b[0m\n", "\x1b[31mlog: error: no",
		"\n  \x1b[32m✓\x1b[0m \x1b[1mbuy / POST", "\x1b[33m-\x1b[0m", "\x1b[33m  skipped",
	} {
		if !strings.Contains(colour, want) {
			t.Errorf("no %q in\n%q", want, colour)
		}
	}
}

// What the script of a transaction did is no request that was not sent.
func TestExchangeOfATransactionsScript(t *testing.T) {
	x := &load.ExchangeResult{OK: true, Steps: []load.StepExchangeResult{
		{Transaction: "buy", Step: "buy", OK: true, Checks: []load.CheckedResult{{Rule: "total", OK: true}}},
		{Transaction: "(setup)", Step: "(setup)", Class: load.ClassLuaTimeout, Place: "plan.yaml:9", Message: "too long"},
		{Transaction: "a", Step: "a", Class: load.ClassUnsetVariable, Message: "x is not set"},
	}}
	want := "✓ buy  script\n  check ✓ total\n\n✗ (setup)  script\n  lua_timeout: plan.yaml:9: too long\n\n" +
		"✗ a / a  not sent  0\n  unset_variable: x is not set\n\nok in 0\n"
	if got := printed(x, ExchangeOptions{}, false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A failure outside of every step is one all the same.
func TestExchangeFailedWithoutAStep(t *testing.T) {
	if got := printed(&load.ExchangeResult{Duration: 2}, ExchangeOptions{}, false); got != "failed in 2.00ms\n" {
		t.Errorf("got %q", got)
	}
}

func TestExchangeOfADeepStack(t *testing.T) {
	x := &load.ExchangeResult{Steps: []load.StepExchangeResult{{Stack: strings.Repeat("plan.yaml:1: in f\n", 90)}}}
	if got := printed(x, ExchangeOptions{}, false); strings.Count(got, "in f\n") != shownStack || !strings.Contains(got, "      … (90 calls in all; --full prints more)\n") {
		t.Errorf("got\n%s", got)
	}
	if got := printed(x, ExchangeOptions{Full: true}, false); strings.Count(got, "in f\n") != 90 {
		t.Errorf("in full:\n%s", got)
	}
}

// What scripts say is shown and never obeyed.
func TestExchangeOfAHostileScript(t *testing.T) {
	const evil = "a\x1b[2J\r\n  check ✓ all is well\n\u202e"
	x := &load.ExchangeResult{
		Steps: []load.StepExchangeResult{{By: evil, Place: evil, Stack: evil, Skipped: evil, Message: evil, Checks: []load.CheckedResult{{Rule: "r", Place: evil}}}},
		Log:   []load.LogResult{{Level: "info", Place: evil, Message: evil}},
	}
	for line := range strings.Lines(printed(x, ExchangeOptions{}, false)) {
		line = strings.TrimSuffix(line, "\n")
		if Safe(line) != line || strings.HasPrefix(line, "  check ✓") {
			t.Errorf("line %q", line)
		}
	}
	if line := (Style{}).LogLine(load.LogLine{Level: evil, Worker: evil, Place: evil, Message: evil}); Safe(line) != line {
		t.Errorf("line %q", line)
	}
}

func TestLogLine(t *testing.T) {
	got := (Style{Colour: true}).LogLine(load.LogLine{Level: "warn", Worker: "w1", Place: "plan.yaml:7", Message: "slow"})
	if got != "\x1b[33mw1: warn: plan.yaml:7: slow\x1b[0m" {
		t.Errorf("got %q", got)
	}
}
