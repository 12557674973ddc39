package run_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run/runtest"
)

// slowBefore makes the latencies of all that lies before a run time ten times what they
// are, and all requests of it failures.
func slowBefore(from time.Duration) func(*load.Report) {
	return func(r *load.Report) {
		for i := range r.Intervals {
			for j := range r.Intervals[i].Rows {
				d := &r.Intervals[i].Rows[j]
				if r.Intervals[i].To <= from {
					d.Failed, d.OK, d.Failures = hist(100*time.Millisecond, d.Requests), load.SparseHist{}, d.Requests
				}
				// As real reports have them: the bounds of all so far.
				d.OK.Min, d.OK.Max = 10_000, 100_000
			}
		}
	}
}

func hist(l time.Duration, n int64) load.SparseHist {
	us := l.Microseconds()
	return load.SparseHist{Sum: us * n, Min: us, Max: us, Buckets: []load.Bucket{{Index: uint16(load.BucketOf(us)), Count: uint32(n)}}}
}

func TestMeasuredWindow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := shop()
		p.Measure = load.Window{From: 5 * time.Second, To: 12500 * time.Millisecond}
		p.Thresholds = []load.Threshold{
			{Rule: "failures < 1%", Metric: "failures", Op: "<", Value: 0.01, Share: true},
			{Rule: "p99 < 20ms", Metric: "p", Quantile: 0.99, Op: "<", Value: 20},
			{Rule: "rps > 99 abort", Metric: "rps", Op: ">", Value: 99, Abort: true},
			{Rule: "rps(browse / list) <= 100", Metric: "rps", Target: "browse", Step: "list", Op: "<=", Value: 100},
			{Rule: "failures < 50% abort", Metric: "failures", Op: "<", Value: 0.5, Share: true, Abort: true},
		}
		w := &runtest.Worker{PerSecond: 100, OnReport: slowBefore(5 * time.Second)}
		res := start(t, p, w).Conduct(context.Background())
		wantState(t, res, load.StateCompleted, "")
		wantRequests(t, res, 2000)
		if res.Measured != (load.Measured{From: 5000, To: 12500}) || res.Total.Failures != 500 {
			t.Errorf("measured %+v, %d failures in all", res.Measured, res.Total.Failures)
		}
		if l := res.Total.Latency; l.Max > 10.01 || l.P999 > 10.01 || l.Min < 9.99 || l.Mean != 10 {
			t.Errorf("latency %+v", l)
		}
		if res.Total.RPS != 100 || res.Steps[0].RPS != 100 || res.Steps[0].Requests != 2000 {
			t.Errorf("rps %v; %+v", res.Total.RPS, res.Steps[0])
		}
		for _, x := range res.Thresholds {
			if !x.Passed || x.Samples != 750 {
				t.Errorf("%+v", x)
			}
		}
		if res.Measurement.Verdict != load.Valid {
			t.Errorf("%+v", res.Measurement)
		}
		if m := w.Session().Job().Marks; !slices.Equal(m, []time.Duration{5 * time.Second, 12500 * time.Millisecond}) {
			t.Errorf("marks %v", m)
		}
	})
}

// TestWindowBeyondTheEnd: nothing was measured, and that is said.
func TestWindowBeyondTheEnd(t *testing.T) {
	for _, test := range []struct {
		window load.Window
		reason string
		want   load.Measured
		n      int64
	}{
		{load.Window{From: time.Minute}, "nothing was measured: the window begins at 1m0s, and the load ended at 20s", load.Measured{From: 60_000, To: 60_000}, 0},
		{load.Window{From: 15 * time.Second, To: time.Minute}, "before the end of the measured window at 1m0s", load.Measured{From: 15_000, To: 20_000}, 500},
	} {
		bubble(t, func(t *testing.T) {
			p := shop()
			p.Measure = test.window
			p.Thresholds = []load.Threshold{{Rule: "rps < 1000", Metric: "rps", Op: "<", Value: 1000}}
			res := start(t, p, &runtest.Worker{PerSecond: 100}).Conduct(context.Background())
			wantState(t, res, load.StateCompleted, "")
			wantRequests(t, res, 2000)
			if res.Measurement.Verdict != load.Suspect || !strings.Contains(res.Measurement.Reasons[0], test.reason) || res.Measured != test.want {
				t.Errorf("%+v of %+v", res.Measurement, res.Measured)
			}
			if x := res.Thresholds[0]; x.Samples != test.n || (test.n == 0) != (x.Message == "no data") || x.Passed != (test.n > 0) {
				t.Errorf("%+v", x)
			}
		})
	}
}

