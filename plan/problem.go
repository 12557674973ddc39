package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a plan's text, at its place.
type Problem struct {
	File    string `json:"file"`    // as given to Decode
	Line    int    `json:"line"`    // from 1; 0: no place
	Col     int    `json:"col"`     // from 1, in characters
	Path    string `json:"path"`    // in the plan: transactions[0].steps[2].request.url
	Message string `json:"message"` // one line
	Hint    string `json:"hint"`    // what to do about it; may be empty
	Source  string `json:"source"`  // the line of the text, or the part of it around Col; no control characters
	Warning bool   `json:"warning"` // does not keep the plan from running

	caret int // where Col is within Source, in characters from 0
}

// Error is "file:line:col: message: hint".
func (p Problem) Error() string {
	s := p.place() + p.Message
	if p.Hint != "" {
		s += ": " + p.Hint
	}
	return s
}

func (p Problem) place() string {
	var s string
	if p.File != "" {
		s = p.File + ":"
	}
	if p.Line > 0 {
		s += fmt.Sprintf("%d:%d:", p.Line, p.Col)
	}
	if s != "" {
		s += " "
	}
	return s
}

// Problems are all that was found in one text, in order of place.
type Problems []Problem

// Error is one problem per line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Err is ps, or nil when nothing but warnings was found.
func (ps Problems) Err() error {
	for _, p := range ps {
		if !p.Warning {
			return ps
		}
	}
	return nil
}

// maxProblems bounds what one text can bring forth: nobody reads more, and each
// carries a line of source.
const maxProblems = 100

// inOrder sorts ps by place and leaves out repetitions and what is over maxProblems.
func (ps Problems) inOrder() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return slices.CompactFunc(ps, func(a, b Problem) bool {
		return a.Line == b.Line && a.Col == b.Col && a.Message == b.Message
	})
}
