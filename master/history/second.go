package history

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Number is a number, or NaN where nothing is known, which is null in JSON.
type Number float64

// MarshalJSON gives null for what is no number.
func (n Number) MarshalJSON() ([]byte, error) { return appendNumber(nil, float64(n)), nil }

// Column is a list of Numbers.
type Column []float64

// MarshalJSON gives null for each that is no number.
func (c Column) MarshalJSON() ([]byte, error) {
	b := append(make([]byte, 0, 2+6*len(c)), '[')
	for i, v := range c {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendNumber(b, v)
	}
	return append(b, ']'), nil
}

func appendNumber(b []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

// UnmarshalJSON takes null as NaN.
func (n *Number) UnmarshalJSON(b []byte) error {
	v := math.NaN()
	if string(b) != "null" {
		if err := json.Unmarshal(b, &v); err != nil {
			return err
		}
	}
	*n = Number(v)
	return nil
}

// UnmarshalJSON takes null as NaN.
func (c *Column) UnmarshalJSON(b []byte) error {
	var list []Number
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*c = make(Column, len(list))
	for i, n := range list {
		(*c)[i] = float64(n)
	}
	return nil
}

// Columns are what a chart shows of one entry of a series, of all step rows together.
// Counts are per second that is known, latencies ms. All are NaN in a gap; latencies where
// there was no request.
type Columns struct {
	Users    Number `json:"users"`
	Target   Number `json:"target"`
	RPS      Number `json:"rps"`
	Failures Number `json:"failures"`
	P50      Number `json:"p50"`
	P95      Number `json:"p95"`
	P99      Number `json:"p99"`
	P999     Number `json:"p999"`
	Mean     Number `json:"mean"`
	Max      Number `json:"max"`
	BytesIn  Number `json:"bytes_in"`
	BytesOut Number `json:"bytes_out"`
	CPU      Number `json:"cpu"` // of the busiest worker, 0–1
	None     Number `json:"none"`
	S1xx     Number `json:"s1xx"`
	S2xx     Number `json:"s2xx"`
	S3xx     Number `json:"s3xx"`
	S4xx     Number `json:"s4xx"`
	S5xx     Number `json:"s5xx"`
	RPSMax   Number `json:"rps_max"` // of the best single second
	// Of all loads together: transactions that began, those of them that were late, starts
	// that were given up, and starts that the profile asks for (arrivals).
	Iterations Number `json:"iterations"`
	Late       Number `json:"late"`
	Dropped    Number `json:"dropped"`
	Due        Number `json:"due"`
	// Of requests that did not fail.
	OKP50  Number `json:"ok_p50"`
	OKP95  Number `json:"ok_p95"`
	OKP99  Number `json:"ok_p99"`
	OKP999 Number `json:"ok_p999"`
}

// columnNames are the names of Columns in JSON, in the order of each.
var columnNames = [...]string{
	"users", "target", "rps", "failures", "p50", "p95", "p99", "p999", "mean", "max",
	"bytes_in", "bytes_out", "cpu", "none", "s1xx", "s2xx", "s3xx", "s4xx", "s5xx", "rps_max",
	"iterations", "late", "dropped", "due", "ok_p50", "ok_p95", "ok_p99", "ok_p999",
}

func (c *Columns) each() [len(columnNames)]Number {
	return [...]Number{
		c.Users, c.Target, c.RPS, c.Failures, c.P50, c.P95, c.P99, c.P999, c.Mean, c.Max,
		c.BytesIn, c.BytesOut, c.CPU, c.None, c.S1xx, c.S2xx, c.S3xx, c.S4xx, c.S5xx, c.RPSMax,
		c.Iterations, c.Late, c.Dropped, c.Due, c.OKP50, c.OKP95, c.OKP99, c.OKP999,
	}
}

// WorkerPoint is what a chart shows of one worker in one second.
type WorkerPoint struct {
	Users  Number `json:"users"`
	RPS    Number `json:"rps"`
	CPU    Number `json:"cpu"`    // 0–1
	Memory Number `json:"memory"` // bytes
	Lag    Number `json:"lag"`    // ms
}

// SecondPoint is one second as those who watch a run get it: an entry of a Series.
type SecondPoint struct {
	T       int                    `json:"t"` // run time, in seconds
	Again   bool                   `json:"again"`
	Cols    Columns                `json:"cols"`
	Heat    []int64                `json:"heat"`                  // row, count, row, count …
	Failed  []int64                `json:"heat_failed,omitempty"` // of Heat: requests that failed
	Workers map[string]WorkerPoint `json:"workers"`
}

// EncodeSecond makes a second that is whole (see Store.Append) a point of a series. rows
// are those of its feed. The second is not changed.
func EncodeSecond(rows []load.RowKey, s load.Second) SecondPoint {
	var names []string
	e := newEntry(&s, func(name string) int {
		names = append(names, name)
		return len(names) - 1
	})
	var t latencies
	e.sum(rows, &t)
	p := SecondPoint{
		T: s.At, Again: s.Again, Cols: e.point.columns(), Heat: e.point.heat.pairs(), Failed: e.point.failedHeat.pairs(),
		Workers: map[string]WorkerPoint{},
	}
	for i := range e.workers {
		p.Workers[names[e.workers[i].name]] = e.workers[i].point(1)
	}
	return p
}

// columns are p as a chart shows it.
func (p *point) columns() Columns {
	unknown := Number(math.NaN())
	c := Columns{
		Users: unknown, Target: unknown, RPS: unknown, Failures: unknown,
		P50: unknown, P95: unknown, P99: unknown, P999: unknown, Mean: unknown, Max: unknown,
		BytesIn: unknown, BytesOut: unknown, CPU: unknown, RPSMax: unknown,
		None: unknown, S1xx: unknown, S2xx: unknown, S3xx: unknown, S4xx: unknown, S5xx: unknown,
		Iterations: unknown, Late: unknown, Dropped: unknown, Due: unknown,
		OKP50: unknown, OKP95: unknown, OKP99: unknown, OKP999: unknown,
	}
	if p.seconds == 0 {
		return c
	}
	c.Users, c.Target, c.CPU = Number(p.users), Number(p.target), Number(cpuOut(p.cpu))
	c.RPS, c.Failures, c.RPSMax = rate(p.requests, p.seconds), rate(p.failures, p.seconds), Number(p.peak)
	c.BytesIn, c.BytesOut = rate(p.bytesIn, p.seconds), rate(p.bytesOut, p.seconds)
	for i, to := range [...]*Number{&c.None, &c.S1xx, &c.S2xx, &c.S3xx, &c.S4xx, &c.S5xx} {
		*to = rate(p.status[i], p.seconds)
	}
	if l := &p.latency; l.count > 0 {
		c.P50, c.P95, c.P99, c.P999 = ms(l.at[0]), ms(l.at[2]), ms(l.at[3]), ms(l.at[4])
		c.Mean, c.Max = ms(int64(math.Round(l.mean))), ms(l.max)
	}
	if p.old {
		return c
	}
	c.Iterations, c.Late = rate(p.starts.begun, p.seconds), rate(p.starts.late, p.seconds)
	c.Dropped, c.Due = rate(p.starts.dropped, p.seconds), rate(p.starts.due, p.seconds)
	if l := &p.ok; l.count > 0 {
		c.OKP50, c.OKP95, c.OKP99, c.OKP999 = ms(l.at[0]), ms(l.at[2]), ms(l.at[3]), ms(l.at[4])
	}
	return c
}

func (w *workerEntry) point(seconds int64) WorkerPoint {
	return WorkerPoint{
		Users: Number(w.users), RPS: rate(w.requests, seconds), CPU: Number(cpuOut(w.cpu)),
		Memory: Number(w.memory), Lag: ms(w.lag),
	}
}

// ms is microseconds in milliseconds.
func ms(us int64) Number { return Number(us) / Number(time.Millisecond/time.Microsecond) }

// rate is n per second, to a thousandth.
func rate(n, seconds int64) Number {
	if seconds <= 1 {
		return Number(n)
	}
	return Number(math.Round(float64(n)/float64(seconds)*1000) / 1000)
}
