package export

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// CheckExchange is Check for an exchange.
func CheckExchange(path string) error {
	if _, err := exchangeWriter(path, ""); err != nil {
		return err
	}
	return checkPlace(path)
}

// ExchangeFile writes x to path, whole or not at all: as JSON, or as JUnit with a test
// case for each step.
func ExchangeFile(path, plan string, x *load.ExchangeResult) error {
	write, err := exchangeWriter(path, plan)
	if err != nil {
		return err
	}
	return replace(path, func(w io.Writer) error { return write(w, x) })
}

func exchangeWriter(path, plan string) (func(io.Writer, *load.ExchangeResult) error, error) {
	switch ending := strings.ToLower(filepath.Ext(path)); ending {
	case ".json":
		return func(w io.Writer, x *load.ExchangeResult) error { return writeJSON(w, x) }, nil
	case ".xml":
		return func(w io.Writer, x *load.ExchangeResult) error { return exchangeJUnit(w, plan, x) }, nil
	default:
		return nil, fmt.Errorf("write %s: unknown ending %q; use .json or .xml", path, ending)
	}
}

func exchangeJUnit(w io.Writer, plan string, x *load.ExchangeResult) error {
	s := suite{Name: printable("locust-http send " + plan), Time: seconds(x.Duration)}
	for i := range x.Steps {
		c := stepCase(&x.Steps[i])
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Skipped != nil:
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
	}
	if !x.OK && s.Failures == 0 {
		s.Cases = append(s.Cases, testCase{Name: "send", Class: printable(plan), Failure: &trouble{Message: "it failed outside of every step", Text: logText(x.Log)}})
		s.Failures++
	}
	return s.write(w)
}

// stepCase is a step as a test case; one that a script has made says where.
func stepCase(step *load.StepExchangeResult) testCase {
	c := testCase{Name: printable(step.Step), Class: printable(step.Transaction), Time: seconds(step.Latency)}
	if step.By != "" {
		c.Name += printable(" (by " + step.By + ")")
	}
	switch {
	case !step.OK:
		c.Failure = &trouble{Message: printable(string(step.Class) + ": " + at(step.Place, step.Message)), Text: exchangeText(step)}
	case step.Skipped != "":
		c.Skipped = &trouble{Message: printable(step.Skipped)}
	}
	return c
}

// at is a message with its place in a script before it, if it has one.
func at(place, message string) string {
	if place == "" {
		return message
	}
	return place + ": " + message
}

func logText(log []load.LogResult) string {
	lines := make([]string, len(log))
	for i, l := range log {
		lines[i] = printable(l.Level + ": " + at(l.Place, l.Message))
	}
	return strings.Join(lines, "\n")
}

// exchangeText is what was asked for and what failed about it, in lines; of a script that
// failed, the calls by which it came there, too.
func exchangeText(s *load.StepExchangeResult) string {
	var lines []string
	for i := range s.Attempts {
		a := &s.Attempts[i]
		line := a.Request.Method + " " + a.Request.URL
		if a.Response != nil {
			line += fmt.Sprintf(": %d", a.Response.Status)
		}
		lines = append(lines, printable(line))
	}
	for _, e := range s.Extracts {
		if !e.Found {
			lines = append(lines, printable("extract "+e.Name+": nothing found"))
		}
	}
	for _, c := range s.Checks {
		if !c.OK && !c.Warn {
			lines = append(lines, printable("check "+at(c.Place, c.Rule)+": "+c.Actual))
		}
	}
	for call := range strings.Lines(s.Stack) {
		lines = append(lines, printable(strings.TrimSpace(call)))
	}
	return strings.Join(lines, "\n")
}

// seconds is a time in ms as JUnit has it.
func seconds(ms float64) string { return fmt.Sprintf("%.3f", ms/1000) }
