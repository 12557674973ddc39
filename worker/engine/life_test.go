package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
)

func row(kind load.RowKind, transaction, step string) load.RowKey {
	return load.RowKey{Kind: kind, Transaction: transaction, Step: step}
}

func probes(t *testing.T) *testsite.Server {
	t.Helper()
	return testsite.Run(t, testsite.NewProbes(), testsite.Options{})
}

func TestUserStopOutlivesTheGracefulStop(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
user_stop: [{name: out, request: {url: "/slow?ms=500"}}]
transactions: [{name: t, think: 1m, steps: [{request: {url: /ok}}]}]
load: {model: users, stages: [{jump: 3}], graceful_stop: 100ms}
`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), func(s load.Session) {
		for site.Log.Answered() < 3 {
			time.Sleep(time.Millisecond)
		}
		s.Stop(false)
	})
	if out := y.rows[row(load.LifecycleRow, load.UserStopName, "out")]; out.Requests != 3 || out.Interrupted != 0 {
		t.Errorf("user_stop: %+v", out)
	}
	if y.counters.Sent() != site.Log.Seen() {
		t.Errorf("sent %d, seen %d", y.counters.Sent(), site.Log.Seen())
	}
}

func TestTheLastStepThinksToo(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
user_start: [{name: in, request: {url: /ok}, think: 100ms}]
transactions: [{name: t, think: 100ms, steps: [{request: {url: /ok}, think: 150ms}]}]
load: {users: 2, duration: 500ms}
`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
	d := y.rows[row(load.TransactionRow, "t", "")]
	if d.Requests < 2 || d.Requests > 4 {
		t.Errorf("%d transactions of 2 users, want one at 100 and one at 350 ms each", d.Requests)
	}
	if longest := y.ok[row(load.TransactionRow, "t", "")].Max; longest > 140_000 {
		t.Errorf("a transaction took %d µs: its think is part of its time", longest)
	}
}

func TestThinksBetweenStepsAreCutShortAtTheEnd(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
transactions: [{name: t, think: 1m, steps: [{request: {url: /ok}, think: 1m}, {name: last, request: {url: /ok}}]}]
load: {users: 5, duration: 10m}
`, site.URL)
	began := time.Now()
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), func(s load.Session) {
		for site.Log.Answered() < 5 {
			time.Sleep(time.Millisecond)
		}
		s.Stop(false)
	})
	last, all := y.rows[row(load.StepRow, "t", "last")], y.rows[row(load.TransactionRow, "t", "")]
	if last.Requests != 5 || all.Requests != 5 || all.Interrupted != 0 {
		t.Errorf("last step: %+v, transactions: %+v", last, all)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	if longest := y.ok[row(load.TransactionRow, "t", "")].Max; longest > 5_000_000 {
		t.Errorf("a transaction took %d µs", longest)
	}
}

func TestAPauseInSetupDoesNotHoldTheEnd(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
setup: [{request: {url: /ok}, think: 1m}, {request: {url: /ok}}]
teardown: [{request: {url: /ok}, think: 1m}, {request: {url: /ok}}]
transactions: [{name: t, steps: [{request: {url: /ok}}]}]
load: {users: 1, duration: 1s}
`, site.URL)
	for name, play := range map[string]func(context.Context, load.Session){
		"setup":    func(ctx context.Context, s load.Session) { _, _ = s.Setup(ctx) },
		"teardown": func(ctx context.Context, s load.Session) { _ = s.Teardown(ctx, load.Vars{}) },
	} {
		for _, how := range []string{"close", "context"} {
			s, err := engine.New(engine.Config{}).Prepare(context.Background(), job(t, yaml, 0, 1))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			seen := site.Log.Answered()
			done := make(chan struct{})
			go func() {
				defer close(done)
				play(ctx, s)
			}()
			for site.Log.Answered() == seen {
				time.Sleep(time.Millisecond)
			}
			began := time.Now()
			if how == "context" {
				cancel()
				<-done
			}
			_ = s.Close()
			<-done
			cancel()
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("%s, %s: %v until it ended", name, how, took)
			}
		}
	}
}

func TestNoUserBecomesReadyAfterAStop(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
user_start: [{request: {url: /ok}}]
transactions: [{name: t, steps: [{request: {url: /ok}}]}]
load: {model: arrivals, stages: [{jump: 100}], max_users: 20, ready_users: 8}
`, site.URL)
	s, err := engine.New(engine.Config{}).Prepare(context.Background(), job(t, yaml, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Stop(false)
	for r := range s.Reports() {
		s.Ack(r.Seq)
		if r.Ended {
			break
		}
	}
	if err := s.(load.Warmer).Warm(context.Background(), load.Vars{}); err != nil {
		t.Error(err)
	}
	if err := s.Finish(context.Background()); err != nil {
		t.Error(err)
	}
	y := newTally()
	for r := range s.Reports() {
		y.add(r)
		s.Ack(r.Seq)
	}
	if y.loads.Users != 0 || site.Log.Seen() != 0 {
		t.Errorf("%d users after the end, %d requests", y.loads.Users, site.Log.Seen())
	}
}

// A load without an end of its own ends when nobody is left who could play it.
func TestALoadWhoseUsersHaveAllRetiredEnds(t *testing.T) {
	t.Parallel()
	site := probes(t)
	for name, text := range map[string]string{
		"users":               `on_failure: stop_user, load: {users: 3}`,
		"arrivals":            `on_failure: stop_user, load: {model: arrivals, stages: [{jump: 200}], max_users: 3}`,
		"fewer of them later": `load: {model: users, stages: [{jump: 4, duration: 100ms}, {jump: 2}], iterations: {per_user: 1}}`,
	} {
		yaml := fmt.Sprintf(`{version: 1, base_url: "%s", %s,
  transactions: [{name: t, steps: [{request: {url: "/slow?ms=200"}, check: [{status: 201}]}]}]}`, site.URL, text)
		ended := make(chan *tally)
		go func() { ended <- complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil) }()
		select {
		case y := <-ended:
			want := load.ReasonCompleted
			if strings.Contains(text, "stop_user") {
				want = load.ReasonUsersLeft
			}
			if y.reason != want || y.loads.Started < 2 || y.loads.Started > 4 {
				t.Errorf("%s: %q after %d transactions", name, y.reason, y.loads.Started)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: the load does not end", name)
		}
	}
}

// A rate of 0 is a pause, not an end.
func TestArrivalsGoOnAfterARateOfZero(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", transactions: [{name: t, steps: [{request: {url: /ok}}]}],
  load: {model: arrivals, stages: [{jump: 100}], max_users: 20}}`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), func(s load.Session) {
		p := load.Profile{Model: load.ArrivalsModel, MaxUsers: 20, MaxWait: time.Second, GracefulStop: time.Second}
		p.Stages = []load.Stage{{Target: 0, Jump: true}}
		if err := s.Change(context.Background(), load.Change{At: 200 * time.Millisecond, Profile: p}); err != nil {
			t.Error(err)
		}
		time.Sleep(500 * time.Millisecond)
		p.Stages = []load.Stage{{Target: 200, Duration: 200 * time.Millisecond, Jump: true}}
		if err := s.Change(context.Background(), load.Change{At: 800 * time.Millisecond, Profile: p}); err != nil {
			t.Error(err)
		}
	})
	if y.loads.Started != 60 || y.loads.Dropped != 0 {
		t.Errorf("%d started, %d dropped, want 20 before the pause and 40 after it", y.loads.Started, y.loads.Dropped)
	}
}
