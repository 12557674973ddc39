package run_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/engine"
)

// realWorker is an engine in this process with a folder for files: what a daemon adds.
type realWorker struct {
	*engine.Engine
	dir string
}

func (w *realWorker) Missing(_ context.Context, files []load.File) ([]load.File, error) {
	return files, nil
}

func (w *realWorker) Store(_ context.Context, f load.File, content io.Reader) error {
	text, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.dir, f.SHA256), text, 0o600)
}

func (w *realWorker) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	job.Dir = w.dir
	return w.Engine.Prepare(ctx, job)
}

// target counts requests by their path.
type target struct {
	mu   sync.Mutex
	seen map[string]int
}

func (s *target) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[r.URL.Path]++
}

func (s *target) rows(prefix string) map[string]int {
	out := map[string]int{}
	for path, n := range s.seen {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			out[rest] = n
		}
	}
	return out
}

// real plays a plan on engines in this process against a target of its own.
func real(t *testing.T, workers, rows int, text string) (load.Result, *target) {
	t.Helper()
	site := &target{seen: map[string]int{}}
	server := httptest.NewServer(site)
	defer server.Close()
	p, problems := plan.Decode("plan.yaml", []byte(strings.ReplaceAll(text, "SITE", server.URL)))
	for _, x := range problems {
		t.Log(x)
	}
	if p == nil {
		t.Fatal("the plan is wrong")
	}
	var table strings.Builder
	table.WriteString("id\n")
	for i := range rows {
		fmt.Fprintf(&table, "r%d\n", i)
	}
	c := &content{files: map[string]string{"docs.csv": table.String()}}
	s := run.Spec{ID: "r1", Plan: p, Owner: "test", Seed: 7, Files: c.list(), Open: c.open}
	for i := range workers {
		w := &realWorker{engine.New(engine.Config{}), t.TempDir()}
		s.Members = append(s.Members, run.Member{ID: fmt.Sprint("w", i), Worker: w})
	}
	r, err := run.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return r.Conduct(t.Context()), site
}

// TestEnginesShareRows: all rows are one worker's at first; two scenarios of different
// models on three engines use each of them once.
func TestEnginesShareRows(t *testing.T) {
	t.Parallel()
	const rows = 150
	res, site := real(t, 3, rows, `
version: 1
base_url: SITE
data: {docs: {file: docs.csv, pick: unique, per: iteration, at_end: stop}}
transactions:
  - {name: read, pace: 100ms, steps: [{name: get, request: {url: "/row/{{docs.id}}"}}]}
  - {name: look, steps: [{name: home, request: {url: "/home"}}]}
scenarios:
  - {name: readers, transactions: [read], load: {users: 6, duration: 1m}}
  - {name: lookers, start_at: 1s, transactions: [look], load: {model: arrivals, max_users: 5, stages: [{name: all, jump: 20, duration: 1s}]}}
`)
	wantState(t, res, load.StateCompleted, "data_exhausted: docs: 0 of 150 rows left")
	if want := (load.DataResult{Name: "docs", Rows: rows, Given: rows, Rounds: 1}); len(res.Data) != 1 || res.Data[0] != want {
		t.Errorf("%+v, want %+v", res.Data, want)
	}
	got := site.rows("/row/")
	if len(got) != rows {
		t.Errorf("the target saw %d rows of %d", len(got), rows)
	}
	for row, n := range got {
		if n != 1 {
			t.Errorf("the target saw row %s %d times", row, n)
		}
	}
	if n := site.seen["/home"]; n != 20 || res.Total.Requests != rows+20 || res.Sent != rows+20 {
		t.Errorf("the target saw %d starts, want 20; %d requests, %d sent", n, res.Total.Requests, res.Sent)
	}
	if len(res.Load) != 2 || res.Load[0].Started != rows || res.Load[1].Started != 20 || res.Load[0].PeakUsers != 6 {
		t.Errorf("load %+v", res.Load)
	}
	if s := res.Stages; len(s) != 1 || s[0].Requests < 19 || s[0].Requests > 20 || s[0].From != 1000 {
		t.Errorf("stages %+v", s)
	}
	for _, w := range res.Workers {
		if w.Requests == 0 {
			t.Errorf("worker %s had no rows", w.ID)
		}
	}
	accounting(t, res)
}

