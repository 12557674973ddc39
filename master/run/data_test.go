package run_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"

	"github.com/locust-http/locust-http/master/run/runtest"
)

// dealt is the shop with a file of unique rows, each given once.
func dealt(atEnd string, length time.Duration) *load.Plan {
	p := shop()
	p.Data = []load.DataSource{{Name: "docs", File: "docs.csv", Pick: load.PickUnique, Per: load.RowPerIteration, AtEnd: atEnd}}
	p.Transactions[0].Steps[0].Request.URL = "http://127.0.0.1:1/{{docs.id}}"
	p.Load.Stages = load.Ramp(10, 0, length)
	return p
}

func deals(rows, perSecond int64) *runtest.Worker {
	return &runtest.Worker{PerSecond: 10, Rows: []runtest.Rows{{Source: "docs", Rows: rows, PerSecond: perSecond}}}
}

// wantOnce checks that no row was given twice in a round, and counts those of each.
func wantOnce(t *testing.T, workers ...*runtest.Worker) map[int]int {
	t.Helper()
	by, rounds := map[runtest.GivenRow]int{}, map[int]int{}
	for i, w := range workers {
		for _, row := range w.Session().Given() {
			if other, twice := by[row]; twice {
				t.Fatalf("%+v was given by worker %d and by %d", row, other, i)
			}
			by[row] = i
			rounds[row.Round]++
		}
	}
	return rounds
}

// TestUniqueRowsOfThreeWorkers: one is twice as fast, and all rows go out once.
func TestUniqueRowsOfThreeWorkers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{deals(10_000, 100), deals(10_000, 200), deals(10_000, 100)}
		res := start(t, dealt("stop", time.Hour), w...).Conduct(context.Background())
		wantState(t, res, load.StateCompleted, "data_exhausted: docs: 0 of 10000 rows left")
		if n := wantOnce(t, w...)[0]; n != 10_000 {
			t.Errorf("%d rows were given", n)
		}
		if want := (load.DataResult{Name: "docs", Rows: 10_000, Given: 10_000, Rounds: 1}); len(res.Data) != 1 || res.Data[0] != want {
			t.Errorf("%+v, want %+v", res.Data, want)
		}
		if d := res.EndedAt.Sub(*res.StartedAt); d < 25*time.Second || d > 50*time.Second {
			t.Errorf("it took %v; 400 rows a second are used up in 25 s", d)
		}
	})
}

// TestUniqueRowsOfALostWorker: they are given to nobody else, and counted.
func TestUniqueRowsOfALostWorker(t *testing.T) {
	for name, lose := range map[string]func(*runtest.Session){
		"broken": (*runtest.Session).Break,
		"silent": func(s *runtest.Session) { s.Cut(true) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := []*runtest.Worker{deals(10_000, 100), deals(10_000, 200), deals(10_000, 100)}
				r := start(t, dealt("stop", time.Hour), w...)
				time.AfterFunc(10*time.Second, func() { lose(w[2].Session()) })
				res := r.Conduct(context.Background())
				wantOnce(t, w...)
				d := res.Data[0]
				wantState(t, res, load.StateCompleted, fmt.Sprintf("data_exhausted: docs: %d of 10000 rows left", d.Lost))
				// The dead one had 3000 rows and gave some 900 of them.
				if d.Given+d.Lost != 10_000 || d.Left != 0 || d.Lost < 1500 || d.Lost > 2500 {
					t.Errorf("%+v", d)
				}
				given := len(w[0].Session().Given()) + len(w[1].Session().Given())
				if given != 7000 {
					t.Errorf("the others gave %d rows, want their 7000", given)
				}
			})
		})
	}
}

// TestUniqueRowsLoop: a round ends when nobody has rows, and the next has all of them,
// also those of a worker that is gone.
func TestUniqueRowsLoop(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{deals(3000, 100), deals(3000, 150), deals(3000, 100)}
		r := start(t, dealt("loop", time.Minute), w...)
		time.AfterFunc(5*time.Second, func() { w[0].Session().Break() })
		res := r.Conduct(context.Background())
		wantState(t, res, load.StateCompleted, "")
		rounds := wantOnce(t, w...)
		if d := res.Data[0]; d.Rounds < 4 || len(rounds) != d.Rounds {
			t.Errorf("rounds %v, %+v", rounds, d)
		}
		for round := 1; round < len(rounds)-1; round++ {
			if rounds[round] != 3000 {
				t.Errorf("round %d had %d of 3000 rows", round, rounds[round])
			}
		}
	})
}

