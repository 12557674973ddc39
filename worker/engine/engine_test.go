package engine_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/internal/workersuite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/engine"
)

// TestMain lets more tests run at once than there are processors: they mostly wait.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "8")
	os.Exit(m.Run())
}

func TestEngineIsAWorker(t *testing.T) {
	t.Parallel()
	workersuite.Run(t, func(*testing.T) load.Worker { return engine.New(engine.Config{}) },
		workersuite.Options{Plan: canonical, Scripts: true, Parallel: true})
}

// canonical is a plan as a Job carries it.
func canonical(t *testing.T, yaml string) []byte {
	t.Helper()
	p, problems := plan.Decode("test.yaml", []byte(yaml))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	text, err := plan.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// job is a plan's whole load on n workers, as worker i gets it.
func job(t *testing.T, yaml string, i, n int) load.Job {
	t.Helper()
	text := canonical(t, yaml)
	p, _ := plan.Decode("test.yaml", text)
	return load.Job{
		Run: "r1", Epoch: 1, Owner: "test", Plan: text, Index: i, Of: n, Seed: 7,
		Worker: fmt.Sprintf("w-%d", i),
		Shares: []load.Share{{Profile: p.Load.Share(i, n)}},
	}
}

// tally is the sum of all reports of a session.
type tally struct {
	counters  load.Counters
	rows      map[load.RowKey]load.RowDelta
	scheduled map[load.RowKey]*load.Hist
	ok        map[load.RowKey]*load.Hist // latencies of successes
	loads     load.LoadDelta
	perSecond []int64 // finished transactions
	errors    map[string]int64
	reason    string
	abort     string
	aborted   load.Reason
}

func newTally() *tally {
	return &tally{
		rows:      make(map[load.RowKey]load.RowDelta),
		errors:    make(map[string]int64),
		scheduled: make(map[load.RowKey]*load.Hist),
		ok:        make(map[load.RowKey]*load.Hist),
	}
}

func (y *tally) add(r load.Report) {
	for _, iv := range r.Intervals {
		y.counters.Add(&iv.Counters)
		var transactions int64
		for _, d := range iv.Rows {
			key := r.Rows[d.Row]
			sum := y.rows[key]
			sum.Requests += d.Requests
			sum.Failures += d.Failures
			sum.Interrupted += d.Interrupted
			sum.Warnings += d.Warnings
			sum.BytesIn += d.BytesIn
			sum.BytesOut += d.BytesOut
			y.rows[key] = sum
			if y.scheduled[key] == nil {
				y.scheduled[key], y.ok[key] = &load.Hist{}, &load.Hist{}
			}
			y.ok[key].Add(&d.OK)
			y.scheduled[key].Add(&d.Scheduled)
			if key.Kind == load.TransactionRow {
				transactions += d.Requests
			}
		}
		y.perSecond = append(y.perSecond, transactions)
		for _, l := range iv.Loads {
			y.loads.Started += l.Started
			y.loads.Late += l.Late
			y.loads.Dropped += l.Dropped
			y.loads.Waiting += l.Waiting
			y.loads.Left += l.Left
			y.loads.Users = l.Users
		}
	}
	for _, e := range r.Errors {
		y.errors[string(e.Class)+" "+e.Rule] += e.Count
	}
	if r.Ended {
		y.reason = r.Reason
	}
	if r.Abort != nil {
		y.abort, y.aborted = r.Abort.String(), *r.Abort
	}
}

// equation checks the accounting of load.Counters.
func (y *tally) equation(t *testing.T) {
	t.Helper()
	if wrong := y.unequal(); wrong != "" {
		t.Error(wrong)
	}
}

// unequal is what is wrong with the accounting.
func (y *tally) unequal() string {
	var finished int64
	for key, d := range y.rows {
		if key.Kind != load.TransactionRow && key.Kind != load.GroupRow {
			finished += d.Requests + d.Interrupted
		}
	}
	if y.counters.Attempts != finished+y.counters.Redirects {
		return fmt.Sprintf("%d attempts, but %d finished or interrupted and %d redirects", y.counters.Attempts, finished, y.counters.Redirects)
	}
	return ""
}

// complete runs a session to its end; during is called when it runs.
func complete(t *testing.T, w load.Worker, j load.Job, during func(load.Session)) *tally {
	t.Helper()
	ctx := context.Background()
	s, err := w.Prepare(ctx, j)
	if err != nil {
		t.Fatal(err)
	}
	vars, err := s.Setup(ctx)
	if err != nil {
		t.Fatal(err)
	}
	y := newTally()
	merged := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(merged)
		told := false
		for r := range s.Reports() {
			y.add(r)
			s.Ack(r.Seq)
			if r.Ended && !told {
				told = true
				close(ended)
			}
		}
	}()
	if err := s.Go(ctx, time.Now(), vars); err != nil {
		t.Fatal(err)
	}
	if during != nil {
		during(s)
	}
	<-ended
	if err := s.Teardown(ctx, vars); err != nil {
		t.Fatal(err)
	}
	if err := s.Finish(ctx); err != nil {
		t.Fatal(err)
	}
	<-merged
	if err := s.Err(); err != nil {
		t.Errorf("after the final report: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	y.equation(t)
	return y
}

func shop(t *testing.T) *testsite.Server {
	t.Helper()
	return testsite.Run(t, testsite.NewProbes(), testsite.Options{KeepLog: true})
}

func TestIterationsAreExactOverWorkers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ users, iterations, workers int }{
		{5, 100, 1}, {2, 10, 3}, {7, 101, 3}, {1, 1, 2},
	} {
		site := shop(t)
		yaml := fmt.Sprintf(`{version: 1, base_url: "%s", transactions: [{name: t, steps: [{request: {url: /ok}}]}],
  load: {users: %d, iterations: %d}}`, site.URL, tt.users, tt.iterations)
		var started int64
		for i := range tt.workers {
			y := complete(t, engine.New(engine.Config{}), job(t, yaml, i, tt.workers), nil)
			started += y.loads.Started
			if y.reason != "completed" {
				t.Errorf("%+v: ended with %q", tt, y.reason)
			}
		}
		if started != int64(tt.iterations) || site.Log.Seen() != int64(tt.iterations) {
			t.Errorf("%+v: %d started, the target saw %d", tt, started, site.Log.Seen())
		}
	}
}

