package terminal

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

func exchange() *load.ExchangeResult {
	return &load.ExchangeResult{
		Duration: 12.5, Worker: "w1",
		Steps: []load.StepExchangeResult{
			{
				Transaction: "browse", Step: "list", OK: true, Latency: 3,
				Attempts: []load.AttemptResult{
					{
						Request: load.RequestResult{Method: "GET", URL: "http://h/a", Headers: []load.HeaderLine{{Name: "Host", Value: "h"}}}, Sent: true,
						Response: &load.ReceivedResult{Status: 302, Headers: []load.HeaderLine{{Name: "Location", Value: "/b"}}},
						Timing:   load.TimingResult{DNS: 1, Connect: 0.5, FirstByte: 0.25, Total: 1.75}, BytesOut: 10, BytesIn: 2048,
					},
					{
						Request: load.RequestResult{Method: "GET", URL: "http://h/b"}, Sent: true,
						Response: &load.ReceivedResult{Status: 299, Body: "{\n  \"id\": 1\n}\n", BodySize: 13},
					},
				},
				Extracts: []load.ExtractedResult{{Name: "id", Found: true, Value: "1"}, {Name: "csrf"}},
				Checks:   []load.CheckedResult{{Rule: "status 2xx", OK: true}, {Rule: "latency lt 1ms", Warn: true, Actual: "got 3ms"}},
				Changed:  map[string]string{"id": "1", "page": "7", "limit": "20"},
			},
			{
				Transaction: "buy", Step: "pay", Class: load.ClassConnRefused, Message: "dial tcp: refused", Latency: 1,
				Attempts: []load.AttemptResult{{
					Request: load.RequestResult{Method: "POST", URL: "http://h/pay", BodyBase64: "AAE=", BodySize: 2},
					Unsent:  "connect", Message: "dial tcp: refused",
				}},
				Checks: []load.CheckedResult{{Rule: "status 201", Actual: "no response"}},
			},
			{Transaction: "buy", Step: "bill", Class: load.ClassUnsetVariable, Message: "x is not set",
				Attempts: []load.AttemptResult{{Request: load.RequestResult{Method: "GET", URL: "http://h/"}, Unsent: "partly", Message: "cut off"}}},
		},
		Vars: map[string]string{"page": "7", "id": "1"},
		Log:  []load.LogResult{{Level: "warn", Message: "beware"}},
	}
}

func printed(x *load.ExchangeResult, o ExchangeOptions, colour bool) string {
	var b strings.Builder
	Sheet{Out: &b, Style: Style{colour}}.Exchange(x, o)
	return b.String()
}

const wantExchange = `✓ browse / list  299  3.00ms
  1/2 GET http://h/a
  > Host: h
  < 302 Found
  < Location: /b
  dns 1.00ms · connect 500µs · tls 0 · first byte 250µs · total 1.75ms · 10 B out · 2.0 KiB in
  2/2 GET http://h/b
  < 299
    {
      "id": 1
    }
  dns 0 · connect 0 · tls 0 · first byte 0 · total 0 · 0 B out · 0 B in
  extract id = 1
  extract csrf: nothing found
  set limit = 20
  set page = 7
  check ✓ status 2xx
  check ! latency lt 1ms: got 3ms (warns only)

`

const wantFailures = `✗ buy / pay  not sent  1.00ms
  conn_refused: dial tcp: refused
  POST http://h/pay
    (2 B that are no text)
  not sent: connect
  dns 0 · connect 0 · tls 0 · first byte 0 · total 0 · 0 B out · 0 B in
  check ✗ status 201: no response

✗ buy / bill  not sent  0
  unset_variable: x is not set
  GET http://h/
  not sent: partly: cut off
  dns 0 · connect 0 · tls 0 · first byte 0 · total 0 · 0 B out · 0 B in

`

const wantVariables = `variables at the end
  id = 1
  page = 7

`

const wantConclusion = `log: warn: beware
2 of 3 steps failed in 12.5ms, sent by worker w1
`

