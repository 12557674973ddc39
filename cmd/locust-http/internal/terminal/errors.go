package terminal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// Bounds of what a summary shows of errors; all is in the JSON.
const (
	maxErrors = 20 // groups
	maxCalls  = 3  // of the stack of one
)

// errors is a table of what went wrong. Errors of scripts have the calls under them that
// led there.
func (s Sheet) errors(r *load.Result) {
	if len(r.Errors) == 0 {
		return
	}
	s.heading("failures")
	groups := slices.Clone(r.Errors)
	slices.SortStableFunc(groups, func(a, b load.ErrorResult) int { return int(b.Count - a.Count) })
	t := table{columns: []column{
		{title: "count", right: true}, {title: "step", flexible: true}, {title: "class"}, {title: "what", flexible: true},
	}}
	for _, e := range groups[:min(len(groups), maxErrors)] {
		where := scenarioName(e.Scenario, e.Transaction)
		if e.Step != "" {
			where += " / " + e.Step
		}
		t.add(row{cells: []string{count(e.Count), where, string(e.Class), errorText(e)}})
		for _, call := range calls(e) {
			t.add(row{cells: []string{"", "", "", "  " + call}, tint: faint})
		}
	}
	t.write(s.Out, s.Style, s.Width)
	if more := len(groups) - maxErrors; more > 0 {
		fmt.Fprintf(s.Out, "… and %s\n", plural(int64(more), "more group", "more groups"))
	}
	fmt.Fprintln(s.Out)
}

// errorText is the broken rule with what was found, and where in a script; most messages
// name the rule.
func errorText(e load.ErrorResult) string {
	text := e.Message
	switch {
	case text == "":
		text = e.Rule
	case !strings.Contains(text, e.Rule):
		text = e.Rule + ": " + text
	}
	if len(e.Samples) > 0 && !strings.Contains(text, e.Samples[0].Place) {
		return at(e.Samples[0].Place, text)
	}
	return text
}

// calls are the first lines of the stack of an error of a script, if they say more than
// its place.
func calls(e load.ErrorResult) []string {
	if !strings.HasPrefix(string(e.Class), "lua_") || len(e.Samples) == 0 || e.Samples[0].Stack == "" {
		return nil
	}
	lines := strings.Split(strings.TrimRight(e.Samples[0].Stack, "\n"), "\n")
	if len(lines) == 1 && lines[0] == e.Samples[0].Place {
		return nil
	}
	if more := len(lines) - maxCalls; more > 0 {
		lines = append(lines[:maxCalls:maxCalls], fmt.Sprintf("… and %s", plural(int64(more), "more call", "more calls")))
	}
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return lines
}