func TestUsersAllStopWithinThePlan(t *testing.T) {
	t.Parallel()
	site := shop(t)
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
setup: [{name: s, request: {url: /ok}}]
user_start: [{name: in, request: {url: /ok}}]
user_stop: [{name: out, request: {url: /ok}}]
teardown: [{name: td, request: {url: /ok}}]
transactions:
  - {name: a, weight: 3, steps: [{name: a1, request: {url: /ok}}, {name: a2, request: {url: /r/2}}]}
  - {name: b, weight: 1, think: 5ms..20ms, steps: [{name: b1, request: {url: /status/404}}]}
load: {users: 20, spawn_rate: 20, duration: 1500ms}
`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
	life := func(name, step string) int64 {
		return y.rows[load.RowKey{Kind: load.LifecycleRow, Transaction: name, Step: step}].Requests
	}
	if in, out := life(load.UserStartName, "in"), life(load.UserStopName, "out"); in != 20 || out != 20 {
		t.Errorf("%d users started and %d stopped, want 20", in, out)
	}
	if s, td := life(load.SetupName, "s"), life(load.TeardownName, "td"); s != 1 || td != 1 {
		t.Errorf("setup ran %d times and teardown %d times", s, td)
	}
	if sent := y.counters.Sent(); sent != site.Log.Seen() {
		t.Errorf("sent %d, the target saw %d", sent, site.Log.Seen())
	}
	a := y.rows[load.RowKey{Kind: load.TransactionRow, Transaction: "a"}]
	b := y.rows[load.RowKey{Kind: load.TransactionRow, Transaction: "b"}]
	if a.Failures != 0 || b.Failures != b.Requests || b.Requests == 0 {
		t.Errorf("a: %d of %d failed, b: %d of %d", a.Failures, a.Requests, b.Failures, b.Requests)
	}
	if share := float64(a.Requests) / float64(a.Requests+b.Requests); share < 0.65 || share > 0.85 {
		t.Errorf("a is %.2f of all, want 0.75", share)
	}
	if y.errors["status 404"] != b.Requests {
		t.Errorf("errors %v", y.errors)
	}
}

func TestArrivalsBeginWhenTheyAreDue(t *testing.T) {
	t.Parallel()
	site := shop(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", transactions: [{name: t, steps: [{request: {url: /ok}}]}],
  load: {arrivals: {rate: 500, duration: 2s, max_users: 50}}}`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
	if y.loads.Started+y.loads.Dropped != 1000 {
		t.Errorf("%d started, %d dropped, want 1000 in all", y.loads.Started, y.loads.Dropped)
	}
	if y.counters.Sent() != site.Log.Seen() {
		t.Errorf("sent %d, seen %d", y.counters.Sent(), site.Log.Seen())
	}
}

