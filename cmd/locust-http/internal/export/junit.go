package export

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/locust-http/locust-http/load"
)

// The part of the JUnit format that CI systems agree on
// (https://github.com/testmoapp/junitxml).
type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suite   suite    `xml:"testsuite"`
}

type suite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr,omitempty"`
	Time     string     `xml:"time,attr"`
	Stamp    string     `xml:"timestamp,attr,omitempty"`
	Cases    []testCase `xml:"testcase"`
}

type testCase struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Time    string   `xml:"time,attr,omitempty"`
	Failure *trouble `xml:"failure"`
	Error   *trouble `xml:"error"`
	Skipped *trouble `xml:"skipped"`
}

type trouble struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"` // more of it, in lines
}

// JUnit writes a test case per threshold, and one for the run itself, which is an
// error when the run broke or its measurement is invalid.
func JUnit(w io.Writer, r *load.Result) error {
	s := suite{Name: printable("locust-http " + r.Plan), Time: "0"}
	if r.StartedAt != nil {
		s.Stamp = r.StartedAt.UTC().Format("2006-01-02T15:04:05")
		if r.EndedAt != nil {
			s.Time = fmt.Sprintf("%.3f", r.EndedAt.Sub(*r.StartedAt).Seconds())
		}
	}
	class := printable(r.Plan)
	run := testCase{Name: "run", Class: class, Error: broken(r)}
	s.Cases = append(s.Cases, run)
	if run.Error != nil {
		s.Errors++
	}
	for _, t := range r.Thresholds {
		c := testCase{Name: printable(t.Rule), Class: class}
		if !t.Passed {
			c.Failure = &trouble{Message: printable(failure(t))}
			s.Failures++
		}
		s.Cases = append(s.Cases, c)
	}
	return s.write(w)
}

// write writes s as a document of its own.
func (s suite) write(w io.Writer) error {
	s.Tests = len(s.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(suites{Suite: s}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func broken(r *load.Result) *trouble {
	switch {
	case r.State == load.StateFailed || r.State == load.StateAborted:
		return &trouble{Message: printable(fmt.Sprintf("run %s: %s", r.State, r.Reason))}
	case r.Measurement.Verdict == load.Invalid:
		return &trouble{Message: printable("measurement invalid: " + strings.Join(r.Measurement.Reasons, "; "))}
	}
	return nil
}

func failure(t load.ThresholdResult) string {
	if t.Message != "" {
		return fmt.Sprintf("%s: %s", t.Rule, t.Message)
	}
	return fmt.Sprintf("%s: was %v", t.Rule, t.Value)
}

// printable drops what XML 1.0 cannot hold at all.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\ufffe' || r == '\uffff' {
			return '\ufffd'
		}
		return r
	}, s)
}
