package run_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/master/run/runtest"
)

// storm is what happens to one run: calls at random instants, on workers that delay,
// fail, go silent and come back.
type storm struct {
	slow   map[string]time.Duration
	broken string // the call that fails on worker 0; empty: none
	deeds  []deed
	ctxEnd time.Duration
	rows   int64 // of a data file
	hunger int64 // rows that each worker asks for in a second
	loop   bool
}

type deed struct {
	at     time.Duration
	what   string
	worker int
}

func drawStorm(t *rapid.T) storm {
	upTo := func(most time.Duration) *rapid.Generator[time.Duration] {
		return rapid.Map(rapid.Int64Range(0, int64(most/time.Millisecond)), func(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond })
	}
	s := storm{slow: map[string]time.Duration{}, ctxEnd: upTo(3*time.Minute).Draw(t, "ctx")}
	s.rows, s.hunger = rapid.Int64Range(0, 3000).Draw(t, "rows"), rapid.Int64Range(0, 200).Draw(t, "hunger")
	s.loop = rapid.Bool().Draw(t, "loop")
	for _, call := range []string{"prepare", "setup", "go", "teardown", "finish", "missing", "yield", "grant"} {
		s.slow[call] = rapid.OneOf(rapid.Just(time.Duration(0)), upTo(3*time.Second), upTo(90*time.Second)).Draw(t, call)
	}
	s.broken = rapid.SampledFrom([]string{"", "", "", "prepare", "setup", "go", "teardown", "finish", "missing", "yield", "grant"}).Draw(t, "broken")
	what := rapid.SampledFrom([]string{"stop", "stop now", "stop", "cut", "mend", "break", "end", "result", "change"})
	for range rapid.IntRange(0, 12).Draw(t, "deeds") {
		s.deeds = append(s.deeds, deed{upTo(40*time.Second).Draw(t, "at"), what.Draw(t, "what"), rapid.IntRange(0, 1).Draw(t, "worker")})
	}
	return s
}

func (s *storm) worker(i int) *runtest.Worker {
	w := &runtest.Worker{PerSecond: 10, Failing: 1, StopTakes: 700 * time.Millisecond, Rows: []runtest.Rows{{Source: "docs", Rows: s.rows, PerSecond: s.hunger}}}
	hook := func(name string) func(context.Context) error {
		return func(ctx context.Context) error {
			select {
			case <-time.After(s.slow[name]):
			case <-ctx.Done():
				return ctx.Err()
			}
			if s.broken == name && i == 0 {
				return errors.New(name + " is broken")
			}
			return nil
		}
	}
	w.OnPrepare, w.OnSetup, w.OnGo, w.OnTeardown, w.OnFinish = hook("prepare"), hook("setup"), hook("go"), hook("teardown"), hook("finish")
	w.OnMissing, w.OnYield, w.OnGrant = hook("missing"), hook("yield"), hook("grant")
	return w
}

func (d deed) do(ctx context.Context, r *run.Run, w []*runtest.Worker) {
	s := w[d.worker].Session()
	switch {
	case d.what == "stop":
		r.Stop(false)
	case d.what == "stop now":
		r.Stop(true)
	case d.what == "result":
		r.Result()
		r.Live()
	case d.what == "change":
		n := d.worker * 7
		r.Change(ctx, run.ChangeRequest{Users: &n})
	case s == nil:
	case d.what == "cut":
		s.Cut(true)
	case d.what == "mend":
		s.Cut(false)
	case d.what == "break":
		s.Break()
	case d.what == "end":
		s.End("completed")
	}
}

// TestStorms: whatever happens, and in whatever state, a run ends, in bounded time,
// with a state and a reason, with counts that add up, and nothing left running.
func TestStorms(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawStorm(rt)
		var problem error
		synctest.Test(t, func(t *testing.T) { problem = s.play() })
		if problem != nil {
			rt.Fatal(problem)
		}
	})
}