func TestAFrozenTargetShowsInTheScheduledLatency(t *testing.T) {
	t.Parallel()
	for _, users := range []int{5, 300} {
		site := testsite.Run(t, &testsite.Freezer{After: 500 * time.Millisecond, For: time.Second}, testsite.Options{})
		yaml := fmt.Sprintf(`{version: 1, base_url: "%s", transactions: [{name: t, steps: [{request: {url: /ok}}]}],
  load: {arrivals: {rate: 100, duration: 3s, max_users: %d}}}`, site.URL, users)
		y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
		h := y.scheduled[load.RowKey{Kind: load.TransactionRow, Transaction: "t"}]
		if h.Count != 300 {
			t.Fatalf("max_users %d: %d transactions, want 300", users, h.Count)
		}
		// A third of the starts fall into the freeze and wait half a second on average.
		if p80 := h.Quantile(0.8); p80 < 300_000 {
			t.Errorf("max_users %d: p80 from the intended start is %d µs: the freeze does not show", users, p80)
		}
	}
}

func TestStartsThatWaitTooLongAreDropped(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, &testsite.Freezer{After: 0, For: 1500 * time.Millisecond}, testsite.Options{})
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
transactions: [{name: t, steps: [{request: {url: /ok}}]}]
load: {model: arrivals, stages: [{jump: 100, duration: 1s}], max_users: 2, max_wait: 300ms}
`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
	if y.loads.Started != 2 || y.loads.Dropped != 98 {
		t.Errorf("%d started, %d dropped, want 2 and 98", y.loads.Started, y.loads.Dropped)
	}
	if site.Log.Seen() != 2 {
		t.Errorf("the target saw %d", site.Log.Seen())
	}
}

func TestStopNowInterruptsAndStillRunsUserStop(t *testing.T) {
	site := testsite.Run(t, testsite.NewProbes(), testsite.Options{})
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
user_stop: [{name: out, request: {url: /ok}}]
transactions: [{name: t, steps: [{name: slow, request: {url: "/slow?ms=8000"}}]}]
load: {users: 10, duration: 1m}
`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), func(s load.Session) {
		for site.Log.Seen() < 10 {
			time.Sleep(time.Millisecond)
		}
		s.Stop(true)
	})
	slow := y.rows[load.RowKey{Kind: load.StepRow, Transaction: "t", Step: "slow"}]
	out := y.rows[load.RowKey{Kind: load.LifecycleRow, Transaction: load.UserStopName, Step: "out"}]
	if slow.Interrupted != 10 || slow.Requests != 0 || out.Requests != 10 || out.Failures != 0 {
		t.Errorf("slow: %+v, out: %+v", slow, out)
	}
	if all := y.rows[row(load.TransactionRow, "t", "")]; all.Interrupted != 10 || all.Requests != 0 {
		t.Errorf("transactions: %+v", all)
	}
	if y.loads.Started != 10 {
		t.Errorf("%d transactions begun, want one of each user", y.loads.Started)
	}
	if y.reason != "stopped" || y.counters.Sent() != 20 || site.Log.Seen() != 20 {
		t.Errorf("%q, sent %d, seen %d", y.reason, y.counters.Sent(), site.Log.Seen())
	}
}

