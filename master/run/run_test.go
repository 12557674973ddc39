package run_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/master/run/runtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shop is a plan of one transaction with one step, 20 s at 10 users.
func shop() *load.Plan {
	step := func(name string) load.Step {
		return load.Step{Name: name, Request: &load.Request{Method: "GET", URL: "http://127.0.0.1:1/"}}
	}
	return &load.Plan{
		Version: 1, Name: "shop",
		Setup:        []load.Step{step("prepare stock")},
		Teardown:     []load.Step{step("clear stock")},
		Transactions: []load.Transaction{{Name: "browse", Steps: []load.Step{step("list")}}},
		Load: &load.Profile{
			Model: load.UsersModel, GracefulStop: 30 * time.Second,
			Stages: load.Ramp(10, 0, 20*time.Second),
		},
	}
}

func specOf(p *load.Plan, workers ...*runtest.Worker) run.Spec {
	s := run.Spec{ID: "r1", Plan: p, Encoded: []byte("{}"), Revision: "abc", Owner: "test"}
	for i, w := range workers {
		s.Members = append(s.Members, run.Member{ID: fmt.Sprint("w", i), Host: "h", Worker: w})
	}
	return s
}

func start(t *testing.T, p *load.Plan, workers ...*runtest.Worker) *run.Run {
	t.Helper()
	r, err := run.New(specOf(p, workers...))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// bubble runs f on a fake clock; every goroutine must have ended when it returns.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t) })
}

func wantState(t *testing.T, res load.Result, state load.State, reason string) {
	t.Helper()
	if res.State != state || !strings.Contains(res.Reason, reason) {
		t.Errorf("ended %s (%q), want %s with %q", res.State, res.Reason, state, reason)
	}
}

func wantRequests(t *testing.T, res load.Result, n int64) {
	t.Helper()
	if res.Total.Requests != n {
		t.Errorf("%d requests, want %d", res.Total.Requests, n)
	}
	accounting(t, res)
}

// accounting is the equation that every result must keep.
func accounting(t *testing.T, r load.Result) {
	t.Helper()
	u := r.Unsent
	unsent := u.DNS + u.Connect + u.TLS + u.Local + u.Script + u.Variable + u.Partly + u.Interrupted
	if sum := r.Total.Requests + r.Total.Interrupted + r.Lifecycle.Requests + r.Lifecycle.Interrupted + r.Redirects; r.Attempts != sum {
		t.Errorf("%d attempts, but parts add up to %d", r.Attempts, sum)
	}
	if r.Sent != r.Attempts-unsent {
		t.Errorf("sent %d of %d attempts with %d unsent", r.Sent, r.Attempts, unsent)
	}
}

func TestHappyPath(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{{PerSecond: 100}, {PerSecond: 50, Ahead: 3 * time.Hour}, {PerSecond: 7, Ahead: -time.Minute}}
		began := time.Now()
		r := start(t, shop(), w...)
		if s := r.Result().State; s != load.StateQueued {
			t.Errorf("before Conduct: %s", s)
		}
		res := r.Conduct(context.Background())
		wantState(t, res, load.StateCompleted, "")
		wantRequests(t, res, 20*157)
		if res.Result != load.Passed || res.Measurement.Verdict != load.Valid || res.Degraded {
			t.Errorf("%s, %+v, degraded %v", res.Result, res.Measurement, res.Degraded)
		}
		if text, err := json.Marshal(res.Measurement); err != nil || strings.Contains(string(text), "null") {
			t.Errorf("%s: lists are never null (%v)", text, err)
		}
		if res.Total.RPS != 157 || res.Measured.To != 20_000 {
			t.Errorf("rps %v over %v", res.Total.RPS, res.Measured)
		}
		if l := res.Total.Latency; l.P50 < 9.99 || l.P50 > 10.01 || l.Min != 10 || l.Max != 10 {
			t.Errorf("latency %+v", l)
		}
		if got := res.Load[0]; got.PeakUsers != 10 || got.Started != 20*157 {
			t.Errorf("load %+v", got)
		}
		if want := []string{"prepare", "setup", "go", "teardown", "finish", "close"}; !slices.Equal(w[0].Calls(), want) {
			t.Errorf("calls of the first worker: %v, want %v", w[0].Calls(), want)
		}
		if want := []string{"prepare", "go", "finish", "close"}; !slices.Equal(w[1].Calls(), want) {
			t.Errorf("calls of the second worker: %v, want %v", w[1].Calls(), want)
		}
		t0 := w[0].Session().Began()
		for i, ahead := range []time.Duration{0, 3 * time.Hour, -time.Minute} {
			if d := w[i].Session().Began().Sub(t0); d != ahead {
				t.Errorf("worker %d begins %v after the first on its own clock, want %v", i, d, ahead)
			}
		}
		if d := t0.Sub(began); d < 200*time.Millisecond || d > time.Second {
			t.Errorf("time zero is %v after the start", d)
		}
	})
}

func TestSharesAddUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{{PerSecond: 1}, {PerSecond: 1}, {PerSecond: 1}}
		start(t, shop(), w...).Conduct(context.Background())
		sum := 0
		for i, x := range w {
			job := x.Session().Job()
			if job.Index != i || job.Of != 3 || len(job.Shares) != 1 {
				t.Errorf("job %d: %d of %d, %d shares", i, job.Index, job.Of, len(job.Shares))
			}
			sum += job.Shares[0].Profile.Users(0)
		}
		if sum != 10 {
			t.Errorf("shares have %d users, want 10", sum)
		}
	})
}

func TestLive(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, shop(), &runtest.Worker{PerSecond: 100, Failing: 10}, &runtest.Worker{PerSecond: 20})
		go r.Conduct(context.Background())
		time.Sleep(8500 * time.Millisecond)
		l := r.Live()
		if l.State != load.StateRunning || l.RPS != 120 || l.Failing != 10 || l.Users != 10 || l.Target != 10 || l.Workers != 2 || l.Total != 20_000 {
			t.Errorf("live %+v", l)
		}
		if l.P50 < 9.9 || l.P50 > 10.1 {
			t.Errorf("live p50 %v", l.P50)
		}
		<-r.Done()
		if l := r.Live(); l.State != load.StateCompleted || l.Requests != 2400 || l.Failures != 200 {
			t.Errorf("live after the end %+v", l)
		}
		res := r.Result()
		if res.Result != load.Failed || res.Thresholds[0].Rule != "failures < 1%" || !res.Thresholds[0].Default {
			t.Errorf("%s by %+v", res.Result, res.Thresholds)
		}
		if len(res.Errors) != 1 || res.Errors[0].Count != 200 || len(res.Errors[0].Samples) != load.MaxSamples {
			t.Errorf("errors %+v", res.Errors)
		}
	})
}

func TestRefusals(t *testing.T) {
	for name, refusal := range map[string]error{
		"busy": fmt.Errorf("%w: run r0 of team a has it", load.ErrBusy),
		"plan": &load.PlanError{Message: "script: line 3: unexpected end"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				good := &runtest.Worker{PerSecond: 1}
				bad := &runtest.Worker{OnPrepare: func(context.Context) error { time.Sleep(time.Second); return refusal }}
				r := start(t, shop(), good, bad)
				res := r.Conduct(context.Background())
				wantState(t, res, load.StateFailed, refusal.Error())
				if res.StartedAt != nil || res.Result != "" || len(res.Thresholds) != 0 {
					t.Errorf("a run that never began has %v, %q, %v", res.StartedAt, res.Result, res.Thresholds)
				}
				if !errors.Is(r.Err(), refusal) {
					t.Errorf("Err is %v", r.Err())
				}
				if want := []string{"prepare", "close"}; !slices.Equal(good.Calls(), want) {
					t.Errorf("calls of the worker that was willing: %v", good.Calls())
				}
			})
		})
	}
}

func TestSetupFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		stepErr := &load.StepError{Phase: "setup", Step: "prepare stock", Class: load.ClassStatus, Message: "got 500"}
		w := &runtest.Worker{PerSecond: 1, OnSetup: func(context.Context) error { return stepErr }}
		other := &runtest.Worker{PerSecond: 1}
		r := start(t, shop(), w, other)
		res := r.Conduct(context.Background())
		wantState(t, res, load.StateFailed, "setup: step prepare stock failed: status: got 500")
		if want := []string{"prepare", "setup", "teardown", "finish", "close"}; !slices.Equal(w.Calls(), want) {
			t.Errorf("calls: %v, want %v", w.Calls(), want)
		}
		if slices.Contains(other.Calls(), "go") {
			t.Error("the load began after a failed setup")
		}
		var got *load.StepError
		if !errors.As(r.Err(), &got) {
			t.Errorf("Err is %v", r.Err())
		}
	})
}

