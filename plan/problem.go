package plan

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a plan's text, at its place.
type Problem struct {
	File      string // as given to Decode
	Line, Col int    // from 1, in runes; 0: no place
	Path      string // in the plan: transactions[0].steps[2].request.url
	Message   string
	Hint      string // what to do about it; may be empty
	Source    string // the line of the text, bounded in length and without control characters
	Warning   bool   // does not keep the plan from running
}

// Error is "file:line:col: message: hint".
func (p Problem) Error() string {
	s := p.Message
	if p.Line > 0 {
		s = fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Message)
	}
	if p.Hint != "" {
		s += ": " + p.Hint
	}
	return s
}

// Problems are all that was found, in order of place.
type Problems []Problem

// Error is one problem per line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Err is nil when nothing but warnings was found.
func (ps Problems) Err() error {
	for _, p := range ps {
		if !p.Warning {
			return ps
		}
	}
	return nil
}

var errTODO = errors.New("not built yet")
