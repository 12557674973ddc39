package run

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

func oneLoad(model load.Model) *shape {
	return &shape{
		loads:   []scenario{{profile: load.Profile{Model: model, Stages: load.Ramp(10, 0, time.Minute)}}},
		samples: load.MaxSamples,
		window:  window{to: forever},
	}
}

// TestAccountingOfRandomReports merges random reports of several workers and expects
// the equation of the result to hold, whatever the number of rows.
func TestAccountingOfRandomReports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStatistics(oneLoad(load.UsersModel))
		names := rapid.SampledFrom([]string{"a", "b", "c", strings.Repeat("x", 200)})
		var steps, failures int64
		for range rapid.IntRange(0, 30).Draw(t, "reports") {
			var r load.Report
			var c load.Counters
			var rows []load.RowDelta
			for i := range rapid.IntRange(0, 20).Draw(t, "rows") {
				k := load.RowKey{
					Kind:        load.RowKind(rapid.IntRange(0, 3).Draw(t, "kind")),
					Transaction: names.Draw(t, "transaction"),
					Step:        names.Draw(t, "step") + string(rune('0'+rapid.IntRange(0, 300).Draw(t, "n"))),
				}
				d := load.RowDelta{Row: i, Requests: rapid.Int64Range(0, 1000).Draw(t, "requests"), Interrupted: rapid.Int64Range(0, 5).Draw(t, "interrupted")}
				d.Failures = rapid.Int64Range(0, d.Requests).Draw(t, "failures")
				r.Rows, rows = append(r.Rows, k), append(rows, d)
				if k.Kind == load.StepRow || k.Kind == load.LifecycleRow {
					c.Attempts += d.Requests + d.Interrupted
				}
				if k.Kind == load.StepRow {
					steps += d.Requests
					failures += d.Failures
				}
			}
			c.Redirects = rapid.Int64Range(0, 9).Draw(t, "redirects")
			c.Attempts += c.Redirects
			if c.Attempts > 3 {
				c.Unsent[load.UnsentDNS], c.Unsent[load.UnsentInterrupted] = 2, 1
			}
			r.Intervals = []load.Interval{{To: time.Second, Rows: rows, Counters: c}}
			if err := s.check(&r, time.Minute); err != nil {
				t.Fatal(err)
			}
			s.merge(&r, "w")
		}
		var res load.Result
		s.fill(&res, time.Second)
		if sum := res.Total.Requests + res.Total.Interrupted + res.Lifecycle.Requests + res.Lifecycle.Interrupted + res.Redirects; sum != res.Attempts {
			t.Fatalf("%d attempts, parts add up to %d", res.Attempts, sum)
		}
		if res.Sent != res.Attempts-res.Unsent.DNS-res.Unsent.Interrupted {
			t.Fatalf("sent %d of %d", res.Sent, res.Attempts)
		}
		if res.Total.Requests != steps || res.Total.Failures != failures {
			t.Fatalf("%d requests and %d failures, want %d and %d", res.Total.Requests, res.Total.Failures, steps, failures)
		}
		if n := len(s.rows); n > load.MaxRows+4 {
			t.Fatalf("%d rows", n)
		}
		var f findings
		if s.addUp(&f); len(f.invalid) > 0 {
			t.Fatal(f.invalid)
		}
	})
}

func TestRowsAndGroupsAreBounded(t *testing.T) {
	s := newStatistics(oneLoad(load.UsersModel))
	for i := range 2000 {
		k := load.RowKey{Transaction: "t", Step: string(rune(i + 1000))}
		r := load.Report{
			Rows:      []load.RowKey{k},
			Intervals: []load.Interval{{To: 1, Rows: []load.RowDelta{{Requests: 1, Failures: 1}}, Counters: load.Counters{Attempts: 1}}},
			Errors:    []load.ErrorDelta{{Class: load.ClassCheck, Rule: k.Step, Count: 1, Samples: make([]load.Sample, 9)}},
		}
		s.merge(&r, "w")
	}
	var res load.Result
	s.fill(&res, time.Second)
	if len(res.Steps) != load.MaxRows+1 || res.Total.Requests != 2000 {
		t.Errorf("%d rows with %d requests", len(res.Steps), res.Total.Requests)
	}
	if last := res.Steps[load.MaxRows]; last.Name != load.OtherName || last.Requests != 1500 {
		t.Errorf("the rest is %+v", last)
	}
	if len(res.Errors) != load.MaxErrorGroups+1 || res.Errors[0].Rule != load.OtherName || res.Errors[0].Count != 1500 || len(res.Errors[0].Samples) != load.MaxSamples {
		t.Errorf("%d groups, the first %+v", len(res.Errors), res.Errors[0])
	}
}

