package terminal

import (
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

// stages is a table of the named stages, each with its transactions when there are
// several.
func (s Sheet) stages(r *load.Result) {
	if len(r.Stages) == 0 {
		return
	}
	t := table{columns: []column{
		{title: "stage", flexible: true}, {title: "from", right: true}, {title: "to", right: true}, {title: "count", right: true},
		{title: "fail", right: true}, {title: "per s", right: true}, {title: "p50", right: true}, {title: "p95", right: true},
		{title: "p99", right: true},
	}}
	for _, st := range r.Stages {
		line := stageRow(0, scenarioName(st.Scenario, st.Name), st.Requests, st.Failures, st.RPS, st.Latency)
		line.cells[1], line.cells[2] = runTime(st.From), runTime(st.To)
		t.add(line)
		if len(st.Transactions) < 2 {
			continue
		}
		for _, tr := range st.Transactions {
			t.add(stageRow(1, tr.Name, tr.Count, tr.Failures, tr.RPS, tr.Latency))
		}
	}
	t.write(s.Out, s.Style, s.Width)
	fmt.Fprintln(s.Out)
}

func stageRow(indent int, name string, n, failures int64, perSecond float64, l load.Latency) row {
	r := row{indent: indent, cells: []string{
		name, "", "", count(n), share(failures, n), rate(perSecond), milliseconds(l.P50), milliseconds(l.P95), milliseconds(l.P99),
	}}
	if failures > 0 {
		r.tint = red
	}
	return r
}

// data is a line for each data file whose rows are unique.
func (s Sheet) data(r *load.Result) {
	for _, d := range r.Data {
		text := fmt.Sprintf("data %s: %s of %s given, %s left", d.Name, count(d.Given), plural(d.Rows, "row", "rows"), count(d.Left))
		if d.Rounds > 1 {
			text = fmt.Sprintf("data %s: %s, given %s times in %s rounds, %s left", d.Name, plural(d.Rows, "row", "rows"), count(d.Given), count(int64(d.Rounds)), count(d.Left))
		}
		tint := ""
		if d.Lost > 0 {
			text += fmt.Sprintf(", %s with lost workers", count(d.Lost))
			tint = yellow
		}
		fmt.Fprintln(s.Out, s.Style.paint(tint, Safe(text)))
	}
}

// runTime is a run time in ms as a plan would write it: 1m30s.
func runTime(ms float64) string {
	return time.Duration(ms * float64(time.Millisecond)).Round(10 * time.Millisecond).String()
}