// TestAbortsAreJudgedWithinTheWindow: what breaks a rule before it begins is warm-up.
func TestAbortsAreJudgedWithinTheWindow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := shop()
		p.Measure = load.Window{From: 8 * time.Second}
		p.Thresholds = []load.Threshold{{Rule: "failures < 1% abort", Metric: "failures", Op: "<", Value: 0.01, Share: true, Abort: true}}
		res := start(t, p, &runtest.Worker{PerSecond: 10, Failing: 5}).Conduct(context.Background())
		wantState(t, res, load.StateAborted, `failures < 1% abort`)
		if res.Total.Requests < 90 || res.Total.Requests > 110 {
			t.Errorf("it ended after %d requests, want those of some 10 s", res.Total.Requests)
		}
	})
}

func TestNamedStages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := shop()
		p.Load.Stages = []load.Stage{
			{Name: "ramp", Target: 10, Duration: 4500 * time.Millisecond},
			{Target: 10, Duration: 5500 * time.Millisecond},
			{Name: "peak", Target: 20, Duration: 10 * time.Second, Jump: true},
		}
		w := []*runtest.Worker{{PerSecond: 100, OnReport: slowBefore(4500 * time.Millisecond)}, {PerSecond: 100}}
		r := start(t, p, w...)
		go r.Conduct(context.Background())
		time.Sleep(6 * time.Second)
		if s := r.Result().Stages; len(s) != 1 || s[0].Name != "ramp" {
			t.Errorf("during the run: %+v", s)
		}
		<-r.Done()
		res := r.Result()
		wantState(t, res, load.StateCompleted, "")
		if m := w[0].Session().Job().Marks; !slices.Equal(m, []time.Duration{4500 * time.Millisecond, 10 * time.Second, 20 * time.Second}) {
			t.Errorf("marks %v", m)
		}
		if len(res.Stages) != 2 {
			t.Fatalf("%+v", res.Stages)
		}
		ramp, peak := res.Stages[0], res.Stages[1]
		if ramp.From != 0 || ramp.To != 4500 || ramp.Requests != 900 || ramp.Failures != 450 || ramp.RPS != 200 || ramp.Latency.Max < 99 || ramp.Latency.P50 > 11 || ramp.LatencyOK.P999 > 11 {
			t.Errorf("ramp %+v", ramp)
		}
		if peak.From != 10_000 || peak.To != 20_000 || peak.Requests != 2000 || peak.Failures != 0 || peak.RPS != 200 || peak.Latency.Max > 10.01 || peak.Latency.Mean != 10 {
			t.Errorf("peak %+v", peak)
		}
		if x := peak.Transactions; len(x) != 1 || x[0].Name != "browse" || x[0].Count != 2000 || x[0].RPS != 200 || x[0].Latency != peak.Latency {
			t.Errorf("transactions of peak %+v", x)
		}
	})
}

// TestChangeEndsStages: what was planned from the change on does not happen.
func TestChangeEndsStages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := shop()
		p.Load.Stages = []load.Stage{{Name: "one", Target: 10, Duration: 10 * time.Second}, {Name: "two", Target: 20, Duration: 10 * time.Second}}
		r := start(t, p, &runtest.Worker{PerSecond: 100})
		go r.Conduct(context.Background())
		time.Sleep(5250 * time.Millisecond)
		if err := r.Change(context.Background(), changeTo(5)); err != nil {
			t.Fatal(err)
		}
		<-r.Done()
		s := r.Result().Stages
		if len(s) != 1 || s[0].Name != "one" || s[0].To != 6500 || s[0].Requests != 600 && s[0].Requests != 700 {
			t.Errorf("%+v", s)
		}
	})
}