func TestThresholds(t *testing.T) {
	s := newStatistics(oneLoad(load.ArrivalsModel))
	us := func(v int64, n uint32) load.SparseHist {
		return load.SparseHist{Sum: v * int64(n), Min: v, Max: v, Buckets: []load.Bucket{{Index: uint16(load.BucketOf(v)), Count: n}}}
	}
	r := load.Report{
		Rows: []load.RowKey{
			{Kind: load.TransactionRow, Transaction: "buy"},
			{Kind: load.StepRow, Transaction: "buy", Step: "pay"},
			{Kind: load.StepRow, Transaction: "buy", Step: "cart"},
			{Kind: load.LifecycleRow, Transaction: load.UserStartName, Step: "login"},
		},
		Intervals: []load.Interval{{To: 10 * time.Second,
			Rows: []load.RowDelta{
				{Row: 0, Requests: 100, Failures: 10, OK: us(300_000, 90), Failed: us(300_000, 10), Scheduled: us(900_000, 100)},
				{Row: 1, Requests: 100, Failures: 10, OK: us(100_000, 90), Failed: us(500_000, 10)},
				{Row: 2, Requests: 100, OK: us(1000, 100)},
				{Row: 3, Requests: 10, Failures: 10, Failed: us(5_000_000, 10)},
			},
			Loads: []load.LoadDelta{{Started: 100, Dropped: 3}},
		}},
	}
	if err := s.check(&r, time.Minute); err != nil {
		t.Fatal(err)
	}
	s.merge(&r, "w")
	p := func(q float64, op string, limit float64, target, step string) load.Threshold {
		return load.Threshold{Metric: "p", Quantile: q, Op: op, Value: limit, Target: target, Step: step}
	}
	for _, test := range []struct {
		name    string
		t       load.Threshold
		value   float64
		samples int64
		passed  bool
	}{
		{"share", load.Threshold{Metric: "failures", Share: true, Op: "<", Value: 0.05}, 0.05, 200, false},
		{"share, equal", load.Threshold{Metric: "failures", Share: true, Op: "<=", Value: 0.05}, 0.05, 200, true},
		{"count", load.Threshold{Metric: "failures", Op: "<", Value: 11}, 10, 200, true},
		{"of a transaction", load.Threshold{Metric: "failures", Share: true, Op: "<", Value: 0.05, Target: "buy"}, 0.1, 100, false},
		{"of a step", load.Threshold{Metric: "failures", Share: true, Op: "<", Value: 0.05, Target: "buy", Step: "cart"}, 0, 100, true},
		{"of a lifecycle step", load.Threshold{Metric: "failures", Op: "<", Value: 5, Target: load.UserStartName, Step: "login"}, 10, 10, false},
		{"rps", load.Threshold{Metric: "rps", Op: ">", Value: 19}, 20, 200, true},
		{"dropped", load.Threshold{Metric: "dropped", Op: "<", Value: 1}, 3, 103, false},
		{"p50", p(0.5, "<", 2, "", ""), 1, 200, true},
		{"p95 of a step", p(0.95, "<", 499, "buy", "pay"), 500, 100, false},
		{"p95 of a transaction", p(0.95, "<", 301, "buy", ""), 300, 100, true},
		{"max", load.Threshold{Metric: "max", Op: "<=", Value: 500}, 500, 200, true},
		{"mean", load.Threshold{Metric: "mean", Op: "<", Value: 71}, 70.5, 200, true},
		{"scheduled", load.Threshold{Metric: "p", Quantile: 0.9, Scheduled: true, Op: ">", Value: 800}, 900, 100, true},
		{"no data", p(0.5, "<", 1e9, "sell", ""), 0, 0, false},
		{"unknown", load.Threshold{Metric: "carts", Op: "<", Value: 1}, 0, 0, false},
	} {
		got := s.judgeOne(test.t, 10*time.Second)
		if math.Abs(got.Value-test.value) > test.value/1000 || got.Samples != test.samples || got.Passed != test.passed {
			t.Errorf("%s: %+v, want %v of %d, %v", test.name, got, test.value, test.samples, test.passed)
		}
		if (got.Message == "") != (test.samples > 0) {
			t.Errorf("%s: message %q", test.name, got.Message)
		}
	}
}