func TestDeadlines(t *testing.T) {
	hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	plain := shop()
	plain.Setup, plain.Teardown = nil, nil
	for _, test := range []struct {
		name   string
		plan   *load.Plan
		worker *runtest.Worker
		state  load.State
		reason string
		within time.Duration
	}{
		{"prepare", shop(), &runtest.Worker{OnPrepare: hang}, load.StateFailed, "1 of 2 workers did not answer", 61 * time.Second},
		{"setup", shop(), &runtest.Worker{OnSetup: hang}, load.StateFailed, "setup on worker w0", 61 * time.Second},
		{"go", plain, &runtest.Worker{OnGo: hang}, load.StateFailed, "start worker w0", 62 * time.Second},
		{"teardown", shop(), &runtest.Worker{PerSecond: 1, OnTeardown: hang}, load.StateCompleted, "teardown on worker w0", 82 * time.Second},
		{"finish", plain, &runtest.Worker{PerSecond: 1, OnFinish: hang}, load.StateCompleted, "", 36 * time.Second},
		{"the load does not end", plain, &runtest.Worker{PerSecond: 1, Deaf: true}, load.StateFailed, "w0", 300 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				began := time.Now()
				res := start(t, test.plan, test.worker, &runtest.Worker{PerSecond: 1}).Conduct(context.Background())
				wantState(t, res, test.state, test.reason)
				if d := time.Since(began); d > test.within {
					t.Errorf("took %v, want at most %v", d, test.within)
				}
				accounting(t, res)
			})
		})
	}
}

func TestStopInEveryState(t *testing.T) {
	slow := func(ctx context.Context) error {
		select {
		case <-time.After(5 * time.Second):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, test := range []struct {
		name     string
		after    time.Duration
		now      bool
		requests int64
		calls    []string
	}{
		{"before", 0, false, 0, nil},
		{"preparing", 2 * time.Second, false, 0, []string{"prepare"}},
		{"preparing, now", 2 * time.Second, true, 0, []string{"prepare"}},
		{"setup", 7 * time.Second, false, 0, []string{"prepare", "setup", "teardown", "finish", "close"}},
		{"setup, now", 7 * time.Second, true, 0, []string{"prepare", "setup", "stop", "teardown", "finish", "close"}},
		{"running", 14*time.Second + 250*time.Millisecond, false, 60, []string{"prepare", "setup", "go", "stop", "teardown", "finish", "close"}},
		{"running, now", 14*time.Second + 250*time.Millisecond, true, 40, []string{"prepare", "setup", "go", "stop", "teardown", "finish", "close"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := &runtest.Worker{PerSecond: 10, OnPrepare: slow, OnSetup: slow, StopTakes: 2 * time.Second}
				r := start(t, shop(), w)
				if test.after == 0 {
					r.Stop(test.now)
				} else {
					time.AfterFunc(test.after, func() { r.Stop(test.now) })
				}
				res := r.Conduct(context.Background())
				wantState(t, res, load.StateStopped, "stopped on request")
				wantRequests(t, res, test.requests)
				if !slices.Equal(w.Calls(), test.calls) {
					t.Errorf("calls: %v, want %v", w.Calls(), test.calls)
				}
			})
		})
	}
}

func TestStopNowHastensGraceful(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := &runtest.Worker{PerSecond: 10, StopTakes: 25 * time.Second}
		p := shop()
		p.Load.Stages = load.Ramp(10, 0, 0)
		r := start(t, p, w)
		time.AfterFunc(10250*time.Millisecond, func() { r.Stop(false) })
		time.AfterFunc(12250*time.Millisecond, func() { r.Stop(true) })
		res := r.Conduct(context.Background())
		wantState(t, res, load.StateStopped, "")
		wantRequests(t, res, 120)
	})
}

