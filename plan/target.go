package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// row is a name of the statistics that a threshold can be about.
type row struct {
	transaction, step string
	group             bool // step is a group
}

// rowsOf are the rows that p will have, each once. prog knows the names of steps that
// the plan does not name, and the steps of blocks; without it, complete is false.
func rowsOf(p *load.Plan, prog *Program) (rows []row, complete bool) {
	l := rowList{seen: map[row]bool{}}
	if prog != nil {
		l.compiled(load.SetupName, prog.Setup)
		l.compiled(load.UserStartName, prog.UserStart)
		l.compiled(load.UserStopName, prog.UserStop)
		l.compiled(load.TeardownName, prog.Teardown)
		for _, t := range prog.Transactions {
			l.compiled(t.Name, t.Steps)
		}
		return l.rows, true
	}
	l.written(load.SetupName, p.Setup)
	l.written(load.UserStartName, p.UserStart)
	l.written(load.UserStopName, p.UserStop)
	l.written(load.TeardownName, p.Teardown)
	for i := range p.Transactions {
		l.written(p.Transactions[i].Name, p.Transactions[i].Steps)
	}
	return l.rows, false
}

// rowList collects rows without repetitions.
type rowList struct {
	rows []row
	seen map[row]bool
}

func (l *rowList) add(r row) {
	if !l.seen[r] {
		l.seen[r] = true
		l.rows = append(l.rows, r)
	}
}

// compiled adds the rows of a transaction: its own, and one for each request and each
// group, wherever in it they are.
func (l *rowList) compiled(transaction string, steps []*Step) {
	l.add(row{transaction: transaction})
	for _, s := range steps {
		if s.Request != nil || s.Group {
			l.add(row{transaction, s.Name, s.Group})
		}
		l.compiled(transaction, s.Steps)
		l.compiled(transaction, s.Else)
	}
}

// written is compiled for steps as the plan has them.
func (l *rowList) written(transaction string, steps []load.Step) {
	l.add(row{transaction: transaction})
	for i := range steps {
		s := &steps[i]
		switch {
		case s.Group != "":
			l.add(row{transaction, s.Group, true})
		case s.Request != nil:
			l.add(row{transaction, s.Name, false})
		}
		l.written(transaction, s.Steps)
		l.written(transaction, s.Else)
	}
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
		if choices = slices.Compact(choices); len(choices) == 1 {
			return fmt.Sprintf("threshold: %q is a step and a group", shorten(name)), "give the group another name"
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
		return exact
	}
	return steps
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