func TestAChangeMovesTheUsers(t *testing.T) {
	t.Parallel()
	site := shop(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s",
  user_stop: [{name: out, request: {url: /ok}}],
  transactions: [{name: t, pace: 20ms, steps: [{request: {url: /ok}}]}], load: {users: 4}}`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), func(s load.Session) {
		profile := load.Profile{Model: load.UsersModel, Begin: 4, GracefulStop: time.Second, Stages: []load.Stage{
			{Target: 30, Duration: 300 * time.Millisecond}, {Target: 3, Duration: 300 * time.Millisecond},
			{Target: 3, Duration: 200 * time.Millisecond},
		}}
		if err := s.Change(context.Background(), load.Change{At: 200 * time.Millisecond, Profile: profile}); err != nil {
			t.Error(err)
		}
		other := profile
		other.Model = load.ArrivalsModel
		if s.Change(context.Background(), load.Change{Profile: other}) == nil {
			t.Error("a change of the model was taken")
		}
	})
	out := y.rows[load.RowKey{Kind: load.LifecycleRow, Transaction: load.UserStopName, Step: "out"}]
	if out.Requests < 25 || out.Requests > 31 || y.loads.Left != out.Requests || y.loads.Users != 0 {
		t.Errorf("%d users stopped, %d left, %d are still there", out.Requests, y.loads.Left, y.loads.Users)
	}
	if y.counters.Sent() != site.Log.Seen() {
		t.Errorf("sent %d, seen %d", y.counters.Sent(), site.Log.Seen())
	}
}

func TestFailuresDoWhatThePlanSays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		reaction string
		second   bool // the step after the failed one is played
		abort    bool
	}{
		{"continue", true, false},
		{"stop_transaction", false, false},
		{"stop_user", false, false},
		{"abort_run", false, true},
	} {
		site := shop(t)
		yaml := fmt.Sprintf(`{version: 1, base_url: "%s", on_failure: %s,
  transactions: [{name: t, steps: [{name: one, request: {url: /status/500}}, {name: two, request: {url: /ok}}]}],
  load: {users: 3, iterations: 9, duration: 20s}}`, site.URL, tt.reaction)
		y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
		two := y.rows[load.RowKey{Kind: load.StepRow, Transaction: "t", Step: "two"}].Requests
		transactions := y.rows[load.RowKey{Kind: load.TransactionRow, Transaction: "t"}]
		if (two > 0) != tt.second || (y.abort != "") != tt.abort || transactions.Failures != transactions.Requests {
			t.Errorf("%s: second step %d times, abort %q, transactions %+v", tt.reaction, two, y.abort, transactions)
		}
		if tt.reaction == "stop_user" && y.reason != load.ReasonUsersLeft {
			t.Errorf("stop_user: ended with %q", y.reason)
		}
		if tt.reaction == "stop_user" && transactions.Requests != 3 {
			t.Errorf("stop_user: %d transactions of 3 users", transactions.Requests)
		}
	}
}

func TestTheSameSeedGivesTheSameChoices(t *testing.T) {
	paths := func() (out []string) {
		site := shop(t)
		yaml := fmt.Sprintf(`{version: 1, base_url: "%s",
  transactions: [{name: a, weight: 2, steps: [{request: {url: "/ok?a={{$randomInt 1 1000000}}"}}]}, {name: b, steps: [{request: {url: "/ok?b={{$randomString 8}}"}}]}],
  load: {users: 1, iterations: 40}}`, site.URL)
		complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
		for _, e := range site.Log.Entries() {
			out = append(out, e.Path)
		}
		return out
	}
	if a, b := paths(), paths(); len(a) != 40 || !slices.Equal(a, b) {
		t.Errorf("two runs with one seed differ:\n%v\n%v", a, b)
	}
}

func TestSendOnceShowsEverything(t *testing.T) {
	site := shop(t)
	text := canonical(t, fmt.Sprintf(`
version: 1
base_url: "%s"
setup: [{name: s, request: {url: /ok}}]
transactions:
  - name: t
    steps:
      - name: echo
        request: {method: POST, url: "/echo?x={{$user}}", json: {a: 1.10}}
        extract: [{name: m, json: $.method}]
        check: [{status: 200}, {json: $.method, equals: GET}]
load: {users: 1, duration: 1s}
`, site.URL))
	x, err := engine.New(engine.Config{}).SendOnce(context.Background(), load.SendRequest{Plan: text})
	if err != nil {
		t.Fatal(err)
	}
	if x.OK || len(x.Steps) != 2 || x.Vars["m"].Text != "POST" {
		t.Fatalf("%+v", x)
	}
	s := x.Steps[1]
	if s.Class != load.ClassCheck || len(s.Checks) != 2 || s.Checks[1].OK || len(s.Attempts) != 1 {
		t.Fatalf("%+v", s)
	}
	if a := s.Attempts[0]; a.Status != 200 || string(a.RequestBody) != `{"a":1.10}` || len(a.ResponseBody) == 0 || a.Method != "POST" {
		t.Errorf("%+v", a)
	}
}

func TestReadyUsersHaveStartedBeforeTimeZero(t *testing.T) {
	t.Parallel()
	site := shop(t)
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
user_start: [{name: in, request: {url: "/slow?ms=50"}}]
user_stop: [{name: out, request: {url: /ok}}]
transactions: [{name: t, steps: [{request: {url: /ok}}]}]
load: {model: arrivals, stages: [{jump: 100, duration: 500ms}], max_users: 20, ready_users: 8}
`, site.URL)
	s, err := engine.New(engine.Config{}).Prepare(context.Background(), job(t, yaml, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.(load.Warmer).Warm(context.Background(), load.Vars{}); err != nil {
		t.Fatal(err)
	}
	if n := site.Log.Answered(); n != 8 {
		t.Fatalf("%d users have started, want 8", n)
	}
	y := newTally()
	if err := s.Go(context.Background(), time.Now(), load.Vars{}); err != nil {
		t.Fatal(err)
	}
	finished := false
	for r := range s.Reports() {
		y.add(r)
		s.Ack(r.Seq)
		if r.Ended && !finished {
			finished = true
			_ = s.Finish(context.Background())
		}
	}
	out := y.rows[load.RowKey{Kind: load.LifecycleRow, Transaction: load.UserStopName, Step: "out"}]
	if y.loads.Started != 50 || out.Requests < 8 || y.counters.Sent() != site.Log.Seen() {
		t.Errorf("%d started, %d users stopped, sent %d, seen %d", y.loads.Started, out.Requests, y.counters.Sent(), site.Log.Seen())
	}
}
