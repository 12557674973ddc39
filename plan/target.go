package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// row is a name of the statistics that a threshold can be about.
type row struct{ transaction, step string }

// rowsOf are the rows that p will have. prog knows the names of steps that the plan
// does not name; without it, complete is false.
func rowsOf(p *load.Plan, prog *Program) (rows []row, complete bool) {
	add := func(transaction string, steps []string) {
		rows = append(rows, row{transaction, ""})
		for _, s := range steps {
			rows = append(rows, row{transaction, s})
		}
	}
	if prog != nil {
		add(load.SetupName, compiledNames(prog.Setup))
		add(load.UserStartName, compiledNames(prog.UserStart))
		add(load.UserStopName, compiledNames(prog.UserStop))
		add(load.TeardownName, compiledNames(prog.Teardown))
		for _, t := range prog.Transactions {
			add(t.Name, compiledNames(t.Steps))
		}
		return rows, true
	}
	add(load.SetupName, writtenNames(p.Setup))
	add(load.UserStartName, writtenNames(p.UserStart))
	add(load.UserStopName, writtenNames(p.UserStop))
	add(load.TeardownName, writtenNames(p.Teardown))
	for _, t := range p.Transactions {
		add(t.Name, writtenNames(t.Steps))
	}
	return rows, false
}

func compiledNames(steps []*Step) []string {
	var names []string
	for _, s := range steps {
		names = append(names, s.Name)
	}
	return names
}

func writtenNames(steps []load.Step) []string {
	var names []string
	for _, s := range steps {
		names = append(names, s.Name)
	}
	return names
}

// resolveTargets points every threshold of p at its row, or says that its target is
// unknown or ambiguous.
func resolveTargets(p *load.Plan, prog *Program) []load.Issue {
	rows, complete := rowsOf(p, prog)
	var issues []load.Issue
	for i := range p.Thresholds {
		t := &p.Thresholds[i]
		if t.Target == "" {
			continue
		}
		if message, hint := resolve(t, rows, complete); message != "" {
			issues = append(issues, load.Issue{Path: at("thresholds", i), Message: message, Hint: hint})
		}
	}
	return issues
}

func resolve(t *load.Threshold, rows []row, complete bool) (message, hint string) {
	name := t.Target
	if t.Step != "" {
		name += " / " + t.Step
	}
	found := matches(rows, name)
	switch {
	case len(found) == 1:
		t.Target, t.Step = found[0].transaction, found[0].step
	case len(found) > 1:
		var choices []string
		for _, r := range found {
			choices = append(choices, r.transaction+" / "+r.step)
		}
		return fmt.Sprintf("threshold: %q is ambiguous", shorten(name)), "write one of (" + strings.Join(choices, "), (") + ")"
	case complete || len(rows) == 0:
		hint := "a transaction by its name, a step as (transaction / step)"
		if near := nearest(name, rowNames(rows)); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return fmt.Sprintf("threshold: there is no transaction or step %q", shorten(name)), hint
	}
	return "", ""
}

// matches are the rows that name can mean: a transaction, a transaction / step, or
// else a step by its name alone.
func matches(rows []row, name string) []row {
	var exact, steps []row
	for _, r := range rows {
		switch {
		case r.step == "" && r.transaction == name, r.step != "" && r.transaction+" / "+r.step == name:
			exact = append(exact, r)
		case r.step == name:
			steps = append(steps, r)
		}
	}
	if len(exact) > 0 {
		return slices.Compact(exact)
	}
	return slices.Compact(steps)
}

func rowNames(rows []row) []string {
	var names []string
	for _, r := range rows {
		if r.step == "" {
			names = append(names, r.transaction)
		} else {
			names = append(names, r.step, r.transaction+" / "+r.step)
		}
	}
	return names
}