// TestFailuresOfScripts: a transaction that its own script let fail is a failure of
// everything, beside the requests, also where there are none; one that failed by a request
// is not counted twice.
func TestFailuresOfScripts(t *testing.T) {
	rows := []load.RowKey{
		{Kind: load.TransactionRow, Transaction: "tour"},
		{Kind: load.StepRow, Transaction: "tour", Step: "list"},
	}
	everything := load.Threshold{Metric: "failures", Share: true, Op: "<", Value: 0.01}
	for _, test := range []struct {
		name                     string
		steps, failedSteps       int64
		failed, ofScripts, count int64
		value                    float64
		samples                  int64
	}{
		{"after good requests", 30, 0, 10, 10, 10, 0.25, 40},
		{"without any request", 0, 0, 10, 10, 10, 1, 10},
		{"by requests", 40, 10, 10, 0, 10, 0.25, 40},
		{"errors outside of the measured window", 30, 0, 2, 10, 2, 2. / 32, 32},
	} {
		s := newStatistics(oneLoad(load.UsersModel))
		r := load.Report{Rows: rows, Intervals: []load.Interval{{To: time.Second, Rows: []load.RowDelta{
			{Row: 0, Requests: 10, Failures: test.failed},
			{Row: 1, Requests: test.steps, Failures: test.failedSteps},
		}}}}
		for row, n := range []int64{test.ofScripts, test.failedSteps} {
			if n > 0 {
				r.Errors = append(r.Errors, load.ErrorDelta{Row: row, Class: load.ClassLuaError, Rule: "plan.yaml:9", Count: n})
			}
		}
		s.merge(&r, "w")
		if got := s.judgeOne(everything, time.Second); math.Abs(got.Value-test.value) > 1e-9 || got.Samples != test.samples || got.Passed {
			t.Errorf("%s: %+v, want %v of %d", test.name, got, test.value, test.samples)
		}
		if got := s.judgeOne(load.Threshold{Metric: "failures", Op: "<", Value: 1}, time.Second); got.Value != float64(test.count) {
			t.Errorf("%s: %v failures, want %d", test.name, got.Value, test.count)
		}
		rate := s.judgeOne(load.Threshold{Metric: "rps", Op: ">=", Value: 0}, time.Second)
		if rate.Value != float64(test.steps) {
			t.Errorf("%s: %v requests per second, want %d", test.name, rate.Value, test.steps)
		}
	}
}

func TestSeriesSpreadsJoinedIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sh := oneLoad(load.UsersModel)
		s, g := newSeries(1), gauge{}
		from := time.Duration(rapid.Int64Range(0, 5e9).Draw(t, "from"))
		length := time.Duration(rapid.Int64Range(1, 200e9).Draw(t, "length"))
		n := rapid.Int64Range(0, 1e6).Draw(t, "n")
		s.add(&load.Interval{From: from, To: from + length, Rows: []load.RowDelta{{Requests: n}}, Loads: []load.LoadDelta{{Users: 7}}}, []load.RowKey{{}}, sh, &g)
		var sum int64
		for i := range s.points {
			sum += s.points[i].requests
		}
		if sum != n {
			t.Fatalf("%d requests in the series, want %d", sum, n)
		}
		last := s.points[len(s.points)-1]
		if total(last.users) != 7 || s.peakUsers(0) != 7 {
			t.Fatalf("%d users", total(last.users))
		}
	})
}