// TestRowsThatComeBack: a worker that was silent for a while is asked for rows again,
// and a grant whose answer was lost is repeated.
func TestRowsThatComeBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{deals(4000, 200), deals(4000, 10)}
		fails := 3
		w[0].OnGrant = func(context.Context) error {
			if fails--; fails >= 0 {
				return context.DeadlineExceeded
			}
			return nil
		}
		r := start(t, dealt("stop", time.Hour), w...)
		time.AfterFunc(8*time.Second, func() { w[1].Session().Cut(true) })
		time.AfterFunc(14*time.Second, func() { w[1].Session().Cut(false) }) // suspect, never lost
		res := r.Conduct(context.Background())
		wantState(t, res, load.StateCompleted, "data_exhausted: docs: 0 of 4000 rows left")
		if n := wantOnce(t, w...)[0]; n != 4000 || fails >= 0 {
			t.Errorf("%d rows were given, %d failures of a grant to come", n, fails)
		}
	})
}

// TestRowsOfAWorkerThatDoesNotAnswer: others wait for it until it is lost, no longer.
func TestRowsOfAWorkerThatDoesNotAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{deals(3000, 100), deals(3000, 300), deals(3000, 100)}
		w[0].OnYield = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		r := start(t, dealt("stop", time.Hour), w...)
		// The second is dry after 3 s and some, and asks the first, which falls silent.
		time.AfterFunc(5500*time.Millisecond, func() { w[0].Session().Cut(true) })
		res := r.Conduct(context.Background())
		d := res.Data[0]
		wantState(t, res, load.StateCompleted, fmt.Sprintf("data_exhausted: docs: %d of 3000 rows left", d.Lost))
		wantOnce(t, w...)
		if n := len(w[1].Session().Given()) + len(w[2].Session().Given()); n != 2000 || d.Lost < 300 || d.Given+d.Lost != 3000 {
			t.Errorf("the others gave %d rows, want their 2000; %+v", n, d)
		}
		if e := w[1].Session().Ended(); e > 25*time.Second {
			t.Errorf("the second ended at %v: it waited for more than the loss of the first", e)
		}
	})
}

// TestDataEnds: some users have come to the end of their iterations meanwhile.
func TestDataEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{deals(2000, 200), deals(2000, 1)}
		w[1].OnYield = func(context.Context) error { return load.ErrGone }
		r := start(t, dealt("stop", 20*time.Second), w...)
		res := r.Conduct(context.Background())
		wantState(t, res, load.StateCompleted, "data_exhausted: docs: 980 of 2000 rows left")
		if d := res.Data[0]; d.Given != 1020 || d.Left != 980 || d.Lost != 0 {
			t.Errorf("%+v", d)
		}
	})
}

func TestMalformedData(t *testing.T) {
	for name, spoil := range map[string]func(*load.Report){
		"unknown source": func(r *load.Report) { r.Data[0].Source = "other" },
		"negative":       func(r *load.Report) { r.Data[0].Given = -1 },
		"more than all":  func(r *load.Report) { r.Data[0].Left = 11_000 },
		"another size":   func(r *load.Report) { r.Data[0].Rows = 20_000 },
		"too many":       func(r *load.Report) { r.Data = append(r.Data, r.Data...) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				bad := deals(10_000, 1)
				bad.OnReport = func(r *load.Report) {
					if r.Seq == 5 {
						spoil(r)
					}
				}
				res := start(t, dealt("stop", 20*time.Second), deals(10_000, 1), bad).Conduct(context.Background())
				wantState(t, res, load.StateCompleted, "")
				if x := res.Workers[1]; !x.Lost || !strings.Contains(x.Reason, "data") {
					t.Errorf("%+v", x)
				}
			})
		})
	}
}

// TestEndOfUsedUpData: what users do after the last request (user_stop) is no load,
// although the load was to go on for longer.
func TestEndOfUsedUpData(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := deals(1000, 100)
		w.OnReport = func(r *load.Report) {
			if r.Final {
				r.Intervals = nil // nothing was requested after the end
			} else if r.Ended {
				time.Sleep(5 * time.Second)
			}
		}
		res := start(t, dealt("stop", time.Hour), w).Conduct(context.Background())
		wantState(t, res, load.StateCompleted, "data_exhausted: docs: 0 of 1000 rows left")
		if to := res.Measured.To; to < 9_900 || to > 12_000 {
			t.Errorf("measured up to %v ms; the rows were used up after 10 s", to)
		}
	})
}
