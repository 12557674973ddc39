package history_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/history"
)

var (
	ctx   = context.Background()
	began = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// open makes a store that is closed with the test.
func open(t testing.TB) (*history.Store, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "history.db")
	return reopen(t, file), file
}

func reopen(t testing.TB, file string) *history.Store {
	t.Helper()
	s, err := history.Open(file, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start stores a run that began its load at began.
func start(t testing.TB, s *history.Store, id string) int64 {
	t.Helper()
	number, err := s.Begin(ctx, history.Start{ID: id, Plan: "shop", Created: began.Add(-time.Second)})
	must(t, err)
	must(t, s.Save(ctx, id, result(id, load.StateRunning), began))
	return number
}

func result(id string, state load.State) *load.Result {
	t0 := began
	r := &load.Result{Schema: 1, ID: id, Plan: "shop", State: state, StartedAt: &t0, Tags: map[string]string{}}
	if state.Terminal() {
		ended := began.Add(time.Hour)
		r.EndedAt = &ended
	}
	return r
}

// model is a run in the plainest form: what was given, by the second.
type model struct {
	rows    []load.RowKey
	seconds map[int]*modelSecond
}

type modelSecond struct {
	covered bool
	rows    map[int]*modelRow
	loads   map[string]load.LoadSecond
	workers map[string]load.WorkerSecond
}

type modelRow struct {
	counts  load.RowSecond // without histograms
	buckets map[uint16]int64
	failed  map[uint16]int64 // of buckets
}

func newModelRow() *modelRow {
	return &modelRow{buckets: map[uint16]int64{}, failed: map[uint16]int64{}}
}

func newModel(rows []load.RowKey) *model {
	return &model{rows: rows, seconds: map[int]*modelSecond{}}
}

func (m *model) add(s load.Second) {
	x := m.seconds[s.At]
	if x == nil {
		x = &modelSecond{rows: map[int]*modelRow{}, loads: map[string]load.LoadSecond{}, workers: map[string]load.WorkerSecond{}}
		m.seconds[s.At] = x
	}
	x.covered = x.covered || s.Reports > 0
	for _, r := range s.Rows {
		y := x.rows[r.Row]
		if y == nil {
			y = newModelRow()
			x.rows[r.Row] = y
		}
		y.add(&r)
		for _, b := range slices.Concat(r.OK, r.Failed) {
			y.buckets[b.Index] += int64(b.Count)
		}
		for _, b := range r.Failed {
			y.failed[b.Index] += int64(b.Count)
		}
	}
	for _, l := range s.Loads {
		was := x.loads[l.Scenario]
		l.Started, l.Late, l.Dropped, l.Due = l.Started+was.Started, l.Late+was.Late, l.Dropped+was.Dropped, l.Due+was.Due
		x.loads[l.Scenario] = l
	}
	for _, w := range s.Workers {
		w.Requests += x.workers[w.Worker].Requests
		w.Failures += x.workers[w.Worker].Failures
		x.workers[w.Worker] = w
	}
}

func (y *modelRow) add(r *load.RowSecond) {
	c := &y.counts
	c.Requests += r.Requests
	c.Failures += r.Failures
	c.Interrupted += r.Interrupted
	c.Warnings += r.Warnings
	c.BytesIn += r.BytesIn
	c.BytesOut += r.BytesOut
	for i, n := range r.Status {
		c.Status[i] += n
	}
}

// sum adds up the rows that are wanted over [from, to).
func (m *model) sum(from, to int, wanted func(int) bool) (sum modelRow, seconds int, peak int64) {
	sum = *newModelRow()
	for at := from; at < to; at++ {
		x := m.seconds[at]
		if x == nil {
			continue
		}
		if x.covered {
			seconds++
		}
		var own int64
		for i, y := range x.rows {
			if !wanted(i) {
				continue
			}
			sum.add(&y.counts)
			own += y.counts.Requests
			for b, n := range y.buckets {
				sum.buckets[b] += n
			}
			for b, n := range y.failed {
				sum.failed[b] += n
			}
		}
		peak = max(peak, own)
	}
	return sum, seconds, peak
}

// hist is the histogram of y, as a run has it.
func (y *modelRow) hist() *load.Hist { return histOf(y.buckets) }

// ok are the buckets of y that did not fail.
func (y *modelRow) ok() map[uint16]int64 {
	ok := maps.Clone(y.buckets)
	for i, n := range y.failed {
		if ok[i] -= n; ok[i] == 0 {
			delete(ok, i)
		}
	}
	return ok
}

func histOf(buckets map[uint16]int64) *load.Hist {
	var h load.Hist
	for i, n := range buckets {
		h.Add(&load.SparseHist{Min: load.BucketLow(int(i)), Max: load.BucketHigh(int(i)), Buckets: []load.Bucket{{Index: i, Count: uint32(n)}}})
	}
	return &h
}

func (m *model) isStep(i int) bool { return m.rows[i].Kind == load.StepRow }

func (m *model) end() int { return slices.Max(slices.Collect(maps.Keys(m.seconds))) + 1 }

// checkSeries compares every entry of a series with the model.
func (m *model) checkSeries(t *testing.T, s history.Series, wanted func(int) bool, workers bool) {
	t.Helper()
	for i := range s.N {
		from := s.From + i*s.Step
		sum, seconds, peak := m.sum(from, from+s.Step, wanted)
		want := map[string]float64{}
		for name := range s.Cols {
			want[name] = math.NaN()
		}
		heat, failedHeat := map[int64]int64{}, map[int64]int64{}
		if seconds > 0 {
			per := func(n int64) float64 { return math.Round(float64(n)/float64(seconds)*1000) / 1000 }
			c := &sum.counts
			want["rps"], want["failures"], want["rps_max"] = per(c.Requests), per(c.Failures), float64(peak)
			want["bytes_in"], want["bytes_out"] = per(c.BytesIn), per(c.BytesOut)
			for j, name := range []string{"none", "s1xx", "s2xx", "s3xx", "s4xx", "s5xx"} {
				want[name] = per(c.Status[j])
			}
			want["users"], want["target"], want["cpu"] = m.gauges(from, from+s.Step)
			if workers { // of a row nobody knows
				for name, n := range m.starts(from, from+s.Step) {
					want[name] = per(n)
				}
			}
			h := sum.hist()
			if ok := histOf(sum.ok()); ok.Count > 0 {
				for name, q := range map[string]float64{"ok_p50": .5, "ok_p95": .95, "ok_p99": .99, "ok_p999": .999} {
					want[name] = float64(ok.Quantile(q)) / 1000
				}
			}
			histOf(sum.failed).Each(func(b int, n int64) { failedHeat[int64(load.HeatRow(load.BucketHigh(b)))] += n })
			if h.Count > 0 {
				for name, q := range map[string]float64{"p50": .5, "p95": .95, "p99": .99, "p999": .999} {
					want[name] = float64(h.Quantile(q)) / 1000
				}
				want["max"] = float64(h.Max) / 1000
				want["mean"] = s.Cols["mean"][i] // below
				checkMean(t, s.Cols["mean"][i], h)
			}
			h.Each(func(b int, n int64) { heat[int64(load.HeatRow(load.BucketHigh(b)))] += n })
		}
		for name, w := range want {
			if got := s.Cols[name][i]; got != w && !(math.IsNaN(got) && math.IsNaN(w)) {
				t.Fatalf("step %d, entry at %d: %s is %v, want %v", s.Step, from, name, got, w)
			}
		}
		for _, c := range []struct {
			pairs []int64
			want  map[int64]int64
		}{{s.Heat[i], heat}, {s.Failed[i], failedHeat}} {
			got := map[int64]int64{}
			for j := 0; j < len(c.pairs); j += 2 {
				got[c.pairs[j]] = c.pairs[j+1]
			}
			if !maps.Equal(got, c.want) {
				t.Fatalf("step %d, entry at %d: heat %v, want %v", s.Step, from, got, c.want)
			}
		}
		if workers && seconds > 0 {
			m.checkWorkers(t, s, i, seconds)
		}
	}
}

// checkMean allows what a bucket does not know of its values.
func checkMean(t *testing.T, got float64, h *load.Hist) {
	t.Helper()
	var low, high float64
	h.Each(func(b int, n int64) {
		low += float64(load.BucketLow(b)) * float64(n)
		high += float64(load.BucketHigh(b)) * float64(n)
	})
	n := float64(h.Count) * 1000
	if got < low/n-.001 || got > high/n+.001 {
		t.Fatalf("mean %v is not in %v … %v", got, low/n, high/n)
	}
}

func (m *model) gauges(from, to int) (users, target, cpu float64) {
	for at := from; at < to; at++ {
		if x := m.seconds[at]; x != nil {
			var u, g float64
			for _, l := range x.loads {
				u, g = u+float64(l.Users), g+float64(l.Target)
			}
			users, target = max(users, u), max(target, g)
			for _, w := range x.workers {
				cpu = max(cpu, w.CPU)
			}
		}
	}
	return users, target, cpu
}

// starts are the columns of what loads began.
func (m *model) starts(from, to int) map[string]int64 {
	sum := map[string]int64{}
	for at := from; at < to; at++ {
		if x := m.seconds[at]; x != nil {
			for _, l := range x.loads {
				sum["iterations"] += l.Started
				sum["late"] += l.Late
				sum["dropped"] += l.Dropped
				sum["due"] += l.Due
			}
		}
	}
	return map[string]int64{"iterations": sum["iterations"], "late": sum["late"], "dropped": sum["dropped"], "due": sum["due"]}
}

func (m *model) checkWorkers(t *testing.T, s history.Series, i, seconds int) {
	t.Helper()
	for name, c := range s.Workers {
		var users, cpu, memory, lag float64
		var requests int64
		there := false
		for at := s.From + i*s.Step; at < s.From+(i+1)*s.Step; at++ {
			if x := m.seconds[at]; x != nil {
				if w, ok := x.workers[name]; ok {
					there = true
					users, cpu, memory = max(users, float64(w.Users)), max(cpu, w.CPU), max(memory, float64(w.Memory))
					lag = max(lag, float64(w.Lag)/1e6)
					requests += w.Requests
				}
			}
		}
		rps := math.Round(float64(requests)/float64(seconds)*1000) / 1000
		got := [5]float64{c.Users[i], c.RPS[i], c.CPU[i], c.Memory[i], c.Lag[i]}
		if want := [5]float64{users, rps, cpu, memory, lag}; there && got != want || !there && !math.IsNaN(got[0]) {
			t.Fatalf("worker %s, entry %d: %v, want %v (there: %v)", name, i, got, want, there)
		}
	}
}

// checkRows compares sums over a stretch whose ends are ends of entries.
func (m *model) checkRows(t *testing.T, s *history.Store, id string, from, to int) {
	t.Helper()
	list, err := s.Rows(ctx, id, float64(from), float64(to))
	must(t, err)
	if len(list) != len(m.rows)+1 || list[len(m.rows)].Kind != history.TotalKind {
		t.Fatalf("%d rows, want %d and the total", len(list), len(m.rows))
	}
	for i, r := range list {
		// The last is the total, of all steps.
		k, id := load.RowKey{}, -1
		if i < len(m.rows) {
			k, id = m.rows[i], i
		}
		sum, seconds, _ := m.sum(from, to, func(j int) bool { return j == id || id < 0 && m.rows[j].Kind == load.StepRow })
		h, c := sum.hist(), &sum.counts
		q := func(x float64) float64 { return float64(h.Quantile(x)) / 1000 }
		got := fmt.Sprint(r.ID, r.Scenario, r.Transaction, r.Step, r.Requests, r.Failures, r.Interrupted, r.Warnings, r.BytesIn, r.BytesOut,
			r.P50, r.P90, r.P95, r.P99, r.P999, r.Max, r.RPS, r.FailRPS, r.Status["none"], r.Status["2xx"], r.Status["5xx"])
		per := func(n int64) float64 { return math.Round(float64(n)/float64(max(seconds, 1))*1000) / 1000 }
		want := fmt.Sprint(id, k.Scenario, k.Transaction, k.Step, c.Requests, c.Failures, c.Interrupted, c.Warnings, c.BytesIn, c.BytesOut,
			q(.5), q(.9), q(.95), q(.99), q(.999), float64(h.Max)/1000, per(c.Requests), per(c.Failures), c.Status[0], c.Status[2], c.Status[5])
		if got != want {
			t.Fatalf("row %d from %d to %d:\n got %s\nwant %s", i, from, to, got, want)
		}
	}
}

var someRows = []load.RowKey{
	{Kind: load.StepRow, Scenario: "a", Transaction: "buy", Step: "cart"},
	{Kind: load.TransactionRow, Scenario: "a", Transaction: "buy"},
	{Kind: load.StepRow, Scenario: "b", Transaction: "browse", Step: "列表"},
	{Kind: load.GroupRow, Scenario: "b", Transaction: "browse", Step: "group"},
	{Kind: load.LifecycleRow, Scenario: "a", Transaction: load.SetupName, Step: "login"},
	{Kind: load.StepRow, Scenario: "a", Transaction: "buy", Step: "pay"},
}

// randomSecond is what some workers say of a second.
func randomSecond(r *rand.Rand, at int, rows int) load.Second {
	s := load.Second{At: at, Reports: r.IntN(4)}
	for _, i := range r.Perm(rows) {
		if s.Reports == 0 || r.IntN(4) == 0 {
			continue
		}
		x := load.RowSecond{Row: i, Interrupted: r.Int64N(3), Warnings: r.Int64N(3), BytesIn: r.Int64N(1 << 30), BytesOut: r.Int64N(1 << 20)}
		for range r.IntN(30) {
			x.Requests++
			us := int64(math.Exp(r.Float64() * 18))
			if r.IntN(5) == 0 {
				x.Failures++
				x.Status[r.IntN(6)]++
				x.Failed = load.MergeBuckets(x.Failed, []load.Bucket{{Index: uint16(load.BucketOf(us)), Count: 1}})
				continue
			}
			x.Status[2]++
			x.OK = load.MergeBuckets(x.OK, []load.Bucket{{Index: uint16(load.BucketOf(us)), Count: 1}})
		}
		s.Rows = append(s.Rows, x)
	}
	if s.Reports == 0 {
		return s
	}
	for _, name := range []string{"a", "b"} {
		s.Loads = append(s.Loads, load.LoadSecond{Scenario: name, Users: r.IntN(100), Target: r.IntN(100), Started: r.Int64N(50), Late: r.Int64N(5), Dropped: r.Int64N(5), Due: r.Int64N(60)})
	}
	for w := range 1 + r.IntN(3) {
		s.Workers = append(s.Workers, load.WorkerSecond{
			Worker: fmt.Sprintf("w-%d", w+1), Users: r.IntN(100), Requests: r.Int64N(100), Failures: r.Int64N(10),
			CPU: float64(r.IntN(10_001)) / 10_000, Memory: r.Int64N(1 << 34), Lag: time.Duration(r.IntN(1e6)) * time.Microsecond,
		})
	}
	return s
}
