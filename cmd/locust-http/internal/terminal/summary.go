package terminal

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Sheet is where a summary is written: how wide it may be (0: any width) and whether
// it may be coloured.
type Sheet struct {
	Out   io.Writer
	Width int
	Style Style
}

// Summary writes the outcome of a run: a table of its transactions with their groups and
// steps, the metrics of its scripts, its named stages, what went wrong, how the load and the data went, the
// thresholds, and the verdict.
func (s Sheet) Summary(r *load.Result) {
	fmt.Fprintln(s.Out)
	if r.StartedAt == nil && r.Attempts == 0 { // nothing was sent, so there is nothing to show
		s.verdict(r)
		return
	}
	s.statistics(r)
	s.metrics(r)
	s.stages(r)
	s.errors(r)
	s.load(r)
	s.data(r)
	s.thresholds(r)
	s.measurement(r)
	s.verdict(r)
}

func (s Sheet) heading(text string) {
	fmt.Fprintln(s.Out, s.Style.paint(bold, text))
}

func (s Sheet) statistics(r *load.Result) {
	t := table{columns: []column{
		{title: "transaction / step", flexible: true}, {title: "count", right: true}, {title: "fail", right: true},
		{title: "per s", right: true}, {title: "p50", right: true}, {title: "p95", right: true},
		{title: "p99", right: true}, {title: "max", right: true},
	}}
	for _, tr := range r.Transactions {
		name := scenarioName(tr.Scenario, tr.Name)
		t.add(statRow(0, name, tr.Count, tr.Failures, tr.RPS, tr.Latency))
		if l := tr.LatencyScheduled; l != nil {
			t.add(row{cells: latencyCells("(from the intended start)", *l), indent: 1, tint: faint})
		}
		for _, g := range r.Groups {
			if g.Scenario == tr.Scenario && g.Transaction == tr.Name {
				t.add(statRow(1, g.Name+" (group)", g.Count, g.Failures, g.RPS, g.Latency))
			}
		}
		for _, st := range stepsOf(r, tr.Scenario, tr.Name) {
			t.add(statRow(1, st.Name, st.Requests, st.Failures, st.RPS, st.Latency))
		}
	}
	for _, st := range lifecycle(r) {
		t.add(statRow(0, st.Transaction+" "+st.Name, st.Requests, st.Failures, st.RPS, st.Latency))
	}
	total := statRow(0, "all steps", r.Total.Requests, r.Total.Failures, r.Total.RPS, r.Total.Latency)
	if total.tint == "" {
		total.tint = bold
	}
	t.add(total)
	t.write(s.Out, s.Style, s.Width)
	s.measured(r)
	fmt.Fprintln(s.Out)
}

// measured says what the table is of when the beginning of the run is left out.
func (s Sheet) measured(r *load.Result) {
	if r.Measured.From > 0 {
		fmt.Fprintf(s.Out, "measured from %s to %s; counts are of the whole run\n", runTime(r.Measured.From), runTime(r.Measured.To))
	}
}

func statRow(indent int, name string, n, failures int64, perSecond float64, l load.Latency) row {
	cells := latencyCells(name, l)
	cells[1], cells[2], cells[3] = count(n), share(failures, n), rate(perSecond)
	r := row{cells: cells, indent: indent}
	if failures > 0 {
		r.tint = red
	}
	return r
}

func latencyCells(name string, l load.Latency) []string {
	return []string{name, "", "", "", milliseconds(l.P50), milliseconds(l.P95), milliseconds(l.P99), milliseconds(l.Max)}
}

func scenarioName(scenario, name string) string {
	if scenario == "" {
		return name
	}
	return scenario + ": " + name
}

func stepsOf(r *load.Result, scenario, transaction string) []load.StepResult {
	var steps []load.StepResult
	for _, st := range r.Steps {
		if st.Scenario == scenario && st.Transaction == transaction {
			steps = append(steps, st)
		}
	}
	return steps
}

// lifecycle is the rows that belong to no transaction: setup, user start and so on,
// and what was counted under "(other)".
func lifecycle(r *load.Result) []load.StepResult {
	var steps []load.StepResult
	for _, st := range r.Steps {
		of := func(tr load.TransactionResult) bool { return tr.Scenario == st.Scenario && tr.Name == st.Transaction }
		if !slices.ContainsFunc(r.Transactions, of) {
			steps = append(steps, st)
		}
	}
	return steps
}

