package history_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/history"
)

// What is given second by second, some of it again, comes out as a plain model says:
// at every step, before and after every thinning.
func TestSecondsAgainstModel(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s, _ := open(t)
			start(t, s, "run")
			r := rand.New(rand.NewPCG(seed, 1))
			m := newModel(someRows)
			fill(t, s, m, r, 130+r.IntN(120))
			checkAll(t, s, m, 1)

			must(t, s.Thin(ctx, began.Add(time.Hour)))
			checkAll(t, s, m, 1)
			// Some of it is over a day old.
			must(t, s.Thin(ctx, began.Add(24*time.Hour+77*time.Second)))
			checkAll(t, s, m, 5)
			// Only entries of which all is that old are joined.
			if got, err := s.Series(ctx, "run", history.SeriesQuery{From: 75}); err != nil || got.Step != 1 {
				t.Errorf("step %d, %v", got.Step, err)
			}
			must(t, s.Thin(ctx, began.Add(25*time.Hour)))
			checkAll(t, s, m, 5)
			// Some over 30 days.
			must(t, s.Thin(ctx, began.Add(30*24*time.Hour+130*time.Second)))
			checkAll(t, s, m, 60)
			must(t, s.Thin(ctx, began.Add(31*24*time.Hour)))
			checkAll(t, s, m, 60)
			must(t, s.Thin(ctx, began.Add(32*24*time.Hour)))
			checkAll(t, s, m, 60)
		})
	}
}

// fill gives n seconds in feeds of some, with gaps, and some seconds again.
func fill(t *testing.T, s *history.Store, m *model, r *rand.Rand, n int) {
	t.Helper()
	for at := 0; at < n; {
		f := &load.Feed{Rows: m.rows}
		if at == 0 {
			f.Rows = m.rows[:3] // the others appear later
		}
		for range 1 + r.IntN(4) {
			if r.IntN(15) != 0 { // else nothing is said of it at all
				f.Seconds = append(f.Seconds, randomSecond(r, at, len(f.Rows)))
			}
			if back := at - r.IntN(20); r.IntN(3) == 0 && back >= 0 && m.seconds[back] != nil {
				x := randomSecond(r, back, len(f.Rows))
				x.Again = true
				f.Seconds = append(f.Seconds, x)
			}
			at++
		}
		whole, err := s.Append(ctx, "run", f)
		must(t, err)
		for i := range f.Seconds {
			m.add(f.Seconds[i])
		}
		if len(whole) != len(f.Seconds) {
			t.Fatalf("%d seconds came back of %d", len(whole), len(f.Seconds))
		}
		for i := range whole {
			if whole[i].Again != f.Seconds[i].Again {
				t.Fatal("Again is not as it was given")
			}
		}
		if n := len(whole); n > 0 {
			checkLive(t, m, whole[n-1])
		}
	}
}

// checkLive compares what those who watch see of a second that is whole.
func checkLive(t *testing.T, m *model, s load.Second) {
	t.Helper()
	p := history.EncodeSecond(m.rows, s)
	b, err := json.Marshal(p)
	must(t, err)
	var out struct {
		Cols    map[string]*float64
		Heat    []int64
		Failed  []int64 `json:"heat_failed"`
		Workers map[string]map[string]float64
	}
	must(t, json.Unmarshal(b, &out))
	series := history.Series{Step: 1, From: p.T, N: 1, Cols: map[string]history.Column{}, Heat: [][]int64{out.Heat}, Failed: map[int][]int64{0: out.Failed}, Workers: map[string]*history.WorkerColumns{}}
	for name, v := range out.Cols {
		if v == nil {
			v = new(float64)
			*v = math.NaN()
		}
		series.Cols[name] = history.Column{*v}
	}
	for name, w := range out.Workers {
		series.Workers[name] = &history.WorkerColumns{Users: history.Column{w["users"]}, RPS: history.Column{w["rps"]},
			CPU: history.Column{w["cpu"]}, Memory: history.Column{w["memory"]}, Lag: history.Column{w["lag"]}}
	}
	m.checkSeries(t, series, m.isStep, true)
}