// TestEnginesLoopRows: with loop the file begins again for all, and only when all of it
// is used up.
func TestEnginesLoopRows(t *testing.T) {
	t.Parallel()
	const rows = 40
	res, site := real(t, 2, rows, `
version: 1
base_url: SITE
data: {docs: {file: docs.csv, pick: unique, per: iteration, at_end: loop}}
transactions: [{name: read, pace: 50ms, steps: [{name: get, request: {url: "/row/{{docs.id}}"}}]}]
load: {users: 4, duration: 6s}
measure: {from: 1s, to: 3s}
`)
	wantState(t, res, load.StateCompleted, "")
	d := res.Data[0]
	total := 0
	for row, n := range site.rows("/row/") {
		total += n
		// Each row once in every round that is over, and at most once in the last.
		if n < d.Rounds-1 || n > d.Rounds {
			t.Errorf("the target saw row %s %d times in %d rounds", row, n, d.Rounds)
		}
	}
	if d.Rounds < 2 || int64(total) != d.Given || d.Lost != 0 || res.Sent != int64(total) {
		t.Errorf("%+v, the target saw %d, sent %d", d, total, res.Sent)
	}
	if res.Measured != (load.Measured{From: 1000, To: 3000}) {
		t.Errorf("measured %+v", res.Measured)
	}
	accounting(t, res)
}

// TestOneEngineLoopsByItself: a worker that is alone begins the file again without a
// word, and the rounds are counted all the same.
func TestOneEngineLoopsByItself(t *testing.T) {
	t.Parallel()
	res, site := real(t, 1, 40, `
version: 1
base_url: SITE
data: {docs: {file: docs.csv, pick: unique, per: iteration, at_end: loop}}
transactions: [{name: read, steps: [{name: get, request: {url: "/row/{{docs.id}}"}}]}]
load: {users: 4, iterations: 110}
`)
	if want := (load.DataResult{Name: "docs", Rows: 40, Given: 110, Left: 10, Rounds: 3}); len(res.Data) != 1 || res.Data[0] != want {
		t.Errorf("%+v, want %+v", res.Data, want)
	}
	for row, n := range site.rows("/row/") {
		if n < 2 || n > 3 {
			t.Errorf("the target saw row %s %d times in 3 rounds", row, n)
		}
	}
	accounting(t, res)
}

// TestMoreWorkersThanUsers: a worker that has no users does not keep a run from ending
// whose users have all done what they were to do; nor do starts get lost with it.
func TestMoreWorkersThanUsers(t *testing.T) {
	t.Parallel()
	const head = `
version: 1
base_url: SITE
data: {docs: {file: docs.csv, pick: unique, per: iteration, at_end: stop}}
transactions:
  - {name: read, steps: [{name: get, request: {url: "/row/{{docs.id}}"}}]}
  - {name: look, steps: [{name: home, request: {url: "/home"}}]}
  - {name: fail, on_failure: stop_user, steps: [{name: fail, request: {url: "/fail"}, check: [{status: 500}]}]}
`
	for name, c := range map[string]struct {
		load, reason string
		requests     int64
	}{
		"each user so often": {`{name: a, transactions: [look], load: {users: 2, duration: 1m, iterations: {per_user: 3}}}`, "", 6},
		"so often in all":    {`{name: a, transactions: [look], load: {users: 2, duration: 1m, iterations: 7}}`, "", 7},
		"rows used up":       {`{name: a, transactions: [read], load: {users: 2, duration: 1m}}`, "data_exhausted: docs: 0 of 20 rows left", 20},
		"users that left":    {`{name: a, transactions: [fail], load: {users: 2, duration: 1m}}`, "every user has left", 2},
		"starts":             {`{name: a, transactions: [look], load: {model: arrivals, max_users: 2, max_wait: 30s, stages: [{jump: 20, duration: 1s}]}}`, "", 20},
		"two loads": {`{name: a, transactions: [look], load: {users: 2, duration: 1m, iterations: {per_user: 3}}}
  - {name: b, start_at: 100ms, transactions: [look], load: {users: 4, duration: 10s, iterations: 9}}`, "", 15},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, _ := real(t, 3, 20, head+"scenarios:\n  - "+c.load+"\n")
			if res.State != load.StateCompleted || !strings.HasPrefix(res.Reason, c.reason) {
				t.Errorf("%s: %s, want %s", res.State, res.Reason, c.reason)
			}
			if res.Total.Requests != c.requests {
				t.Errorf("%d requests, want %d", res.Total.Requests, c.requests)
			}
			if took := res.EndedAt.Sub(*res.StartedAt); took > 40*time.Second {
				t.Errorf("it took %v", took)
			}
			accounting(t, res)
		})
	}
}
