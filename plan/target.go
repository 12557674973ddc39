package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// row is a name of the statistics that a threshold can be about.
type row struct {
	transaction, step string
	group             bool // step is a group
}

// rowsOf are the rows that p will have, each once. It is not complete where p has more
// steps than a plan may have.
func rowsOf(p *load.Plan) (rows []row, complete bool) {
	l := rowList{seen: map[row]bool{}, blocks: map[string][]load.Step{}, left: maxSteps}
	for _, b := range p.Blocks {
		l.blocks[b.Name] = b.Steps
	}
	l.transaction(load.SetupName, p.Setup)
	l.transaction(load.UserStartName, p.UserStart)
	l.transaction(load.UserStopName, p.UserStop)
	l.transaction(load.TeardownName, p.Teardown)
	for i := range p.Transactions {
		l.transaction(p.Transactions[i].Name, p.Transactions[i].Steps)
	}
	return l.rows, l.left >= 0
}

// rowList collects rows without repetitions.
type rowList struct {
	rows   []row
	seen   map[row]bool
	blocks map[string][]load.Step
	used   map[string]bool // blocks of the transaction that is being looked at
	left   int             // steps that may still be looked at
}

func (l *rowList) add(r row) {
	if !l.seen[r] {
		l.seen[r] = true
		l.rows = append(l.rows, r)
	}
}

// transaction adds the rows of a transaction: its own, and one for each request and each
// group, wherever in it they are.
func (l *rowList) transaction(name string, steps []load.Step) {
	l.add(row{transaction: name})
	l.used = map[string]bool{}
	l.steps(name, steps)
}

func (l *rowList) steps(transaction string, steps []load.Step) {
	for i := range steps {
		s := &steps[i]
		if l.left--; l.left < 0 {
			return
		}
		switch {
		case s.Off:
			continue
		case s.Group != "":
			l.add(row{transaction, s.Group, true})
		case s.Request != nil && s.Name == "":
			l.add(row{transaction, defaultName(methodOf(s.Request), string(s.Request.URL)), false})
		case s.Request != nil:
			l.add(row{transaction, s.Name, false})
		case s.Use != "" && !l.used[s.Use]:
			l.used[s.Use] = true
			l.steps(transaction, l.blocks[s.Use])
		}
		l.steps(transaction, s.Steps)
		l.steps(transaction, s.Else)
	}
}

// resolveTargets points every threshold of p at its row, or says that its target is
// unknown or ambiguous. Metrics, and rows of a transaction, may be made by scripts, which
// only a run shows.
func resolveTargets(p *load.Plan) []load.Issue {
	rows, complete := rowsOf(p)
	x := newRowIndex(rows, complete)
	EachScript(p, func(string, *load.Script) { x.scripts = true })
	var issues []load.Issue
	for i := range p.Thresholds {
		t := &p.Thresholds[i]
		if len(issues) == maxProblems {
			break
		}
		var message, hint string
		switch {
		case t.Trend != "":
			message, hint = x.trend(t)
		case t.Target != "":
			message, hint = x.resolve(t)
		}
		if message != "" {
			issues = append(issues, load.Issue{Path: at("thresholds", i), Message: message, Hint: hint})
		}
	}
	return issues
}

// rowIndex finds rows by what a target may call them.
type rowIndex struct {
	exact    map[string][]row // transaction, or transaction / step
	steps    map[string][]row // a step by its name alone
	names    []string         // all of these
	complete bool
	scripts  bool // there are some
	hints    int  // how many were looked for
}

func newRowIndex(rows []row, complete bool) *rowIndex {
	x := &rowIndex{exact: map[string][]row{}, steps: map[string][]row{}, complete: complete}
	for _, r := range rows {
		name := r.transaction
		if r.step != "" {
			x.steps[r.step] = append(x.steps[r.step], r)
			x.names = append(x.names, r.step)
			name += " / " + r.step
		}
		x.exact[name] = append(x.exact[name], r)
		x.names = append(x.names, name)
	}
	return x
}

func (x *rowIndex) resolve(t *load.Threshold) (message, hint string) {
	name := t.Target
	if t.Step != "" {
		name += " / " + t.Step
	}
	found := x.exact[name]
	if len(found) == 0 {
		found = x.steps[name]
	}
	switch {
	case len(found) == 1:
		t.Target, t.Step = found[0].transaction, found[0].step
	case len(found) > 1:
		return ambiguous(name, found)
	case x.scripts && t.Step != "" && len(x.exact[t.Target]) > 0:
		return "", "" // a row that a script may make in that transaction
	case x.complete:
		return fmt.Sprintf("threshold: there is no transaction or step %q", shorten(name)), x.hint(name)
	}
	return "", ""
}

func ambiguous(name string, found []row) (message, hint string) {
	const shown = 10
	var choices []string
	for _, r := range found {
		choices = append(choices, "("+shorten(r.transaction+" / "+r.step)+")")
	}
	if choices = slices.Compact(choices); len(choices) == 1 {
		return fmt.Sprintf("threshold: %q is a step and a group", shorten(name)), "give the group another name"
	}
	if len(choices) > shown {
		choices = append(choices[:shown], "…")
	}
	return fmt.Sprintf("threshold: %q is ambiguous", shorten(name)), "write one of " + strings.Join(choices, ", ")
}

// trend says why a rule cannot be about a metric. The unit tells a metric from a
// transaction, so that a forgotten one is found as long as no metric has such a name.
func (x *rowIndex) trend(t *load.Threshold) (message, hint string) {
	found := slices.Concat(x.exact[t.Trend], x.steps[t.Trend])
	switch {
	case len(found) > 0:
		kind := "transaction"
		if found[0].step != "" {
			kind = "step"
		}
		value := strconv.FormatFloat(t.Value, 'f', -1, 64)
		return fmt.Sprintf("threshold: %s has no unit, and %q is a %s", value, shorten(t.Trend), kind),
			fmt.Sprintf("for its latency write %sms; a metric of a script needs a name of its own", value)
	case x.scripts:
		return "", ""
	}
	hint = "metrics are made by scripts, and the plan has none"
	if x.hints++; x.hints <= maxHints {
		if near := nearest(t.Trend, builtIn); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
	}
	return fmt.Sprintf("threshold: unknown metric %q", shorten(t.Trend)), hint
}

// builtIn are metrics as rules name them.
var builtIn = []string{"p50", "p90", "p95", "p99", "p99.9", "mean", "max", "failures", "rps", "dropped"}

func (x *rowIndex) hint(name string) string {
	if x.hints++; x.hints <= maxHints {
		if near := nearest(name, x.names); near != "" {
			return fmt.Sprintf("did you mean %q?", near)
		}
	}
	if x.scripts {
		return "a transaction by its name, a step or a row of a script as (transaction / step); a metric is compared with a number without a unit"
	}
	return "a transaction by its name, a step as (transaction / step)"
}