func (s *storm) play() error {
	w := []*runtest.Worker{s.worker(0), s.worker(1)}
	atEnd, files := load.AtEndStop, someFiles()
	if s.loop {
		atEnd = load.AtEndLoop
	}
	spec := specOf(dealt(atEnd, 20*time.Second), w[0], w[1])
	spec.Files, spec.Open = files.list(), files.open
	r, err := run.New(spec)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.ctxEnd+time.Millisecond)
	defer cancel()
	for _, d := range s.deeds {
		time.AfterFunc(d.at, func() { d.do(ctx, r, w) })
	}
	began := time.Now()
	res := r.Conduct(ctx)
	took := time.Since(began)
	time.Sleep(time.Hour) // timers of the test
	if !res.State.Terminal() || res.State != load.StateCompleted && res.Reason == "" {
		return fmt.Errorf("ended %q with reason %q", res.State, res.Reason)
	}
	if most := 10 * time.Minute; took > most {
		return fmt.Errorf("took %v", took)
	}
	if sum := res.Total.Requests + res.Total.Interrupted + res.Lifecycle.Requests + res.Lifecycle.Interrupted + res.Redirects; sum != res.Attempts {
		return fmt.Errorf("%d attempts, parts add up to %d", res.Attempts, sum)
	}
	if n := files.opened.Load(); n != 0 {
		return fmt.Errorf("%d files are still open", n)
	}
	if err := s.dealt(w, res); err != nil {
		return err
	}
	var counted, merged int64
	for i, x := range w {
		if c := x.Session(); c != nil {
			counted += c.Counts().Requests
			if slices.Contains(x.Calls(), "close") == false {
				return fmt.Errorf("the session on worker %d was not closed", i)
			}
		}
	}
	for _, x := range res.Workers {
		merged += x.Requests
	}
	// Nothing twice; and nothing missing unless the result says so.
	if merged != res.Total.Requests || merged > counted || merged < counted && !res.Degraded {
		return fmt.Errorf("%d requests of workers, %d merged, %d in the result, degraded %v, %s %q", counted, merged, res.Total.Requests, res.Degraded, res.State, res.Reason)
	}
	return nil
}

// dealt checks that no row was given twice in a round, and that the result has no more
// of them than there are.
func (s *storm) dealt(w []*runtest.Worker, res load.Result) error {
	given := map[runtest.GivenRow]bool{}
	for _, x := range w {
		if x.Session() == nil {
			continue
		}
		for _, row := range x.Session().Given() {
			if given[row] {
				return fmt.Errorf("%+v was given twice", row)
			}
			given[row] = true
		}
	}
	for _, d := range res.Data {
		if d.Given > int64(len(given)) || d.Left < 0 || d.Lost < 0 || !s.loop && d.Given+d.Left+d.Lost != d.Rows {
			return fmt.Errorf("%+v, really given: %d", d, len(given))
		}
	}
	return nil
}

func TestChanges(t *testing.T) {
	p := func(v float64) *float64 { return &v }
	n := func(v int) *int { return &v }
	d := func(v time.Duration) *time.Duration { return &v }
	for _, test := range []struct {
		name   string
		q      run.ChangeRequest
		begin  float64
		levels map[time.Duration]float64 // of the changed profile's own time
		length time.Duration
	}{
		// At 5 s + 1.5 s the plan, 10 users for 20 s, has 13.5 s left.
		{"users at once", run.ChangeRequest{Users: n(30)}, 10, map[time.Duration]float64{0: 30, 13 * time.Second: 30}, 13500 * time.Millisecond},
		{"users by steps", run.ChangeRequest{Users: n(30), SpawnRate: p(5)}, 10, map[time.Duration]float64{0: 10, 2 * time.Second: 20, 5 * time.Second: 30}, 13500 * time.Millisecond},
		{"down", run.ChangeRequest{Users: n(0), SpawnRate: p(5), Duration: d(10 * time.Second)}, 10, map[time.Duration]float64{0: 10, time.Second: 5, 3 * time.Second: 0}, 10 * time.Second},
		{"out of reach", run.ChangeRequest{Users: n(100), SpawnRate: p(1), Duration: d(5 * time.Second)}, 10, map[time.Duration]float64{5 * time.Second: 15}, 5 * time.Second},
		{"longer", run.ChangeRequest{Duration: d(time.Minute)}, 10, map[time.Duration]float64{0: 10, 59 * time.Second: 10}, time.Minute},
		{"scale", run.ChangeRequest{Scale: p(3)}, 30, map[time.Duration]float64{0: 30}, 13500 * time.Millisecond},
		{"stages", run.ChangeRequest{Stages: []load.Stage{{Target: 20, Duration: 10 * time.Second}}}, 10, map[time.Duration]float64{5 * time.Second: 15}, 10 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
				r := start(t, shop(), w...)
				go r.Conduct(context.Background())
				time.Sleep(5250 * time.Millisecond)
				if err := r.Change(context.Background(), test.q); err != nil {
					t.Fatal(err)
				}
				users := map[time.Duration]int{}
				for _, x := range w {
					c := x.Session().Changes()
					if len(c) != 1 || c[0].At != 6500*time.Millisecond || c[0].Profile.Begin != test.begin || c[0].Profile.Length() != test.length {
						t.Fatalf("%+v", c)
					}
					for at, level := range test.levels {
						users[at] += c[0].Profile.Users(at)
						if got := c[0].Profile.Level(at); got != level {
							t.Errorf("level at %v is %v, want %v", at, got, level)
						}
					}
				}
				for at, level := range test.levels {
					if float64(users[at]) != level {
						t.Errorf("shares at %v have %d users, want %v", at, users[at], level)
					}
				}
				<-r.Done()
				res := r.Result()
				wantState(t, res, load.StateCompleted, "")
				wantRequests(t, res, int64((6500*time.Millisecond+test.length)/(50*time.Millisecond)))
				if err := r.Change(context.Background(), test.q); !errors.Is(err, run.ErrNotRunning) {
					t.Errorf("after the end: %v", err)
				}
			})
		})
	}
}

