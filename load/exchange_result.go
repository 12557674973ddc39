package load

import (
	"bytes"
	"encoding/base64"
	"time"
	"unicode"
	"unicode/utf8"
)

// ExchangeResult is an Exchange as JSON: the answer of POST /api/v1/send. It is stable:
// fields are added, never renamed. Times are milliseconds as decimals, sizes bytes,
// values of variables text; a number keeps the text it had. Lists are empty rather than
// null.
type ExchangeResult struct {
	Schema   int                  `json:"schema"`
	OK       bool                 `json:"ok"` // no step failed
	Duration float64              `json:"duration"`
	Worker   string               `json:"worker,omitempty"` // that sent it; empty: this machine
	Steps    []StepExchangeResult `json:"steps"`
	Before   map[string]string    `json:"before"` // variables after setup and user_start
	Vars     map[string]string    `json:"vars"`   // at the end; data columns as "source.column", secrets left out
	Log      []LogResult          `json:"log"`
}

// StepExchangeResult is one step with its attempts: more than one where it followed
// redirects.
type StepExchangeResult struct {
	Transaction string            `json:"transaction"`
	Step        string            `json:"step"`
	OK          bool              `json:"ok"`
	Class       Class             `json:"class,omitempty"`   // of the failure
	Message     string            `json:"message,omitempty"` // of the failure
	Place       string            `json:"place,omitempty"`   // in a script that failed: "plan.yaml:33"
	Stack       string            `json:"stack,omitempty"`   // of a script that failed, a line per call
	By          string            `json:"by,omitempty"`      // file:line of the script that made the request
	Skipped     string            `json:"skipped,omitempty"` // why a script skipped it
	Latency     float64           `json:"latency"`
	Attempts    []AttemptResult   `json:"attempts"`
	Extracts    []ExtractedResult `json:"extracts"`
	Checks      []CheckedResult   `json:"checks"`
	Changed     map[string]string `json:"changed"` // variables that the step has set
}

// AttemptResult is one HTTP request as really sent, with what came back.
type AttemptResult struct {
	Request  RequestResult   `json:"request"`
	Response *ReceivedResult `json:"response"` // null: none came
	BytesIn  int64           `json:"bytes_in"` // on the wire
	BytesOut int64           `json:"bytes_out"`
	Timing   TimingResult    `json:"timing"`
	Class    Class           `json:"class,omitempty"` // why it failed
	Message  string          `json:"message,omitempty"`
	Sent     bool            `json:"sent"`             // the request was written in full
	Unsent   string          `json:"unsent,omitempty"` // why not, in the words of the result's unsent
}

// ReceivedResult is a response. A body that is no text is in BodyBase64 instead.
type ReceivedResult struct {
	Status     int          `json:"status"`
	Headers    []HeaderLine `json:"headers"`
	Body       string       `json:"body,omitempty"` // decoded; at most 5 MiB
	BodyBase64 string       `json:"body_base64,omitempty"`
	BodySize   int64        `json:"body_size"` // of what is here
	Truncated  bool         `json:"truncated"` // there was more
}

// TimingResult is where the time of an attempt went. What did not happen, such as
// connect on a kept connection, is 0.
type TimingResult struct {
	DNS       float64 `json:"dns"`
	Connect   float64 `json:"connect"`
	TLS       float64 `json:"tls"`
	FirstByte float64 `json:"first_byte"` // from the request written
	Total     float64 `json:"total"`      // with all of the above
}

// ExtractedResult is what an extraction found.
type ExtractedResult struct {
	Name  string `json:"name"`
	Found bool   `json:"found"`
	Value string `json:"value,omitempty"`
}

// CheckedResult is how a check came out, with what it saw.
type CheckedResult struct {
	Rule   string `json:"rule"`
	OK     bool   `json:"ok"`
	Warn   bool   `json:"warn,omitempty"` // it does not fail the step
	Actual string `json:"actual,omitempty"`
	Place  string `json:"place,omitempty"` // file:line of the script that made it
}

// LogResult is a line of the log.
type LogResult struct {
	At      time.Time `json:"at"`
	Level   string    `json:"level"`
	Message string    `json:"message"`
	Place   string    `json:"place,omitempty"` // file:line of the script that said it
}