func TestContextEndsGracefully(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := &runtest.Worker{PerSecond: 10, StopTakes: time.Second}
		ctx, cancel := context.WithTimeout(context.Background(), 4250*time.Millisecond)
		defer cancel()
		res := start(t, shop(), w).Conduct(ctx)
		wantState(t, res, load.StateStopped, "")
		wantRequests(t, res, 50)
		if res.Degraded {
			t.Error("degraded")
		}
	})
}

func TestLostWorkerReturns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
		p := shop()
		p.Load.Stages = load.Ramp(10, 0, 40*time.Second)
		r := start(t, p, w...)
		go r.Conduct(context.Background())
		time.Sleep(5 * time.Second)
		w[1].Session().Cut(true)
		time.Sleep(6 * time.Second)
		if l := r.Live(); l.Suspect != 1 || l.Lost != 0 {
			t.Errorf("after 6 s of silence: %+v", l)
		}
		time.Sleep(6 * time.Second)
		if l := r.Live(); l.Lost != 1 || l.State != load.StateRunning || !l.Degraded {
			t.Errorf("after 12 s of silence: %+v", l)
		} else if l.Users != 5 || l.Target != 10 || l.Scenarios[0].Target != 10 {
			t.Errorf("a lost worker takes its users away, not what is asked for: %+v", l)
		}
		w[1].Session().Cut(false)
		time.Sleep(3 * time.Second)
		if l := r.Live(); l.Lost != 0 || l.Suspect != 0 {
			t.Errorf("after its return: %+v", l)
		} else if l.Users != 10 || l.Target != 10 || l.Scenarios[0].Target != 10 {
			t.Errorf("users after its return: %+v", l)
		}
		<-r.Done()
		res := r.Result()
		wantState(t, res, load.StateCompleted, "")
		wantRequests(t, res, 800)
		if res.Degraded || res.Measurement.Verdict != load.Valid {
			t.Errorf("all was merged, but degraded %v, %+v", res.Degraded, res.Measurement)
		}
	})
}

func TestLostWorkerStaysAway(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
		r := start(t, shop(), w...)
		go r.Conduct(context.Background())
		time.Sleep(5500 * time.Millisecond)
		w[0].Session().Cut(true)
		<-r.Done()
		res := r.Result()
		wantState(t, res, load.StateCompleted, "")
		if !res.Degraded || !res.Workers[0].Lost || res.Measurement.Verdict != load.Suspect || !strings.Contains(res.Measurement.Reasons[0], "w0 is lost") {
			t.Errorf("degraded %v, %+v, %+v", res.Degraded, res.Workers, res.Measurement)
		}
		if n := res.Workers[1].Requests; n != 200 {
			t.Errorf("the other worker has %d requests, want 200", n)
		}
		if !slices.Contains(w[1].Calls(), "teardown") {
			t.Error("teardown did not move to the live worker")
		}
		accounting(t, res)
	})
}

func TestAllLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
		r := start(t, shop(), w...)
		go r.Conduct(context.Background())
		time.Sleep(5500 * time.Millisecond)
		w[0].Session().Cut(true)
		w[1].Session().Break()
		<-r.Done()
		res := r.Result()
		wantState(t, res, load.StateFailed, "all workers are lost: ")
		accounting(t, res)
		if len(res.Why) != 1 || res.Why[0].Code != load.WhyWorkersLost || len(res.Why[0].Of) != 2 || res.Reason != load.TextOf(res.Why) {
			t.Fatalf("it ended because of %+v, %q", res.Why, res.Reason)
		}
		for i, code := range []string{load.WhyNoReport, load.WhyGone} {
			of := res.Why[0].Of[i]
			if of.Code != load.WhyWorker || of.Params["worker"] != res.Workers[i].ID || len(of.Of) != 1 || of.Of[0].Code != code {
				t.Errorf("worker %d: %+v, want %s", i, of, code)
			}
			if why := res.Workers[i].Why; why == nil || why.Code == "" || why.String() != res.Workers[i].Reason {
				t.Errorf("worker %d: %+v, %q", i, why, res.Workers[i].Reason)
			}
		}
	})
}

