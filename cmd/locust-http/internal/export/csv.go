package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// CSV writes one line per row of the statistics (RFC 4180): transactions, groups, steps,
// lifecycle steps, the total, metrics of scripts, and named stages, in kind. A stage has its
// name under step and a line for all its steps and one for each of its transactions; a
// metric has its name there, and values in its own unit. Latencies are milliseconds; they
// and the rate are of the measured window, counts of the whole run.
func CSV(w io.Writer, r *load.Result) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	c.Write([]string{"kind", "scenario", "transaction", "step", "count", "failures", "interrupted", "rps", "bytes_in", "bytes_out",
		"min", "mean", "p50", "p90", "p95", "p99", "p999", "max"})
	for _, t := range r.Transactions {
		c.Write(record("transaction", []string{t.Scenario, t.Name, ""}, []int64{t.Count, t.Failures, t.Interrupted}, t.RPS, nil, t.Latency))
	}
	for _, g := range r.Groups {
		c.Write(record("group", []string{g.Scenario, g.Transaction, g.Name}, []int64{g.Count, g.Failures, g.Interrupted}, g.RPS, nil, g.Latency))
	}
	for _, s := range r.Steps {
		kind := "step"
		switch s.Transaction {
		case load.SetupName, load.UserStartName, load.UserStopName, load.TeardownName:
			kind = "lifecycle"
		}
		c.Write(record(kind, []string{s.Scenario, s.Transaction, s.Name}, []int64{s.Requests, s.Failures, s.Interrupted},
			s.RPS, []int64{s.BytesIn, s.BytesOut}, s.Latency))
	}
	t := r.Total
	c.Write(record("total", []string{"", "", ""}, []int64{t.Requests, t.Failures, t.Interrupted}, t.RPS, []int64{t.BytesIn, t.BytesOut}, t.Latency))
	for _, m := range r.Metrics {
		c.Write([]string{"metric", "", "", inert(m.Name), strconv.FormatInt(m.Count, 10), "", "", "", "", "",
			decimal(m.Min), decimal(m.Mean), decimal(m.P50), "", decimal(m.P95), "", "", decimal(m.Max)})
	}
	for _, s := range r.Stages {
		c.Write(record("stage", []string{s.Scenario, "", s.Name}, []int64{s.Requests, s.Failures, 0}, s.RPS, nil, s.Latency))
		for _, t := range s.Transactions {
			c.Write(record("stage", []string{s.Scenario, t.Name, s.Name}, []int64{t.Count, t.Failures, t.Interrupted}, t.RPS, nil, t.Latency))
		}
	}
	c.Flush()
	return c.Error()
}

// record is one line; bytes is empty for rows that have none of their own.
func record(kind string, names []string, counts []int64, rps float64, bytes []int64, l load.Latency) []string {
	line := []string{kind}
	for _, n := range names {
		line = append(line, inert(n))
	}
	for _, n := range counts {
		line = append(line, strconv.FormatInt(n, 10))
	}
	line = append(line, decimal(rps))
	if bytes == nil {
		line = append(line, "", "")
	}
	for _, n := range bytes {
		line = append(line, strconv.FormatInt(n, 10))
	}
	for _, ms := range []float64{l.Min, l.Mean, l.P50, l.P90, l.P95, l.P99, l.P999, l.Max} {
		line = append(line, decimal(ms))
	}
	return line
}

// inert keeps a spreadsheet from taking a name for a formula (OWASP, CSV injection).
func inert(name string) string {
	if name != "" && strings.ContainsRune("=+-@\t\r", rune(name[0])) {
		return "'" + name
	}
	return name
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
