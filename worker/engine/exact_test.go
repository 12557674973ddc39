package engine_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
)

// A total of iterations is played in full, also when those who have taken the last of
// them have to log in again first.
func TestIterationsAreExactOverLives(t *testing.T) {
	t.Parallel()
	for _, life := range []string{"iteration", "{iterations: 2}", "1ms"} {
		d, site := keepDiary(t)
		y := complete(t, engine.New(engine.Config{}), job(t, lifePlan(site.URL, life, "{users: 5, iterations: 42}"), 0, 1), nil)
		if y.loads.Started != 42 || y.loads.Dropped != 0 {
			t.Errorf("user_life %s: %d of 42 transactions, %d dropped", life, y.loads.Started, y.loads.Dropped)
		}
		if y.counters.Sent() != site.Log.Seen() {
			t.Errorf("sent %d, seen %d of %d", y.counters.Sent(), site.Log.Seen(), len(d.read()))
		}
	}
}

// … and also when they wait for rows of a data file, or have left instead of waiting.
func TestIterationsAreExactOverRows(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	j := job(t, dataPlan(site.URL, "pick: unique, per: iteration, at_end: stop", "{users: 4, iterations: 20}"), 0, 1)
	j.Of = 2 // the share of iterations stays that of one worker, the rows are dealt to two
	keep(t, &j, map[string]string{"data/rows.csv": table(20)})
	changed := false
	y := completeDealing(t, j, func(s load.Session, y *tally, st load.DataState) {
		switch {
		case st.Ask == 0:
		case !changed: // half of the users that wait leave: what they have claimed is for the others
			changed = true
			p := load.Profile{Model: load.UsersModel, GracefulStop: time.Second, Iterations: 20, Stages: []load.Stage{{Target: 2, Jump: true}}}
			_ = s.Change(context.Background(), load.Change{At: 0, Profile: p})
		case y.loads.Left == 2:
			_ = s.(load.Dealer).Grant(context.Background(), load.Grant{Source: "rows", Ask: st.Ask, Ranges: []load.RowRange{{From: 0, To: 20}}})
		}
	})
	names := d.names()
	slices.Sort(names)
	if y.loads.Started != 20 || len(slices.Compact(names)) != 20 {
		t.Errorf("%d of 20 transactions, rows %v", y.loads.Started, names)
	}
}

// completeDealing runs a session to its end; deal sees the state of its only source with
// each report, the first time before the load.
func completeDealing(t *testing.T, j load.Job, deal func(load.Session, *tally, load.DataState)) *tally {
	t.Helper()
	return completeStates(t, j, func(s load.Session, y *tally, states []load.DataState) { deal(s, y, states[0]) })
}

func completeStates(t *testing.T, j load.Job, deal func(load.Session, *tally, []load.DataState)) *tally {
	t.Helper()
	ctx := context.Background()
	s, err := engine.New(engine.Config{}).Prepare(ctx, j)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	y := newTally()
	begun := false
	for r := range s.Reports() {
		y.add(r)
		deal(s, y, r.Data)
		if !begun {
			begun = true
			if err := s.Go(ctx, time.Now(), load.Vars{}); err != nil {
				t.Fatal(err)
			}
		}
		if r.Ended && !r.Final {
			_ = s.Finish(ctx)
		}
		s.Ack(r.Seq)
	}
	return y
}

// Thinking is no part of a transaction's time, wherever it stands: also before the first
// attempt, behind the last one, and around steps that send nothing.
func TestThinkAroundNothing(t *testing.T) {
	t.Parallel()
	const nothing = `{if: {var: unset, exists: true}, steps: [{request: {url: /never}, extract: [{name: unset, json: $.x}]}], think: 300ms}`
	for _, steps := range []string{
		nothing + `, {request: {url: "/slow?ms=100"}}`,
		`{request: {url: "/slow?ms=100"}}, ` + nothing + `, {if: {var: unset, exists: true}, steps: [{request: {url: /never}}]}`,
		`{request: {url: "/slow?ms=50"}}, ` + nothing + `, {request: {url: "/slow?ms=50"}}`,
		`{request: {url: "/slow?ms=50"}}, {repeat: {times: 1}, steps: [` + nothing + `, {request: {url: "/slow?ms=50"}}]}`,
		`{repeat: {times: 2}, steps: [` + nothing + `]}, {request: {url: "/slow?ms=100"}}`,
		`{group: g, steps: [` + nothing + `, {request: {url: "/slow?ms=100"}}, ` + nothing + `]}, {if: {var: unset, exists: true}, steps: [{request: {url: /never}}]}`,
		`{request: {url: "/slow?ms=100"}}, {repeat: {times: 1}, steps: [` + nothing + `]}, {if: {var: unset, exists: true}, steps: [{request: {url: /never}}]}`,
	} {
		site := probes(t)
		yaml := fmt.Sprintf(`{version: 1, base_url: "%s", load: {users: 8, iterations: 8}, transactions: [{name: t, steps: [%s]}]}`, site.URL, steps)
		y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
		// A time cannot be shorter than what the target takes. Thinks that are counted (at
		// least 300 ms) would show in full in each of them; that the machine is busy need not.
		if d := y.ok[row(load.TransactionRow, "t", "")]; d.Min < 100_000 {
			t.Errorf("%s: %d µs, the requests take 100 ms", steps, d.Min)
		} else if d.Min >= 390_000 {
			t.Errorf("%s: %d µs, with think time in it", steps, d.Min)
		}
	}
}

