package terminal

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// shownStack is how many calls are printed of where a script failed, unless all is asked
// for.
const shownStack = 20

// isScript says whether s is no request but what the script of a whole transaction, or of
// a part of the lifecycle, checked or did wrong: a request that went well was sent.
func isScript(s *load.StepExchangeResult) bool {
	return s.Step == s.Transaction && len(s.Attempts) == 0 && s.By == "" && s.Skipped == "" && (s.OK || s.Place != "")
}

// failure prints why a step failed; of a script, where, and by which calls it came there.
func (p *exchangePrinter) failure(s *load.StepExchangeResult) {
	p.line(red, "  %s: %s", s.Class, at(s.Place, s.Message))
	if s.Stack == "" {
		return
	}
	calls := strings.Split(strings.TrimRight(s.Stack, "\n"), "\n")
	for i, call := range calls {
		if i == shownStack && !p.o.Full {
			p.line(red, "      … (%s in all; --full prints more)", plural(int64(len(calls)), "call", "calls"))
			break
		}
		p.line(red, "      %s", strings.TrimSpace(call))
	}
}

// at is a message with its place in a script before it, if it has one.
func at(place, message string) string {
	if place == "" {
		return message
	}
	return place + ": " + message
}

func (p *exchangePrinter) check(c load.CheckedResult) {
	rule := c.Rule
	if c.Place != "" {
		rule += " (" + c.Place + ")"
	}
	actual := ""
	if c.Actual != "" {
		actual = ": " + p.value(c.Actual)
	}
	switch {
	case c.OK:
		p.line("", "  check ✓ %s", rule)
	case c.Warn:
		p.line(yellow, "  check ! %s%s (warns only)", rule, actual)
	default:
		p.line(red, "  check ✗ %s%s", rule, actual)
	}
}

// log prints what scripts and the engine have said.
func (p *exchangePrinter) log(lines []load.LogResult) {
	for _, l := range lines {
		p.line(levelTint(l.Level), "log: %s: %s", l.Level, at(l.Place, l.Message))
	}
}

func levelTint(level string) string {
	switch level {
	case "warn":
		return yellow
	case "error":
		return red
	}
	return ""
}

// LogLine is a line of a run's log, as it is printed while the run goes on.
func (s Style) LogLine(l load.LogLine) string {
	text := l.Level + ": " + at(l.Place, l.Message)
	if l.Worker != "" {
		text = l.Worker + ": " + text
	}
	return s.paint(levelTint(l.Level), Safe(text))
}

// indented writes two spaces before each line that has anything.
type indented struct {
	to     io.Writer
	inside bool // a line has been begun
}

func (w *indented) Write(b []byte) (int, error) {
	var out []byte
	for line := range bytes.Lines(b) {
		if !w.inside && len(line) > 1 {
			out = append(out, "  "...)
		}
		out = append(out, line...)
		w.inside = line[len(line)-1] != '\n'
	}
	if _, err := w.to.Write(out); err != nil {
		return 0, fmt.Errorf("print: %w", err)
	}
	return len(b), nil
}
