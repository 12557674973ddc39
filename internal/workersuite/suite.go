package workersuite

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Options say what the suite cannot know.
type Options struct {
	// Plan makes Job.Plan of a plan's text in YAML: the canonical JSON for a real
	// engine. nil: the text as it is, for Fake.
	Plan func(t *testing.T, yaml string) []byte
	// Skew is how far the worker's clock is ahead of this one; 0: the same clock.
	Skew time.Duration
	// Files: the worker is a load.Depot.
	Files bool
	// Rows: its sessions deal the unique rows of data files; goes with Files.
	Rows bool
	// Scripts: it plays Lua.
	Scripts bool
	// Parallel plays the tests at the same time: each has a worker of its own.
	Parallel bool
}

// patience bounds every wait of the suite: far more than anything takes, so that
// only what never happens fails.
const patience = 30 * time.Second

// Run runs the suite. open gives a fresh, free worker for each test, and cleans it up
// with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) load.Worker, o Options) {
	if o.Plan == nil {
		o.Plan = func(_ *testing.T, yaml string) []byte { return []byte(yaml) }
	}
	for _, test := range o.tests() {
		t.Run(test.name, func(t *testing.T) {
			if o.Parallel {
				t.Parallel()
			}
			ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
			t.Cleanup(cancel)
			target := newTarget(t)
			test.run(&bench{T: t, ctx: ctx, worker: open(t), target: target, o: o})
		})
	}
}

type test struct {
	name string
	run  func(*bench)
}

// tests are those that o asks for.
func (o Options) tests() []test {
	tests := []test{
		{"a plan that cannot be compiled is refused", badPlan},
		{"another run is refused with the owner's name", busy},
		{"the same run and epoch give the same session", sameSession},
		{"a newer epoch takes the session over", newerEpoch},
		{"a whole run is counted exactly", wholeRun},
		{"a load ends by itself", endsByItself},
		{"a failed setup is a StepError", failedSetup},
		{"stop before go", stopBeforeGo},
		{"stop twice in every state", stopTwice},
		{"finish stops the load first", finishStops},
		{"go twice is one load", goTwice},
		{"close at any time", closeAnyTime},
		{"close twice, and after the end", closeTwice},
		{"a report is repeated until it is acknowledged, and no further is made", unacknowledged},
		{"any number may be acknowledged", strangeAcks},
		{"intervals leave no gap", contiguous},
		{"the clock is the worker's", clock},
		{"a change changes the users", change},
		{"send once shows the exchange", sendOnce},
		{"send once with a bad plan is refused", sendOnceBad},
		{"a call ends with its context", endedContext},
	}
	if o.Files {
		tests = append(tests, fileTests()...)
	}
	if o.Rows {
		tests = append(tests, rowTests()...)
	}
	if o.Scripts {
		tests = append(tests, scriptTests()...)
	}
	return tests
}

// bench is what one test works with.
type bench struct {
	*testing.T
	ctx    context.Context
	worker load.Worker
	target *target
	o      Options
}

// target counts what reaches it.
type target struct {
	*httptest.Server
	mu   sync.Mutex
	hits map[string]int64
}