// checkAll reads the run in many ways. finest is the step that the whole of it has.
func checkAll(t *testing.T, s *history.Store, m *model, finest int) {
	t.Helper()
	for _, q := range []history.SeriesQuery{
		{}, {Step: 1}, {Step: 7}, {Step: 60}, {MaxPoints: 20}, {Step: 2, MaxPoints: 10}, {From: 33, To: 88}, {From: 61.5}, {From: 1e9}, {To: math.Inf(1)},
	} {
		got, err := s.Series(ctx, "run", q)
		must(t, err)
		if q == (history.SeriesQuery{}) && (got.Step != finest || got.From != 0 || got.N < (m.end()-1)/finest) {
			t.Fatalf("step %d, from %d, %d entries; want step %d of %d s", got.Step, got.From, got.N, finest, m.end())
		}
		if q.MaxPoints > 0 && got.N > q.MaxPoints || q.Step > got.Step {
			t.Fatalf("%+v: %d entries of %d s", q, got.N, got.Step)
		}
		m.checkSeries(t, got, m.isStep, true)
		checkGaps(t, got)
	}
	for i := range m.rows {
		got, err := s.Series(ctx, "run", history.SeriesQuery{Row: &m.rows[i], Step: finest})
		must(t, err)
		if finest == 1 || m.isStep(i) { // the best second of a row is kept as well
			m.checkSeries(t, got, func(j int) bool { return j == i }, false)
		}
	}
	end := (m.end() + 59) / 60 * 60
	m.checkRows(t, s, "run", 0, end)
	m.checkRows(t, s, "run", 60, 120)
	if finest == 1 {
		m.checkRows(t, s, "run", 17, 18)
		checkTrends(t, s, m.rows)
	}
}

// checkTrends: they are the ends of the series of all rows.
func checkTrends(t *testing.T, s *history.Store, rows []load.RowKey) {
	t.Helper()
	got, err := s.Trends(ctx, "run")
	must(t, err)
	if got.N != load.TrendSeconds || len(got.Rows) != len(rows) {
		t.Fatalf("%d entries of %d rows", got.N, len(got.Rows))
	}
	for i, column := range append([]history.Column{got.Total}, got.Rows...) {
		q := history.SeriesQuery{From: float64(got.From), Step: 1}
		if i > 0 {
			q.Row = &rows[i-1]
		}
		want, err := s.Series(ctx, "run", q)
		must(t, err)
		if !slices.EqualFunc(column, want.Cols["rps"], func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }) {
			t.Fatalf("row %d: %v, want %v", i-1, column, want.Cols["rps"])
		}
	}
}

func checkGaps(t *testing.T, s history.Series) {
	t.Helper()
	gap := make([]bool, s.N)
	for _, g := range s.Gaps {
		for at := g.From / 1000; at < g.To/1000; at += float64(s.Step) {
			gap[(int(at)-s.From)/s.Step] = true
		}
	}
	for i := range gap {
		if gap[i] != math.IsNaN(s.Cols["rps"][i]) {
			t.Fatalf("entry %d: gap %v, rps %v", i, gap[i], s.Cols["rps"][i])
		}
	}
}

// A worker that comes back after its seconds were joined still counts in full.
func TestAgainInJoinedSeconds(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	r := rand.New(rand.NewPCG(1, 2))
	m := newModel(someRows)
	fill(t, s, m, r, 100)
	must(t, s.Thin(ctx, began.Add(25*time.Hour)))
	for _, at := range []int{3, 4, 50, 99} {
		x := randomSecond(r, at, len(someRows))
		x.Again = at != 50 // it makes no difference here
		whole, err := s.Append(ctx, "run", &load.Feed{Rows: someRows, Seconds: []load.Second{x}})
		must(t, err)
		if len(whole) != 0 {
			t.Errorf("second %d came back alone", at)
		}
		m.add(x)
	}
	m.checkRows(t, s, "run", 0, 100)
	got, err := s.Series(ctx, "run", history.SeriesQuery{})
	must(t, err)
	for i := range got.N {
		sum, seconds, _ := m.sum(i*5, i*5+5, m.isStep)
		if seconds == 0 {
			continue
		}
		if want := math.Round(float64(sum.counts.Requests)/float64(seconds)*1000) / 1000; got.Cols["rps"][i] != want {
			t.Errorf("entry %d: %v rps, want %v", i, got.Cols["rps"][i], want)
		}
		if h := sum.hist(); h.Count > 0 && got.Cols["p99"][i] != float64(h.Quantile(.99))/1000 {
			t.Errorf("entry %d: p99 is %v, want %v", i, got.Cols["p99"][i], h.Quantile(.99))
		}
	}
}

// The same feed twice is the same as once; another one without Again takes its place.
func TestRepeatedFeed(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	m := newModel(someRows)
	r := rand.New(rand.NewPCG(3, 4))
	f := &load.Feed{Rows: someRows}
	for at := range 40 {
		f.Seconds = append(f.Seconds, randomSecond(r, at, len(someRows)))
		m.add(f.Seconds[at])
	}
	for range 2 {
		_, err := s.Append(ctx, "run", f)
		must(t, err)
	}
	m.checkRows(t, s, "run", 0, 40)
	sum, err := s.Find(ctx, "run")
	must(t, err)
	var drawn float64 // stretches of two seconds
	for _, v := range sum.Trend {
		drawn += 2 * v
	}
	if total, _, _ := m.sum(0, 40, m.isStep); drawn != float64(total.counts.Requests) {
		t.Errorf("the trend has %v requests, want %d", drawn, total.counts.Requests)
	}
}