// TestPeakUsers has users come and go between the ends of intervals.
func TestPeakUsers(t *testing.T) {
	s, g, sh := newSeries(1), make([]gauge, 2), oneLoad(load.UsersModel)
	for _, x := range []struct {
		worker      int
		from, to    time.Duration
		users, peak int
	}{
		{0, 0, 700, 0, 3},
		{1, 0, 1000, 2, 2},
		{0, 700, 1000, 1, 1}, // within the same second: its peak there stays 3
		{1, 1000, 2000, 0, 4},
		{0, 1000, 1200, 0, 0},
	} {
		iv := &load.Interval{From: x.from * time.Millisecond, To: x.to * time.Millisecond, Loads: []load.LoadDelta{{Users: x.users, Peak: x.peak}}}
		s.add(iv, nil, sh, &g[x.worker])
	}
	if n := s.peakUsers(0); n != 5 {
		t.Errorf("%d users at the peak, want 3 and 2", n)
	}
	if a, b := total(s.points[0].users), total(s.points[1].users); a != 3 || b != 0 {
		t.Errorf("%d and %d users at the ends of the seconds, want 3 and 0", a, b)
	}
}

func TestSeriesIsBounded(t *testing.T) {
	sh := oneLoad(load.UsersModel)
	s, g := newSeries(1), gauge{}
	const hours = 7
	for i := range hours * 3600 {
		at := time.Duration(i) * time.Second
		s.add(&load.Interval{From: at, To: at + time.Second, Rows: []load.RowDelta{{Requests: 2, OK: load.SparseHist{Buckets: []load.Bucket{{Index: 3, Count: 2}}}}}, Loads: []load.LoadDelta{{Users: 3}}}, []load.RowKey{{}}, sh, &g)
	}
	if len(s.points) > maxPoints || s.step != 2 {
		t.Errorf("%d points of %d s", len(s.points), s.step)
	}
	if len(s.points) != hours*1800 {
		t.Errorf("%d points", len(s.points))
	}
	for i := range s.points {
		if p := &s.points[i]; p.requests != 4 || total(p.users) != 3 || p.reports == 0 || (p.buckets != nil) != (i >= len(s.points)-openPoints) {
			t.Fatalf("point %d: %+v", i, p)
		}
	}
}

func TestSeriesGaps(t *testing.T) {
	s, g, sh := newSeries(1), gauge{}, oneLoad(load.UsersModel)
	for _, sec := range []int{0, 1, 4, 5} {
		at := time.Duration(sec) * time.Second
		s.add(&load.Interval{From: at, To: at + time.Second}, nil, sh, &g)
	}
	if s.gaps(2*time.Second) || !s.gaps(3*time.Second) || !s.gaps(time.Hour) {
		t.Errorf("%+v", s.points)
	}
}

func TestMeasurementOfLoadHost(t *testing.T) {
	m := &member{Member: Member{ID: "w"}}
	sh := oneLoad(load.UsersModel)
	for i := range 12 {
		at := time.Duration(i) * time.Second
		iv := &load.Interval{From: at, To: at + time.Second, CPU: 0.95}
		if i == 1 {
			iv.CPU = 0.5
		}
		m.observe(iv, nil, sh)
		var f findings
		m.judge(&f)
		if invalid := len(f.invalid) > 0; invalid != (i == 11) {
			t.Errorf("after %d s: %v", i+1, f.invalid)
		}
	}
	s := newStatistics(sh)
	s.merge(&load.Report{Rows: []load.RowKey{{}}, Errors: []load.ErrorDelta{{Class: load.ClassLocalFD, Count: 4}}}, "w")
	var f findings
	s.localFailures(&f)
	if len(f.invalid) != 1 || !strings.Contains(f.invalid[0].Text, "4 requests failed on a load host itself: it ran out of file descriptors") {
		t.Errorf("%q", f.invalid)
	}
}