func (s Sheet) load(r *load.Result) {
	for _, l := range r.Load {
		name := "load"
		if l.Scenario != "" {
			name += " of " + l.Scenario
		}
		text := fmt.Sprintf("%s: %s, peak %s, %s started, %s late, %s dropped", name, l.Model,
			plural(int64(l.PeakUsers), "user", "users"), plural(l.Started, "transaction", "transactions"), count(l.Late), count(l.Dropped))
		if l.Waiting > 0 {
			text += fmt.Sprintf(", %s of user_start", plural(l.Waiting, "retry", "retries"))
		}
		fmt.Fprintln(s.Out, Safe(text))
	}
	fmt.Fprintln(s.Out, requestsLine(r))
	for _, w := range r.Workers {
		if w.Lost {
			fmt.Fprintln(s.Out, s.Style.paint(yellow, Safe(fmt.Sprintf("worker %s lost: %s", w.ID, w.Reason))))
		}
	}
}

func requestsLine(r *load.Result) string {
	text := fmt.Sprintf("requests: %s sent", count(r.Sent))
	if unsent := r.Attempts - r.Sent; unsent > 0 {
		text += fmt.Sprintf(", %s not sent (%s)", count(unsent), unsentParts(r.Unsent))
	}
	if r.Redirects > 0 {
		text += fmt.Sprintf(", %s of them redirects", count(r.Redirects))
	}
	if n := r.Total.Interrupted + r.Lifecycle.Interrupted; n > 0 {
		text += fmt.Sprintf(", %s interrupted", count(n))
	}
	if r.Reconnects > 0 {
		text += fmt.Sprintf(", %s", plural(r.Reconnects, "reconnect", "reconnects"))
	}
	in, out := moved(r)
	return text + fmt.Sprintf("; %s in, %s out", Bytes(in), Bytes(out))
}

// moved is the bytes of all requests that were sent, those of the lifecycle too.
func moved(r *load.Result) (in, out int64) {
	in, out = r.Total.BytesIn, r.Total.BytesOut
	for i := range r.Steps {
		switch s := &r.Steps[i]; s.Transaction {
		case load.SetupName, load.UserStartName, load.UserStopName, load.TeardownName:
			in, out = in+s.BytesIn, out+s.BytesOut
		}
	}
	return in, out
}

func unsentParts(u load.UnsentResult) string {
	var parts []string
	for _, p := range []struct {
		name string
		n    int64
	}{
		{"dns", u.DNS}, {"connect", u.Connect}, {"tls", u.TLS}, {"local", u.Local},
		{"script", u.Script}, {"variable", u.Variable}, {"partly", u.Partly}, {"interrupted", u.Interrupted},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", p.name, count(p.n)))
		}
	}
	return strings.Join(parts, ", ")
}

func (s Sheet) thresholds(r *load.Result) {
	if len(r.Thresholds) == 0 {
		return
	}
	s.heading("thresholds")
	for _, t := range r.Thresholds {
		mark, tint := "✓", green
		if !t.Passed {
			mark, tint = "✗", red
		}
		text := fmt.Sprintf("%s %s", mark, Safe(t.Rule))
		if t.Default {
			text += " (default)"
		}
		fmt.Fprintln(s.Out, s.Style.paint(tint, text)+"  "+Safe(thresholdValue(t)))
	}
}

func (s Sheet) measurement(r *load.Result) {
	m := r.Measurement
	if m.Verdict == "" {
		return
	}
	tint := map[string]string{load.Valid: green, load.Suspect: yellow, load.Invalid: red}[m.Verdict]
	fmt.Fprintln(s.Out, "measurement: "+s.Style.paint(tint, Safe(m.Verdict)))
	for _, reason := range m.Reasons {
		fmt.Fprintln(s.Out, "  "+Safe(reason))
	}
}

func (s Sheet) verdict(r *load.Result) {
	text := "run " + string(r.State)
	if r.StartedAt != nil && r.EndedAt != nil {
		text += " after " + lasted(r.EndedAt.Sub(*r.StartedAt))
	}
	if r.Reason != "" && r.Reason != string(r.State) {
		text += " (" + r.Reason + ")"
	}
	if r.Degraded {
		text += ", degraded"
	}
	tint := green
	if r.Result == load.Failed || r.State == load.StateFailed || r.State == load.StateAborted {
		tint = red
	}
	if r.Result != "" {
		text += ": " + string(r.Result)
	}
	fmt.Fprintln(s.Out, s.Style.paint(tint, Safe(text)))
}

// lasted is how long a run took; a short one in milliseconds, so that none took no time.
func lasted(d time.Duration) string {
	if d < time.Second {
		return max(d.Round(time.Millisecond), time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}