// Of a run of more than 6 hours only the newest 6 are kept by the second.
func TestThinLongRun(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	const hours = 7
	f := &load.Feed{Rows: someRows[:1]}
	for at := 0; at < hours*3600; at++ {
		f.Seconds = append(f.Seconds, load.Second{At: at, Reports: 1, Rows: []load.RowSecond{{Requests: int64(at % 7), OK: []load.Bucket{{Index: 9, Count: 1}}}}})
	}
	_, err := s.Append(ctx, "run", f)
	must(t, err)
	must(t, s.Thin(ctx, began.Add(hours*time.Hour)))
	for _, c := range []struct {
		q       history.SeriesQuery
		step, n int
	}{
		{history.SeriesQuery{From: 3600, MaxPoints: 50_000}, 1, 6 * 3600},
		{history.SeriesQuery{MaxPoints: 50_000}, 5, hours * 720},
		{history.SeriesQuery{}, 10, hours * 360},
		{history.SeriesQuery{From: 3590, To: 3700}, 5, 22},
		{history.SeriesQuery{Step: 3600}, 3600, hours},
	} {
		got, err := s.Series(ctx, "run", c.q)
		must(t, err)
		var sum float64
		for i, v := range got.Cols["rps"] {
			sum += v * float64(got.Step)
			if max := got.Cols["rps_max"][i]; got.Step >= 7 && max != 6 {
				t.Fatalf("%+v: the best second of entry %d has %v", c.q, i, max)
			}
		}
		if got.Step != c.step || got.N != c.n {
			t.Errorf("%+v: %d entries of %d s, want %d of %d", c.q, got.N, got.Step, c.n, c.step)
		}
		if c.q.From == 0 && math.Abs(sum-3*hours*3600) > 30 {
			t.Errorf("%+v: %v requests", c.q, sum)
		}
	}
	rows, err := s.Rows(ctx, "run", 0, 0)
	must(t, err)
	if rows[0].Requests != 3*hours*3600 {
		t.Errorf("%d requests", rows[0].Requests)
	}
}

// What cannot be is refused as a whole, and nothing of it is stored.
func TestRefusedFeeds(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	for name, second := range map[string]load.Second{
		"row": {At: 1, Rows: []load.RowSecond{{Row: 1}}}, "negative row": {At: 1, Rows: []load.RowSecond{{Row: -1}}},
		"before time zero": {At: -1}, "far away": {At: 1 << 40},
	} {
		f := &load.Feed{Rows: someRows[:1], Seconds: []load.Second{{At: 0, Reports: 1}, second}, Events: []load.Event{{Seq: 1}}}
		if _, err := s.Append(ctx, "run", f); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if got, err := s.Series(ctx, "run", history.SeriesQuery{}); err != nil || got.N != 0 {
		t.Errorf("%d entries, %v", got.N, err)
	}
	if got, err := s.Events(ctx, "run", 0); err != nil || len(got) != 0 {
		t.Errorf("events %v, %v", got, err)
	}
}

// Nothing is null in the JSON of an empty run but what is unknown.
func TestEmptySeriesJSON(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	got, err := s.Series(ctx, "run", history.SeriesQuery{})
	must(t, err)
	b, err := json.Marshal(got)
	must(t, err)
	if strings.Contains(string(b), "null") || !strings.Contains(string(b), `"heat":[]`) || !strings.Contains(string(b), `"rps":[]`) || !strings.Contains(string(b), `"gaps":[]`) {
		t.Error(string(b))
	}
	_, err = s.Append(ctx, "run", &load.Feed{Seconds: []load.Second{{At: 1, Reports: 1}}})
	must(t, err)
	got, err = s.Series(ctx, "run", history.SeriesQuery{})
	must(t, err)
	b, err = json.Marshal(got)
	must(t, err)
	for _, want := range []string{`"rps":[null,0]`, `"p50":[null,null]`, `"users":[null,0]`, `"heat":[[],[]]`, `"gaps":[{"from":0,"to":1000}]`, `"workers":{}`, `"n":2`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %s in %s", want, b)
		}
	}
	var back history.Series
	must(t, json.Unmarshal(b, &back))
	if c := back.Cols["rps"]; !math.IsNaN(c[0]) || c[1] != 0 {
		t.Errorf("read back as %v", c)
	}
}