func newTarget(t *testing.T) *target {
	s := &target{hits: map[string]int64{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.hits[r.URL.Path]++
		s.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/broken" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		fmt.Fprintf(w, `{"ok":true,"token":"t-1","path":%q}`, r.URL.Path)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *target) count(path string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hits[path]
}

func (s *target) total() (n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.hits {
		n += k
	}
	return n
}

const planText = `version: 1
name: suite
base_url: %s
setup:
  - name: prepare
    request: {url: %s}
    extract: [{name: token, json: $.token}]
teardown:
  - {name: tidy, request: {url: /teardown}}
transactions:
  - name: visit
    think: 5ms
    steps:
      - {name: page, request: {url: /page}}
load: {users: 3, duration: 1h}
`

func (b *bench) plan() []byte { return b.o.Plan(b.T, fmt.Sprintf(planText, b.target.URL, "/setup")) }

func (b *bench) brokenPlan() []byte {
	return b.o.Plan(b.T, fmt.Sprintf(planText, b.target.URL, "/broken"))
}

// badPlanJSON is refused by whoever decodes it.
var badPlanJSON = []byte(`{"version":1,"name":"bad","nonsense":true}`)

// job is a job with users for d; 0: until it is stopped.
func (b *bench) job(run string, users float64, d time.Duration) load.Job {
	return load.Job{
		Run: run, Epoch: 1, Owner: "anna", Plan: b.plan(), Index: 0, Of: 1, Seed: 7, Worker: "w-1",
		Shares: []load.Share{{Profile: load.Profile{
			Model: load.UsersModel, Stages: load.Ramp(users, 0, d), GracefulStop: 5 * time.Second, Of: 1,
		}}},
	}
}

// prepare takes the worker. A session that was closed before may still be on its way
// out: a remote worker hears of a Close a moment later.
func (b *bench) prepare(job load.Job) load.Session {
	b.Helper()
	var s load.Session
	var err error
	b.eventually("the worker is free", func() bool {
		s, err = b.worker.Prepare(b.ctx, job)
		return !errors.Is(err, load.ErrBusy)
	})
	if err != nil {
		b.Fatalf("Prepare: %v", err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func (b *bench) begin(s load.Session) {
	b.Helper()
	if err := s.Go(b.ctx, time.Now().Add(b.o.Skew), load.Vars{}); err != nil {
		b.Fatalf("Go: %v", err)
	}
}

// eventually waits until ok.
func (b *bench) eventually(what string, ok func() bool) {
	b.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			b.Fatalf("never: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// tally is what reports add up to.
type tally struct {
	load.Counters
	requests, lifecycle, failures int64
	peak                          int
	to                            time.Duration
	last                          load.Report
}

// next is the next report that has not been seen; it is not acknowledged.
func (b *bench) next(s load.Session, t *tally) (load.Report, bool) {
	b.Helper()
	timeout := time.After(patience)
	for {
		select {
		case r, ok := <-s.Reports():
			if !ok {
				return r, false
			}
			if r.Seq == t.last.Seq {
				continue // repeated
			}
			if r.Seq != t.last.Seq+1 {
				b.Fatalf("report %d after %d", r.Seq, t.last.Seq)
			}
			b.add(t, r)
			return r, true
		case <-timeout:
			b.Fatalf("no report after %d for %v", t.last.Seq, patience)
		}
	}
}

func (b *bench) add(t *tally, r load.Report) {
	b.Helper()
	if t.last.Final {
		b.Fatalf("report %d after the final one", r.Seq)
	}
	for _, i := range r.Intervals {
		if i.From > i.To || (i.To > 0 && i.From != t.to) {
			b.Errorf("report %d: interval from %v to %v; the one before ended at %v", r.Seq, i.From, i.To, t.to)
		}
		t.to = max(t.to, i.To)
		t.Counters.Add(&i.Counters)
		for _, l := range i.Loads {
			t.peak = max(t.peak, l.Users)
		}
		for _, d := range i.Rows {
			switch r.Rows[d.Row].Kind {
			case load.StepRow:
				t.requests += d.Requests + d.Interrupted
				t.failures += d.Failures
			case load.LifecycleRow:
				t.lifecycle += d.Requests + d.Interrupted
			}
		}
	}
	t.last = r
}

// until acknowledges reports up to the first that is so, which it does not.
func (b *bench) until(s load.Session, t *tally, what string, so func(load.Report) bool) load.Report {
	b.Helper()
	for range 10_000 {
		r, ok := b.next(s, t)
		if !ok {
			b.Fatalf("reports ended before %s: %v", what, s.Err())
		}
		if so(r) {
			return r
		}
		s.Ack(r.Seq)
	}
	b.Fatalf("no report with %s", what)
	return load.Report{}
}

// finish brings the session to its end.
func (b *bench) finish(s load.Session, t *tally) {
	b.Helper()
	if err := s.Finish(b.ctx); err != nil {
		b.Fatalf("Finish: %v", err)
	}
	s.Ack(t.last.Seq)
	r := b.until(s, t, "the final report", func(r load.Report) bool { return r.Final })
	s.Ack(r.Seq)
	b.closed(s)
	if err := s.Err(); err != nil {
		b.Errorf("Err after the final report: %v", err)
	}
}

// closed waits for Reports to be closed; only repeats may come before.
func (b *bench) closed(s load.Session) {
	b.Helper()
	timeout := time.After(patience)
	for {
		select {
		case _, ok := <-s.Reports():
			if !ok {
				return
			}
		case <-timeout:
			b.Fatal("Reports was not closed")
		}
	}
}

// exact compares the tally with what the target has seen.
func (b *bench) exact(t *tally) {
	b.Helper()
	// A request that was cut off after it had been sent may still be on its way to the
	// target's counter.
	for late := 0; b.target.total() < t.Sent() && late < 100; late++ {
		time.Sleep(10 * time.Millisecond)
	}
	if sent, seen := t.Sent(), b.target.total(); sent != seen {
		b.Errorf("sent %d, the target has seen %d", sent, seen)
	}
	if sum := t.requests + t.lifecycle + t.Redirects; t.Attempts != sum {
		b.Errorf("attempts %d, but requests, lifecycle and redirects are %d", t.Attempts, sum)
	}
}
