package run_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/master/run/runtest"
)

func changeTo(users int) run.ChangeRequest { return run.ChangeRequest{Users: &users} }

// two is the shop with a base load of 30 s and a spike of arrivals beside it from 10 s
// to 20 s, the second half of it a named stage.
func two() *load.Plan {
	p := shop()
	p.Load = nil
	p.Scenarios = []load.Scenario{
		{Name: "base", Transactions: []load.Weight{{Transaction: "browse", Weight: 1}}, Load: &load.Profile{
			Model: load.UsersModel, GracefulStop: 30 * time.Second, Stages: load.Ramp(10, 0, 30*time.Second)}},
		{Name: "spike", StartAt: 10 * time.Second, Transactions: []load.Weight{{Transaction: "browse", Weight: 1}}, Load: &load.Profile{
			Model: load.ArrivalsModel, MaxUsers: 40, GracefulStop: 5 * time.Second,
			Stages: []load.Stage{{Target: 50, Duration: 5 * time.Second, Jump: true}, {Name: "top", Target: 100, Duration: 5 * time.Second, Jump: true}}}},
	}
	return p
}

func TestScenarios(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := two()
		p.Thresholds = []load.Threshold{
			{Rule: "rps(browse) > 0", Metric: "rps", Target: "browse", Op: ">", Value: 0},
			{Rule: "failures(browse / list) < 1", Metric: "failures", Target: "browse", Step: "list", Op: "<", Value: 1},
			{Rule: "dropped(spike) < 1", Metric: "dropped", Target: "spike", Op: "<", Value: 1},
		}
		w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
		r := start(t, p, w...)
		go r.Conduct(context.Background())
		time.Sleep(15250 * time.Millisecond)
		l := r.Live()
		if len(l.Scenarios) != 2 || l.Total != 30_000 || l.Users != l.Scenarios[0].Users+l.Scenarios[1].Users {
			t.Fatalf("live %+v", l)
		}
		if s := l.Scenarios[0]; s.Scenario != "base" || s.Users != 10 || s.Target != 10 || s.Total != 30_000 || s.StartAt != 0 {
			t.Errorf("live %+v", s)
		}
		if s := l.Scenarios[1]; s.Scenario != "spike" || s.Users == 0 || s.Total != 20_000 || s.StartAt != 10_000 {
			t.Errorf("live %+v", s)
		}
		<-r.Done()
		res := r.Result()
		wantState(t, res, load.StateCompleted, "")
		wantRequests(t, res, 600+200)
		if len(res.Load) != 2 || len(res.Transactions) != 2 || len(res.Steps) != 2 {
			t.Fatalf("%+v\n%+v\n%+v", res.Load, res.Transactions, res.Steps)
		}
		for i, want := range []struct {
			name  string
			model load.Model
			n     int64
			peak  int
		}{{"base", load.UsersModel, 600, 10}, {"spike", load.ArrivalsModel, 200, 0}} {
			got := res.Load[i]
			if got.Scenario != want.name || got.Model != want.model || got.Started != want.n || want.peak > 0 && got.PeakUsers != want.peak {
				t.Errorf("load %+v, want %+v", got, want)
			}
			if x := res.Transactions[i]; x.Scenario != want.name || x.Count != want.n || res.Steps[i].Scenario != want.name {
				t.Errorf("transaction %+v, want %+v", x, want)
			}
		}
		for _, x := range res.Thresholds {
			if !x.Passed {
				t.Errorf("%+v", x)
			}
		}
		if n := res.Thresholds[0].Samples; n != 800 {
			t.Errorf("a threshold on a transaction is of %d samples, want those of both scenarios", n)
		}
		if s := res.Stages; len(s) != 1 || s[0].Scenario != "spike" || s[0].From != 15_000 || s[0].To != 20_000 || s[0].Requests != 100 || s[0].RPS != 20 {
			t.Errorf("stages %+v", s)
		}
		for i, x := range w {
			shares := x.Session().Job().Shares
			if len(shares) != 2 || shares[1].StartAt != 10*time.Second || len(shares[1].Weights) != 1 || shares[1].Profile.Index != i {
				t.Errorf("shares of worker %d: %+v", i, shares)
			}
		}
	})
}

func TestChangeOfOneScenario(t *testing.T) {
	n, rate, twice := 4, 30.0, 2.0
	bubble(t, func(t *testing.T) {
		w := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
		r := start(t, two(), w...)
		go r.Conduct(context.Background())
		time.Sleep(5250 * time.Millisecond)
		for name, test := range map[string]struct {
			q    run.ChangeRequest
			want string
		}{
			"unnamed":     {run.ChangeRequest{Users: &n}, "several scenarios: say which one is to change: base, spike"},
			"unknown":     {run.ChangeRequest{Scenario: "bass", Users: &n}, `no scenario "bass" in this run; there are: base, spike`},
			"wrong model": {run.ChangeRequest{Scenario: "spike", Users: &n}, "give rate instead of users"},
		} {
			var refused *run.RequestError
			if err := r.Change(context.Background(), test.q); !errors.As(err, &refused) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: %v, want %q", name, err, test.want)
			}
		}
		for _, q := range []run.ChangeRequest{
			{Scenario: "base", Users: &n},
			{Scenario: "spike", Rate: &rate}, // has not begun: it is another one from its begin on
			{Scale: &twice},
		} {
			if err := r.Change(context.Background(), q); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		users := 0
		for _, c := range w[0].Session().Changes() {
			got = append(got, fmt.Sprintf("%s at %v: %v at once, %v later", c.Scenario, c.At, c.Profile.Level(0), c.Profile.Level(4*time.Second)))
		}
		want := []string{
			"base at 6.5s: 4 at once, 4 later",
			"spike at 10s: 30 at once, 30 later",
			"base at 6.5s: 8 at once, 8 later",
			"spike at 10s: 60 at once, 60 later",
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("changes %q, want %q", got, want)
		}
		for _, x := range w {
			users += x.Session().Changes()[2].Profile.Users(0)
		}
		if users != 8 {
			t.Errorf("shares have %d users, want 8", users)
		}
		time.Sleep(20 * time.Second) // the spike is over
		if err := r.Change(context.Background(), run.ChangeRequest{Scenario: "spike", Rate: &rate}); !errors.Is(err, run.ErrNotRunning) {
			t.Errorf("a scenario that is over: %v", err)
		}
		if err := r.Change(context.Background(), run.ChangeRequest{Scale: &twice}); err != nil {
			t.Errorf("all that are left: %v", err)
		}
		<-r.Done()
		if s := r.Result().Stages; len(s) != 0 {
			t.Errorf("a planned stage that a change replaced has a summary: %+v", s)
		}
	})
}