func TestRepeatedAndEarlyReportsChangeNothing(t *testing.T) {
	early := func(r load.Report, by uint64) load.Report { r.Seq += by; return r }
	for name, spoil := range map[string]func(load.Report) []load.Report{
		"repeated": func(r load.Report) []load.Report { return []load.Report{r, r, r} },
		"early":    func(r load.Report) []load.Report { return []load.Report{early(r, 1), early(r, 7), r} },
		"early once": func(r load.Report) []load.Report {
			if r.Seq == 5 { // those that follow must not pass for old ones
				return []load.Report{early(r, 3), r}
			}
			return []load.Report{r}
		},
		"old": func(r load.Report) []load.Report { return []load.Report{early(r, ^uint64(0)), r, early(r, ^uint64(0))} },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := &runtest.Worker{PerSecond: 10}
				s := specOf(shop(), w)
				s.Members[0].Worker = &echoWorker{Worker: w, spoil: spoil}
				r, err := run.New(s)
				if err != nil {
					t.Fatal(err)
				}
				res := r.Conduct(context.Background())
				wantState(t, res, load.StateCompleted, "")
				wantRequests(t, res, 200)
				if res.Measurement.Verdict != load.Valid || res.Degraded {
					t.Errorf("%+v, degraded %v", res.Measurement, res.Degraded)
				}
			})
		})
	}
}

// echoWorker sends each report several times.
type echoWorker struct {
	*runtest.Worker
	spoil func(load.Report) []load.Report
}

type echoSession struct {
	load.Session
	reports chan load.Report
}

func (w *echoWorker) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	inner, err := w.Worker.Prepare(ctx, job)
	if err != nil {
		return nil, err
	}
	s := &echoSession{inner, make(chan load.Report)}
	go func() {
		defer close(s.reports)
		for r := range inner.Reports() {
			for _, x := range w.spoil(r) {
				s.reports <- x
			}
		}
	}()
	return s, nil
}

func (s *echoSession) Reports() <-chan load.Report { return s.reports }

func TestMalformedReports(t *testing.T) {
	for name, spoil := range map[string]func(*load.Report){
		"row out of range":  func(r *load.Report) { r.Intervals[0].Rows[0].Row = 7 },
		"negative row":      func(r *load.Report) { r.Intervals[0].Rows[0].Row = -1 },
		"negative count":    func(r *load.Report) { r.Intervals[0].Rows[1].Requests = -5 },
		"absurd count":      func(r *load.Report) { r.Intervals[0].Rows[1].BytesIn = 1 << 62 },
		"bucket":            func(r *load.Report) { r.Intervals[0].Rows[1].OK.Buckets[0].Index = load.NumBuckets },
		"future":            func(r *load.Report) { r.Intervals[0].To = 1e6 * time.Hour },
		"scenario":          func(r *load.Report) { r.Intervals[0].Loads[0].Scenario = "other" },
		"kind":              func(r *load.Report) { r.Rows = []load.RowKey{{Kind: 9}, {Kind: 9}} },
		"too many rows":     func(r *load.Report) { r.Rows = make([]load.RowKey, 100_000) },
		"error row":         func(r *load.Report) { r.Errors = []load.ErrorDelta{{Row: 2}} },
		"negative attempts": func(r *load.Report) { r.Intervals[0].Counters.Attempts = -1 },
		"error of tomorrow": func(r *load.Report) { r.Errors = []load.ErrorDelta{{Count: 1, Last: 24 * time.Hour}} },
		"error backwards":   func(r *load.Report) { r.Errors = []load.ErrorDelta{{Count: 1, First: 2, Last: 1}} },
		"errors not counted": func(r *load.Report) {
			r.Errors = []load.ErrorDelta{{Count: 1, Seconds: []load.SecondCount{{Count: 2}}}}
		},
		"seconds not in order": func(r *load.Report) {
			r.Errors = []load.ErrorDelta{{Count: 2, Last: 4 * time.Second, Seconds: []load.SecondCount{{At: 2, Count: 1}, {At: 1, Count: 1}}}}
		},
		"too many seconds": func(r *load.Report) {
			r.Errors = []load.ErrorDelta{{Count: 2, Seconds: make([]load.SecondCount, load.TrendSeconds+1)}}
		},
		"more failed than n": func(r *load.Report) { r.Intervals[0].Rows[1].Failures = 1000 },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				bad := &runtest.Worker{PerSecond: 10, OnReport: func(r *load.Report) {
					if len(r.Intervals) > 0 && r.Intervals[0].From >= 5*time.Second {
						spoil(r)
					}
				}}
				good := &runtest.Worker{PerSecond: 10}
				res := start(t, shop(), bad, good).Conduct(context.Background())
				wantState(t, res, load.StateCompleted, "")
				wantRequests(t, res, 250)
				if w := res.Workers[0]; !w.Lost || !strings.Contains(w.Reason, "malformed report") || !res.Degraded {
					t.Errorf("worker %+v, degraded %v", w, res.Degraded)
				}
			})
		})
	}
}

