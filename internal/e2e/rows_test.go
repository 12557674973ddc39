package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// rowSite notes which row came from which worker, and is slower for some workers.
type rowSite struct {
	latency map[string]time.Duration // by worker

	mu   sync.Mutex // guards came
	came map[string][]string
}

func (s *rowSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	worker := r.Header.Get("X-Worker")
	s.mu.Lock()
	row := r.URL.Query().Get("row")
	if s.came == nil {
		s.came = map[string][]string{}
	}
	s.came[row] = append(s.came[row], worker)
	s.mu.Unlock()
	time.Sleep(s.latency[worker])
}

// rows is which workers each row came from.
func (s *rowSite) rows() map[string][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string][]string, len(s.came))
	for row, workers := range s.came {
		all[row] = workers
	}
	return all
}

// of is how many requests came from a worker.
func (s *rowSite) of(worker string) (n int64) {
	for _, workers := range s.rows() {
		for _, w := range workers {
			if w == worker {
				n++
			}
		}
	}
	return n
}

// once checks that no row came twice.
func (s *rowSite) once(t *testing.T) {
	t.Helper()
	for row, workers := range s.rows() {
		if len(workers) > 1 {
			t.Errorf("row %s came %d times, from %v", row, len(workers), workers)
		}
	}
}

// rowsPlan writes a plan that sends each row of a file, and returns its path.
func rowsPlan(t *testing.T, url string, rows int, atEnd, profile string) string {
	t.Helper()
	list := strings.Builder{}
	list.WriteString("id\n")
	for i := range rows {
		fmt.Fprintf(&list, "%d\n", i)
	}
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"data/rows.csv": list.String(), "rows.yaml": fmt.Sprintf(`
version: 1
base_url: %s
data: {rows: {file: data/rows.csv, pick: unique, per: iteration, at_end: %s}}
transactions:
  - name: send
    steps: [{name: row, request: {url: /, query: {row: "{{rows.id}}"}, headers: {X-Worker: "{{$worker}}"}}}]
load: %s
`, url, atEnd, profile)})
	return filepath.Join(dir, "rows.yaml")
}

// Three workers, one of them twice as fast, send each row once, and end when there are
// no more; a second file is one too few for its users; a third is sent in rounds.
func TestUniqueRowsOverThreeWorkers(t *testing.T) {
	t.Parallel()
	f := masterIn(t, t.TempDir())
	for _, id := range []string{"fast", "slow-1", "slow-2"} {
		f.startWorker(t, "--id", id)
	}
	f.awaitWorkers(t, 3)
	latency := map[string]time.Duration{"fast": 10 * time.Millisecond, "slow-1": 20 * time.Millisecond, "slow-2": 20 * time.Millisecond}
	run := func(t *testing.T, rows int, atEnd, profile string) (int, *load.Result, *rowSite) {
		t.Helper()
		s := &rowSite{latency: latency}
		site := testsite.Run(t, s, testsite.Options{})
		p, out := f.runPlan(t, rowsPlan(t, site.URL, rows, atEnd, profile), 3)
		code := p.wait()
		r := readResult(t, out)
		account(t, r, site.Log.Seen())
		if len(r.Data) != 1 || r.Data[0].Lost != 0 {
			t.Fatalf("data %+v", r.Data)
		}
		return code, r, s
	}
	t.Run("stop", func(t *testing.T) {
		const rows = 2000
		code, r, s := run(t, rows, "stop", "{users: 12}")
		if code != 0 || r.State != load.StateCompleted || r.Reason != fmt.Sprintf("data_exhausted: rows: 0 of %d rows left", rows) {
			t.Errorf("exit %d, state %s: %s", code, r.State, r.Reason)
		}
		s.once(t)
		equal(t, "rows that came", int64(len(s.rows())), rows)
		equal(t, "rows given", r.Data[0].Given, rows)
		graceful(t, r)
		// It has sent what were rows of the others.
		if n := s.of("fast"); n < rows/3+rows/20 {
			t.Errorf("the fast worker has sent %d of %d rows", n, rows)
		}
	})
	t.Run("fail", func(t *testing.T) {
		const rows = 100
		code, r, s := run(t, rows, "fail", "{users: 6, duration: 5m}")
		if code != 1 || r.State != load.StateAborted || !strings.Contains(r.Reason, "data rows is used up") {
			t.Errorf("exit %d, state %s: %s", code, r.State, r.Reason)
		}
		s.once(t)
		equal(t, "rows that came", int64(len(s.rows())), r.Data[0].Given)
		equal(t, "rows given and left", r.Data[0].Given+r.Data[0].Left, rows)
	})
	t.Run("loop", func(t *testing.T) {
		const rows, rounds, more = 60, 4, 20
		code, r, s := run(t, rows, "loop", fmt.Sprintf("{users: 6, iterations: %d}", rounds*rows+more))
		if code != 0 || r.State != load.StateCompleted {
			t.Errorf("exit %d, state %s: %s", code, r.State, r.Reason)
		}
		again := int64(0)
		for row, workers := range s.rows() {
			if n := len(workers); n < rounds || n > rounds+1 {
				t.Errorf("row %s came %d times in %d rounds and a part", row, n, rounds)
			} else if n > rounds {
				again++
			}
		}
		equal(t, "rows", int64(len(s.rows())), rows)
		equal(t, "rows of the last round", again, more)
		equal(t, "rounds", int64(r.Data[0].Rounds), rounds+1)
		equal(t, "rows given", r.Data[0].Given, rounds*rows+more)
	})
}