// A scenario that has not begun yet begins when a change says so.
func TestAChangeBeforeTheStart(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", transactions: [{name: t, steps: [{request: {url: /ok}}]}],
  scenarios: [{name: late, start_at: 10m, transactions: [t], load: {users: 1, duration: 1m}}]}`, site.URL)
	began := time.Now()
	y := complete(t, engine.New(engine.Config{}), scenarioJob(t, yaml, 0, 1), func(s load.Session) {
		p := load.Profile{Model: load.UsersModel, Stages: []load.Stage{{Target: 2, Duration: 50 * time.Millisecond, Jump: true}}}
		if err := s.Change(context.Background(), load.Change{Scenario: "late", At: 100 * time.Millisecond, Profile: p}); err != nil {
			t.Error(err)
		}
	})
	if y.loads.Started < 2 || time.Since(began) > time.Minute {
		t.Errorf("%d transactions in %v", y.loads.Started, time.Since(began))
	}
}

// Setup that waits for rows ends with the run.
func TestStopWhileSetupWaitsForRows(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", data: {rows: {file: data/rows.csv, pick: unique, per: user, at_end: stop}},
  setup: [{request: {url: "/{{rows.name}}"}}],
  transactions: [{name: t, steps: [{request: {url: /ok}}]}], load: {users: 1, duration: 1s}}`, site.URL)
	j := job(t, yaml, 0, 1)
	j.Index, j.Of = 1, 2
	keep(t, &j, map[string]string{"data/rows.csv": table(1)})
	s, err := engine.New(engine.Config{}).Prepare(context.Background(), j)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ended := make(chan error)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	go func() {
		_, err := s.Setup(ctx)
		ended <- err
	}()
	for r := range s.Reports() {
		s.Ack(r.Seq)
		if len(r.Data) > 0 && r.Data[0].Ask > 0 {
			break
		}
	}
	s.Stop(false)
	select {
	case err := <-ended:
		if err == nil || ctx.Err() != nil {
			t.Errorf("setup: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("setup waits on for rows after a stop")
	}
}

// The load of a run ends early when that of all scenarios does.
func TestReasonsOfScenarios(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ other, want string }{
		"one goes on": {"[good]", load.ReasonCompleted},
		"both leave":  {"[bad]", load.ReasonUsersLeft},
	} {
		site := probes(t)
		yaml := fmt.Sprintf(`{version: 1, base_url: "%s", transactions: [
    {name: bad, on_failure: stop_user, steps: [{request: {url: /status/500}}]}, {name: good, think: 10ms, steps: [{request: {url: /ok}}]}],
  scenarios: [{name: a, transactions: [bad], load: {users: 1, duration: 10m}}, {name: b, transactions: %s, load: {users: 1, duration: 500ms}}]}`, site.URL, tt.other)
		if y := complete(t, engine.New(engine.Config{}), scenarioJob(t, yaml, 0, 1), nil); y.reason != tt.want {
			t.Errorf("%s: ended with %q, want %q", name, y.reason, tt.want)
		}
	}
}