// TestChangeReachesLostWorker changes the load twice while one of three workers is
// cut off: it has its part of the last change once it is back.
func TestChangeReachesLostWorker(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}, {PerSecond: 10}}
		p := shop()
		p.Load.Stages = load.Ramp(10, 0, time.Minute)
		r := start(t, p, w...)
		go r.Conduct(context.Background())
		time.Sleep(5 * time.Second)
		w[1].Session().Cut(true)
		time.Sleep(12 * time.Second)
		for _, n := range []int{3, 8} {
			if err := r.Change(context.Background(), run.ChangeRequest{Users: &n}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
		}
		w[1].Session().Cut(false)
		time.Sleep(3 * time.Second)
		users := 0
		for i, x := range w {
			c := x.Session().Changes()
			if want := []int{2, 1, 2}[i]; len(c) != want {
				t.Fatalf("worker %d has %d changes, want %d", i, len(c), want)
			}
			users += c[len(c)-1].Profile.Users(0)
		}
		if users != 8 {
			t.Errorf("the shares have %d users, want 8", users)
		}
		<-r.Done()
		wantState(t, r.Result(), load.StateCompleted, "")
	})
}

// TestChangeIsTriedAgain has a worker that does not answer in time.
func TestChangeIsTriedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		tries := 0
		w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10, OnChange: func(ctx context.Context) error {
			if tries++; tries == 1 {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}}}
		p := shop()
		p.Load.Stages = load.Ramp(10, 0, time.Minute)
		r := start(t, p, w...)
		go r.Conduct(context.Background())
		time.Sleep(5 * time.Second)
		n := 4
		first := make(chan error)
		go func() { first <- r.Change(context.Background(), run.ChangeRequest{Users: &n}) }()
		time.Sleep(time.Second)
		if err := r.Change(context.Background(), run.ChangeRequest{Users: &n}); !errors.Is(err, run.ErrChanging) {
			t.Errorf("a second change meanwhile: %v", err)
		}
		if err := <-first; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a change that one worker did not answer: %v", err)
		}
		time.Sleep(2 * time.Second)
		for i, x := range w {
			if n := len(x.Session().Changes()); n != 1 {
				t.Errorf("worker %d has %d changes, want 1", i, n)
			}
		}
		<-r.Done()
		wantState(t, r.Result(), load.StateCompleted, "")
	})
}

// TestChangeOutlivesItsCaller: somebody who hangs up must not leave workers with
// different loads.
func TestChangeOutlivesItsCaller(t *testing.T) {
	bubble(t, func(t *testing.T) {
		slow := func(ctx context.Context) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Second):
				return nil
			}
		}
		w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10, OnChange: slow}}
		r := start(t, shop(), w...)
		go r.Conduct(context.Background())
		time.Sleep(5 * time.Second)
		ctx, hangUp := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer hangUp()
		n := 4
		if err := r.Change(ctx, run.ChangeRequest{Users: &n}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		<-r.Done()
		wantState(t, r.Result(), load.StateCompleted, "")
		for i, x := range w {
			if c := x.Session().Changes(); len(c) != 1 || c[0].Profile.Users(0) != 2 {
				t.Errorf("worker %d has the changes %+v", i, c)
			}
		}
	})
}

func TestChangeThatOneWorkerRefuses(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10, OnChange: func(context.Context) error { return load.ErrGone }}}
		r := start(t, shop(), w...)
		go r.Conduct(context.Background())
		time.Sleep(5 * time.Second)
		n := 5
		if err := r.Change(context.Background(), run.ChangeRequest{Users: &n}); !errors.Is(err, load.ErrGone) {
			t.Errorf("%v", err)
		}
		<-r.Done()
		wantState(t, r.Result(), load.StateCompleted, "a change of the load did not reach all workers")
	})
}