// Result is x as JSON shows it.
func (x *Exchange) Result() ExchangeResult {
	r := ExchangeResult{
		Schema: 1, OK: x.OK, Duration: inMS(x.Duration),
		Steps: make([]StepExchangeResult, 0, len(x.Steps)), Before: valueTexts(x.Before), Vars: valueTexts(x.Vars),
		Log: make([]LogResult, 0, len(x.Log)),
	}
	for i := range x.Steps {
		r.Steps = append(r.Steps, x.Steps[i].result())
	}
	for _, l := range x.Log {
		r.Log = append(r.Log, LogResult{l.At, l.Level, l.Message, l.Place})
	}
	return r
}

func (s *StepExchange) result() StepExchangeResult {
	r := StepExchangeResult{
		Transaction: s.Transaction, Step: s.Step, OK: s.OK, Class: s.Class, Message: s.Message,
		Place: s.Place, Stack: s.Stack, By: s.By, Skipped: s.Skipped, Latency: inMS(s.Latency),
		Attempts: make([]AttemptResult, 0, len(s.Attempts)), Extracts: make([]ExtractedResult, 0, len(s.Extracts)),
		Checks: make([]CheckedResult, 0, len(s.Checks)), Changed: valueTexts(s.Changed),
	}
	for i := range s.Attempts {
		r.Attempts = append(r.Attempts, s.Attempts[i].result())
	}
	for _, e := range s.Extracts {
		r.Extracts = append(r.Extracts, ExtractedResult{e.Name, e.Found, e.Value.Text})
	}
	for _, c := range s.Checks {
		r.Checks = append(r.Checks, CheckedResult(c))
	}
	return r
}

func (a *Attempt) result() AttemptResult {
	r := AttemptResult{
		Request: RequestResult{Method: a.Method, URL: a.URL, Headers: headerLines(a.RequestHeader), BodySize: a.RequestSize},
		BytesIn: a.BytesIn, BytesOut: a.BytesOut, Class: a.Class, Message: a.Message, Sent: a.Fate == Sent,
		Timing: TimingResult{
			DNS: inMS(a.Timing.DNS), Connect: inMS(a.Timing.Connect), TLS: inMS(a.Timing.TLS),
			FirstByte: inMS(a.Timing.FirstByte), Total: inMS(a.Timing.Total),
		},
	}
	r.Request.Body, r.Request.BodyBase64 = BodyText(a.RequestBody, int64(len(a.RequestBody)) < a.RequestSize)
	if a.Fate != Sent {
		r.Unsent = a.Fate.String()
	}
	if a.Status != 0 {
		r.Response = &ReceivedResult{
			Status: a.Status, Headers: headerLines(a.ResponseHeader), BodySize: int64(len(a.ResponseBody)), Truncated: a.Truncated,
		}
		r.Response.Body, r.Response.BodyBase64 = BodyText(a.ResponseBody, a.Truncated)
	}
	return r
}

// BodyText is a body as JSON shows it: as text where it is text, else in base64; one of
// the two is empty. A body that was cut may end within a character, which is left out.
func BodyText(body []byte, cut bool) (text, base64Text string) {
	whole := body
	if cut {
		whole = withoutPart(body)
	}
	if utf8.Valid(whole) && !bytes.ContainsFunc(whole, isBinary) {
		return string(whole), ""
	}
	return "", base64.StdEncoding.EncodeToString(body)
}

// withoutPart is body without the beginning of a character at its end.
func withoutPart(body []byte) []byte {
	for i := len(body) - 1; i >= max(0, len(body)-utf8.UTFMax); i-- {
		if utf8.RuneStart(body[i]) {
			if !utf8.FullRune(body[i:]) {
				return body[:i]
			}
			break
		}
	}
	return body
}

// isBinary says that r stands in no text.
func isBinary(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != '\b' && r != 0x1b
}

func headerLines(headers []Header) []HeaderLine {
	lines := make([]HeaderLine, 0, len(headers))
	for _, h := range headers {
		lines = append(lines, HeaderLine(h))
	}
	return lines
}

func valueTexts(values map[string]Value) map[string]string {
	texts := make(map[string]string, len(values))
	for name, v := range values {
		texts[name] = v.Text
	}
	return texts
}

// inMS is d in milliseconds, to a microsecond.
func inMS(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