func TestAborts(t *testing.T) {
	t.Run("threshold", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			p := shop()
			p.Thresholds = []load.Threshold{{Rule: "failures < 5% abort", Metric: "failures", Op: "<", Value: 0.05, Share: true, Abort: true}}
			w := []*runtest.Worker{{PerSecond: 10, Failing: 2}, {PerSecond: 10}}
			res := start(t, p, w...).Conduct(context.Background())
			wantState(t, res, load.StateAborted, `threshold "failures < 5% abort": it was broken at 2s: 10%`)
			if res.Result != load.Failed || res.Total.Requests > 80 {
				t.Errorf("%s after %d requests", res.Result, res.Total.Requests)
			}
			for i, x := range w {
				if !slices.Contains(x.Calls(), "stop") {
					t.Errorf("worker %d was not told to stop", i)
				}
			}
			accounting(t, res)
		})
	})
	t.Run("threshold that holds in the end", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			p := shop()
			p.Thresholds = []load.Threshold{
				{Rule: "rps > 1", Metric: "rps", Op: ">", Value: 1},
				{Rule: "failures < 90% abort", Metric: "failures", Op: "<", Value: 0.9, Share: true, Abort: true},
				{Rule: "max < 1s abort", Metric: "max", Op: "<", Value: 1000, Abort: true},
			}
			w := &runtest.Worker{PerSecond: 10, OnReport: func(r *load.Report) {
				for i := range r.Intervals {
					for j := range r.Intervals[i].Rows {
						if d := &r.Intervals[i].Rows[j]; r.Intervals[i].To == time.Second {
							d.Failures = d.Requests
						}
					}
				}
			}}
			res := start(t, p, w).Conduct(context.Background())
			wantState(t, res, load.StateAborted, "failures < 90% abort")
			if x := res.Thresholds; res.Result != load.Failed || !x[0].Passed || x[1].Passed || !x[2].Passed || x[1].Message == "" {
				t.Errorf("%s by %+v", res.Result, res.Thresholds)
			}
		})
	})
	t.Run("rate of what was reported", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			p := shop()
			p.Thresholds = []load.Threshold{{Rule: "rps > 19 abort", Metric: "rps", Op: ">", Value: 19, Abort: true}}
			res := start(t, p, &runtest.Worker{PerSecond: 10}, &runtest.Worker{PerSecond: 10}).Conduct(context.Background())
			wantState(t, res, load.StateCompleted, "")
			if res.Result != load.Passed {
				t.Errorf("%s by %+v", res.Result, res.Thresholds)
			}
		})
	})
	t.Run("worker asks", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			w := &runtest.Worker{PerSecond: 10, OnReport: func(r *load.Report) {
				if r.Seq > 5 {
					r.Abort = &load.Reason{Code: load.WhyStepAborted, Params: load.Params{"step": "list"}, Text: "step list says abort_run"}
				}
			}}
			other := &runtest.Worker{PerSecond: 10}
			res := start(t, shop(), w, other).Conduct(context.Background())
			wantState(t, res, load.StateAborted, "abort_run")
			if len(res.Why) != 1 || res.Why[0].Code != load.WhyStepAborted || res.Why[0].Params["step"] != "list" {
				t.Errorf("it ended because of %+v", res.Why)
			}
			if !slices.Contains(other.Calls(), "stop") {
				t.Error("the other worker went on")
			}
			accounting(t, res)
		})
	})
	t.Run("worker loss", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			p := shop()
			p.Run.OnWorkerLoss = "abort"
			w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
			r := start(t, p, w...)
			time.AfterFunc(5*time.Second, func() { w[1].Session().Break() })
			wantState(t, r.Conduct(context.Background()), load.StateAborted, "on_worker_loss")
		})
	})
}