// However short its life is, a user that has logged in plays a transaction.
func TestALifeShorterThanItsLogin(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", user_life: 1ms, user_start: [{request: {url: "/slow?ms=20"}}],
  transactions: [{name: t, steps: [{request: {url: /ok}}]}], load: {users: 2, iterations: 6, duration: 10s}}`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
	if y.loads.Started != 6 || y.loads.Left > 8 {
		t.Errorf("%d of 6 transactions by %d users", y.loads.Started, y.loads.Left)
	}
}

// Starts of arrivals whose users wait for rows when the load ends are not lost: they have
// the graceful stop.
func TestArrivalsThatWaitForRowsAtTheEnd(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	j := job(t, dataPlan(site.URL, "pick: unique, per: iteration, at_end: stop", "{model: arrivals, stages: [{jump: 50, duration: 200ms}], max_users: 20}"), 0, 1)
	j.Of = 2
	keep(t, &j, map[string]string{"data/rows.csv": table(40)})
	var spare []load.RowRange
	y := completeDealing(t, j, func(s load.Session, y *tally, st load.DataState) {
		if spare == nil { // before the load
			spare, _ = s.(load.Dealer).Yield(context.Background(), "rows", 100)
		}
		if st.Ask > 0 && len(y.perSecond) > 0 { // the second of the load is over, and a while more
			_ = s.(load.Dealer).Grant(context.Background(), load.Grant{Source: "rows", Ask: st.Ask, Ranges: spare})
		}
	})
	if y.loads.Started != 10 || y.loads.Dropped != 0 || len(d.names()) != 10 {
		t.Errorf("%d of 10 started, %d dropped, %d requests", y.loads.Started, y.loads.Dropped, len(d.names()))
	}
}

// A user that waits for a row of one file keeps the one it has of another.
func TestWaitingKeepsTheOtherRow(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", data: {
    a: {file: data/a.csv, pick: unique, per: iteration, at_end: stop}, b: {file: data/b.csv, pick: unique, per: iteration, at_end: stop}},
  transactions: [{name: t, steps: [{request: {url: "/ok?a={{a.name}}&b={{b.name}}"}}]}], load: {users: 1, iterations: 1}}`, site.URL)
	j := job(t, yaml, 0, 1)
	j.Index, j.Of = 1, 2 // of the only row of b it has none
	j.Shares[0].Profile.Index, j.Shares[0].Profile.Of = 0, 1
	keep(t, &j, map[string]string{"data/a.csv": table(40), "data/b.csv": table(1)})
	var given int64
	y := completeStates(t, j, func(s load.Session, _ *tally, states []load.DataState) {
		given = states[0].Given
		if ask := states[1].Ask; ask > 0 {
			_ = s.(load.Dealer).Grant(context.Background(), load.Grant{Source: "b", Ask: ask, Ranges: []load.RowRange{{From: 0, To: 1}}})
		}
	})
	if given != 1 || y.loads.Started != 1 {
		t.Errorf("%d rows for %d transactions", given, y.loads.Started)
	}
}

// A new life has no cookies of the one before.
func TestANewLifeHasNoCookies(t *testing.T) {
	t.Parallel()
	var again atomic.Int64
	site := testsite.Run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("sid"); err == nil {
			again.Add(1)
		}
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "1"})
	}), testsite.Options{})
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", user_life: {iterations: 2}, transactions: [{name: t, steps: [{request: {url: /}}]}],
  load: {users: 1, iterations: 8}}`, site.URL)
	complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
	if again.Load() != 4 {
		t.Errorf("%d of 8 requests had a cookie, want the second of each life", again.Load())
	}
}

// A setup that failed is told without secrets, also where its message is long; and
// nothing is sent after it, in Send once either.
func TestAFailedSetup(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	long := strings.Repeat("s3cret-", 40)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", setup: [{set: {v: "{{secret.KEY}}"}, request: {url: /x}, check: [{json: $.n, equals: "{{v | number}}"}]}],
  transactions: [{name: t, steps: [{request: {url: /never}}]}], load: {users: 1, iterations: 1}}`, site.URL)
	text := canonical(t, yaml)
	x, err := engine.New(engine.Config{}).SendOnce(context.Background(), load.SendRequest{Plan: text, Secrets: map[string]string{"KEY": long}})
	if err != nil || x.OK || len(x.Steps) != 1 || strings.Contains(x.Steps[0].Message, "s3c") {
		t.Errorf("%v, %+v", err, x)
	}
	j := job(t, yaml, 0, 1)
	j.Secrets = map[string]string{"KEY": long}
	s, err := engine.New(engine.Config{}).Prepare(context.Background(), j)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var failed *load.StepError
	if _, err := s.Setup(context.Background()); !errors.As(err, &failed) || strings.Contains(err.Error(), "s3c") || !strings.Contains(err.Error(), load.Masked) {
		t.Errorf("setup: %v", err)
	}
}