func TestExchange(t *testing.T) {
	want := wantExchange + wantFailures + wantVariables + wantConclusion
	if got := printed(exchange(), ExchangeOptions{}, false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestExchangeBrief(t *testing.T) {
	want := "✓ browse / list  299  3.00ms\n" + wantFailures + wantConclusion
	if got := printed(exchange(), ExchangeOptions{Brief: true}, false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	ok := &load.ExchangeResult{OK: true, Duration: 2}
	if got := printed(ok, ExchangeOptions{}, false); got != "ok in 2.00ms\n" {
		t.Errorf("got %q", got)
	}
}

func TestExchangeColour(t *testing.T) {
	text := printed(exchange(), ExchangeOptions{}, true)
	for _, want := range []string{
		"\x1b[32m✓\x1b[0m \x1b[1mbrowse / list\x1b[0m", "\x1b[31m  conn_refused: dial tcp: refused\x1b[0m\n", "\x1b[31m  check ✗ status 201",
		"\x1b[33m  check ! latency", "\x1b[33m  extract csrf", "\x1b[1m  < 302 Found\x1b[0m\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%q", want, text)
		}
	}
	if strings.Contains(text, `\x1b`) {
		t.Errorf("a colour was taken for text:\n%s", text)
	}
}

// Whatever a target sends is shown and not obeyed, and what is not a body cannot look
// like other lines.
func TestExchangeOfAHostileTarget(t *testing.T) {
	const evil = "a\x1b[2J\r\n  check ✓ all is well\n\u202e"
	x := &load.ExchangeResult{
		Worker: evil, Vars: map[string]string{evil: evil}, Log: []load.LogResult{{Level: evil, Message: evil}},
		Steps: []load.StepExchangeResult{{
			Transaction: evil, Step: evil, Class: load.Class(evil), Message: evil, Changed: map[string]string{evil: evil},
			Extracts: []load.ExtractedResult{{Name: evil, Found: true, Value: evil}, {Name: evil}},
			Checks:   []load.CheckedResult{{Rule: evil, Actual: evil}, {Rule: evil, OK: true}, {Rule: evil, Warn: true, Actual: evil}},
			Attempts: []load.AttemptResult{{
				Request: load.RequestResult{Method: evil, URL: evil, Headers: []load.HeaderLine{{Name: evil, Value: evil}}, Body: evil}, Unsent: evil, Message: evil,
				Response: &load.ReceivedResult{Status: 200, Headers: []load.HeaderLine{{Name: evil, Value: evil}}, Body: evil, BodySize: 9},
			}},
		}},
	}
	for _, o := range []ExchangeOptions{{}, {Full: true}, {Brief: true}} {
		text := printed(x, o, false)
		faked := 0
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); Safe(line) != line {
				t.Errorf("it is not safe: %q", line)
			}
			if strings.HasPrefix(line, "  check ✓ all is well") {
				t.Errorf("a faked line: %q", line)
			}
			if strings.HasPrefix(line, "      check ✓ all is well") {
				faked++
			}
		}
		if faked != 2 { // of the two bodies, which are indented
			t.Errorf("%d lines of bodies in\n%s", faked, text)
		}
	}
}

func TestExchangeIsSafeAlways(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		x := &load.ExchangeResult{Vars: map[string]string{"v": text}, Steps: []load.StepExchangeResult{{
			Step: text, Message: text, Checks: []load.CheckedResult{{Rule: text, Actual: text}},
			Attempts: []load.AttemptResult{{Response: &load.ReceivedResult{Status: 200, Body: text}}},
		}}}
		for line := range strings.Lines(printed(x, ExchangeOptions{Full: rapid.Bool().Draw(t, "full")}, false)) {
			if line = strings.TrimSuffix(line, "\n"); Safe(line) != line {
				t.Fatalf("%q from %q", line, text)
			}
		}
	})
}

// Large bodies and values are shown by their beginning, unless all is asked for.
func TestExchangeOfMuch(t *testing.T) {
	long := strings.Repeat("商", 700) // 2,100 bytes
	many := strings.Repeat("x\n", 1000)
	of := func(body string, cut bool, o ExchangeOptions) string {
		return printed(&load.ExchangeResult{Vars: map[string]string{"v": long}, Steps: []load.StepExchangeResult{{
			Attempts: []load.AttemptResult{{Response: &load.ReceivedResult{Status: 200, Body: body, BodySize: int64(len(body)), Truncated: cut}}},
		}}}, o, false)
	}
	full := ExchangeOptions{Full: true}
	for name, c := range map[string]struct{ text, want string }{
		"a long line":           {of(long, false, ExchangeOptions{}), "\n    " + strings.Repeat("商", 666) + "\n    … (2.1 KiB in all; --full prints more)\n"},
		"many lines":            {of(many, false, ExchangeOptions{}), "< 200 OK\n" + strings.Repeat("    x\n", shownBodyLines) + "    … (2.0 KiB in all; --full prints more)\n"},
		"a long line in full":   {of(long, false, full), "    " + long + "\n  dns"},
		"many lines in full":    {of(many, false, full), strings.Repeat("    x\n", 1000) + "  dns"},
		"more than was kept":    {of("abc", true, full), "    abc\n    … (over 3 B in all)\n"},
		"a long value":          {of("", false, ExchangeOptions{}), "  v = " + strings.Repeat("商", 66) + "… (700 characters)\n"},
		"a long value in full":  {of("", false, full), "  v = " + long + "\n"},
		"exactly what is shown": {of(strings.Repeat("y", shownBody), false, ExchangeOptions{}), strings.Repeat("y", shownBody) + "\n  dns"},
	} {
		if !strings.Contains(c.text, c.want) {
			t.Errorf("%s: got %s", name, fmt.Sprintf("%.3000q", c.text))
		}
	}
}

// A secret that was masked makes a body shorter than its size: nothing was left out.
func TestExchangeOfAMaskedBody(t *testing.T) {
	x := &load.ExchangeResult{Steps: []load.StepExchangeResult{{Attempts: []load.AttemptResult{
		{Sent: true, Request: load.RequestResult{Method: "POST", Body: "p=***", BodySize: 50}},
		{Sent: true, Request: load.RequestResult{Method: "POST", Body: "file", BodySize: keptBody + 1}},
		{Sent: true, Request: load.RequestResult{Method: "POST", BodySize: 2048}},
	}}}}
	text := printed(x, ExchangeOptions{}, false)
	for _, want := range []string{"    p=***\n  dns", "    file\n    … (5.0 MiB in all)\n", "    (2.0 KiB)\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