// The rows of a worker that is killed are given to nobody else; all others go out, once.
func TestUniqueRowsOfAKilledWorker(t *testing.T) {
	t.Parallel()
	const rows = 3000
	f := masterIn(t, t.TempDir())
	for _, id := range []string{"fast", "slow"} {
		f.startWorker(t, "--id", id)
	}
	dead := start(t, "worker", "--etcd", f.etcd, "--listen", "127.0.0.1:0", "--id", "dead")
	f.awaitWorkers(t, 3)
	s := &rowSite{latency: map[string]time.Duration{"fast": 10 * time.Millisecond, "slow": 20 * time.Millisecond, "dead": 20 * time.Millisecond}}
	site := testsite.Run(t, s, testsite.Options{})
	p, out := f.runPlan(t, rowsPlan(t, site.URL, rows, "stop", "{users: 9}"), 3)
	p.until("a part of the rows", func() bool { return s.of("dead") > 200 })
	engines := descendants(t, dead.cmd.Process.Pid)
	if err := dead.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	kill(engines)
	code := p.wait()
	r := readResult(t, out)
	if code != 0 || r.State != load.StateCompleted || !r.Degraded || !strings.HasPrefix(r.Reason, "data_exhausted: rows: ") {
		t.Errorf("exit %d, state %s: %s, degraded %v", code, r.State, r.Reason, r.Degraded)
	}
	s.once(t)
	if len(r.Data) != 1 {
		t.Fatalf("data %+v", r.Data)
	}
	d, seen := r.Data[0], int64(len(s.rows()))
	living, killed := s.of("fast")+s.of("slow"), s.of("dead")
	equal(t, "rows that are accounted for", d.Given+d.Left+d.Lost, rows)
	equal(t, "rows left", d.Left, 0)
	// What the killed one had said, it had given; its users had a request under way each.
	reported := d.Given - living
	if reported < 0 || reported > killed+3 {
		t.Errorf("%d rows given, %d of them by workers that live, and %d came from the killed one", d.Given, living, killed)
	}
	if missing := rows - seen; missing > d.Lost+3 || missing < d.Lost-killed {
		t.Errorf("%d rows never came, %d are lost with the worker", missing, d.Lost)
	}
	if d.Lost < 100 || d.Lost > rows/3 {
		t.Errorf("%d rows are lost, the worker had %d at most", d.Lost, rows/3)
	}
	if r.Sent < living || r.Sent > site.Log.Seen() {
		t.Errorf("%d were sent, %d of them by workers that live; the target has seen %d", r.Sent, living, site.Log.Seen())
	}
}