func TestEndsByReason(t *testing.T) {
	for _, test := range []struct {
		reasons [2]string
		state   load.State
		reason  string
		verdict string
	}{
		{[2]string{"data_exhausted", "completed"}, load.StateCompleted, "data_exhausted", load.Valid},
		{[2]string{"silence", "silence"}, load.StateFailed, "not heard from the master", load.Suspect},
		{[2]string{"silence", "completed"}, load.StateCompleted, "", load.Suspect},
		{[2]string{"out of memory in engine", "completed"}, load.StateAborted, "out of memory in engine", load.Valid},
	} {
		t.Run(test.reasons[0]+" "+test.reasons[1], func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
				r := start(t, shop(), w...)
				time.AfterFunc(8*time.Second, func() {
					w[0].Session().End(test.reasons[0])
					w[1].Session().End(test.reasons[1])
				})
				res := r.Conduct(context.Background())
				wantState(t, res, test.state, test.reason)
				if res.Measurement.Verdict != test.verdict {
					t.Errorf("%+v", res.Measurement)
				}
			})
		})
	}
}

func TestClockErrors(t *testing.T) {
	bubble(t, func(t *testing.T) {
		far := &runtest.Worker{PerSecond: 10, Trip: 120 * time.Millisecond, Ahead: time.Hour}
		res := start(t, shop(), &runtest.Worker{PerSecond: 10}, far).Conduct(context.Background())
		wantState(t, res, load.StateCompleted, "")
		if res.Measurement.Verdict != load.Suspect || !strings.Contains(res.Measurement.Reasons[0], "w1 may have begun up to 60ms") {
			t.Errorf("%+v", res.Measurement)
		}
	})
}

func TestConductTwice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, shop(), &runtest.Worker{PerSecond: 1})
		go r.Conduct(context.Background())
		if res := r.Conduct(context.Background()); res.State != load.StateCompleted || res.Total.Requests != 20 {
			t.Errorf("%s, %d requests", res.State, res.Total.Requests)
		}
	})
}

func TestNewRefuses(t *testing.T) {
	big := shop()
	big.Load.Stages = load.Ramp(40_001, 0, time.Second)
	windowed := shop()
	windowed.Thresholds = []load.Threshold{{Rule: "p95 < 1s over 10s", Metric: "p", Over: time.Second}}
	idle := shop()
	idle.Load = nil
	for name, p := range map[string]*load.Plan{"users": big, "window": windowed, "no load": idle} {
		var perr *load.PlanError
		if _, err := run.New(specOf(p, &runtest.Worker{}, &runtest.Worker{})); !errors.As(err, &perr) {
			t.Errorf("%s: %v, want a plan error", name, err)
		}
	}
	if _, err := run.New(run.Spec{Plan: shop()}); err == nil {
		t.Error("a run without workers was accepted")
	}
}

// stallingWorker keeps whoever acknowledges its third report: a master that stands
// still.
type stallingWorker struct {
	*runtest.Worker
	stall time.Duration
}

func (w *stallingWorker) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	s, err := w.Worker.Prepare(ctx, job)
	return &stallingSession{Session: s, stall: w.stall}, err
}

type stallingSession struct {
	load.Session
	stall time.Duration
}

func (s *stallingSession) Ack(seq uint64) {
	if seq == 3 {
		time.Sleep(s.stall)
	}
	s.Session.Ack(seq)
}

func TestAMasterThatStoodStillDoesNotBlameItsWorkers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		workers := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
		p := shop()
		p.Load.Stages = load.Ramp(10, 0, 40*time.Second)
		s := specOf(p, workers...)
		s.Members[0].Worker = &stallingWorker{Worker: workers[0], stall: 14 * time.Second}
		r, err := run.New(s)
		if err != nil {
			t.Fatal(err)
		}
		res := r.Conduct(context.Background())
		wantState(t, res, load.StateCompleted, "")
		wantRequests(t, res, 800)
		for _, w := range res.Workers {
			if w.Lost {
				t.Errorf("worker %s was lost", w.ID)
			}
		}
	})
}
