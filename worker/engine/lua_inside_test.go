package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	"github.com/locust-http/locust-http/plan"
)

// jobOf is a plan as a job of one worker.
func jobOf(t *testing.T, yaml string) load.Job {
	t.Helper()
	p, problems := plan.Decode("test.yaml", []byte(yaml))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	text, err := plan.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return load.Job{
		Run: "r1", Epoch: 1, Owner: "test", Plan: text, Of: 1, Seed: 7, Worker: "w",
		Shares: []load.Share{{Profile: p.Load.Share(0, 1)}},
	}
}

// A user that a fault of ours takes out of the run is not waited for: where all have gone so,
// a load that counts iterations ends, too.
func TestFaultsOfUsersEndTheLoad(t *testing.T) {
	t.Parallel()
	s, err := New(Config{}).Prepare(context.Background(), jobOf(t, `
version: 1
base_url: http://127.0.0.1:1
transactions: [{name: t, steps: [{name: a, request: {url: /a}}]}]
load: {users: 3, iterations: 100}
`))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.(*session).run.scenes[0].choice.transactions[0].steps[0].plan = nil
	if err := s.Go(context.Background(), time.Now(), load.Vars{}); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(20*time.Second, func() {
		t.Error("it goes on without users")
		s.Stop(true)
	})
	defer limit.Stop()
	for r := range s.Reports() {
		if r.Ended && !r.Final {
			if r.Reason != load.ReasonUsersLeft {
				t.Errorf("it ended because of %q", r.Reason)
			}
			_ = s.Finish(context.Background())
		}
		s.Ack(r.Seq)
	}
}

// A fault of ours in a function of the host is a failure of that hook. Its user has new
// globals, nothing of it stays open, and the run goes on, exactly counted.
func TestAFaultOfTheHostIsAFailure(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	site := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r.URL.Path)
	}))
	defer site.Close()
	s, err := New(Config{}).Prepare(context.Background(), jobOf(t, fmt.Sprintf(`
version: 1
base_url: %s
script: |
  function before(req)
    if req.path == "/deep" then metric("broken", 1) end
  end
transactions:
  - name: t
    on_failure: continue
    steps:
      - name: a
        request: {url: /a}
        script: |
          function before(req, user)
            n = (n or 0) + 1
            req.path = "/a" .. n
            if user.iteration == 2 then pcall(metric, "broken", 1) http.get("/never") end
          end
      - name: b
        request: {url: /b}
        script: |
          function after(res, user)
            if user.iteration == 3 then
              local deep = http.get("/deep")
              http.get("/says/" .. deep.error.class)
            end
          end
load: {users: 1, iterations: 4}
`, site.URL)))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.(*session).run.metrics.known.Store("broken", "this is no metric")
	if err := s.Go(context.Background(), time.Now(), load.Vars{}); err != nil {
		t.Fatal(err)
	}
	errors := map[string]int64{}
	var requests, attempts, transactions int64
	for r := range s.Reports() {
		for _, e := range r.Errors {
			errors[string(e.Class)+" "+e.Rule] += e.Count
			for _, sample := range e.Samples {
				if sample.Place == "" || !strings.Contains(sample.Stack, "lua_host.go") {
					t.Errorf("a sample at %q with the stack %q", sample.Place, sample.Stack)
				}
			}
		}
		for i := range r.Intervals {
			attempts += r.Intervals[i].Counters.Attempts
			for _, row := range r.Intervals[i].Rows {
				if r.Rows[row.Row].Kind == load.TransactionRow {
					transactions += row.Requests
				} else {
					requests += row.Requests + row.Interrupted
				}
			}
		}
		if r.Ended && !r.Final {
			_ = s.Finish(context.Background())
		}
		s.Ack(r.Seq)
	}
	want := []string{"/a1", "/b", "/b", "/a1", "/b", "/says/lua_internal", "/a1", "/b"}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("the target saw %q, want %q", seen, want)
	}
	if len(errors) != 2 || errors["lua_internal transactions[0].steps[0].script:4"] != 1 || errors["lua_internal script:2"] != 1 {
		t.Errorf("errors %v", errors)
	}
	if attempts != 10 || requests != attempts || transactions != 4 {
		t.Errorf("%d attempts, %d requests, %d transactions", attempts, requests, transactions)
	}
}

// Files that requests of scripts read are closed when these are over, whatever became of them.
func TestScriptsLeaveNoFileOpen(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer site.Close()
	j := jobOf(t, fmt.Sprintf(`
version: 1
base_url: %s
files: ["*.txt"]
script: |
  function before(req) if req.path == "/skip" then req:skip("no") elseif req.path == "/bad" then error("no") end end
transactions:
  - name: t
    script: |
      function transaction(user)
        local parts = {{name = "f", file = "f.txt"}}
        for _, url in ipairs{"/a", "/skip", "/bad", "http://127.0.0.1:1/"} do
          http.post{url = url, multipart = parts}
        end
        pcall(http.post, {url = "/none", multipart = {parts[1], {name = "g", file = "none.txt"}}})
      end
load: {users: 1, iterations: 3}
`, site.URL))
	const content = "content"
	sum := sha256.Sum256([]byte(content))
	j.Dir = t.TempDir()
	j.Files = []load.File{{Path: "f.txt", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}}
	if err := os.WriteFile(filepath.Join(j.Dir, j.Files[0].SHA256), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{}).Prepare(context.Background(), j)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Go(context.Background(), time.Now(), load.Vars{}); err != nil {
		t.Fatal(err)
	}
	var sent int64
	for r := range s.Reports() {
		for i := range r.Intervals {
			sent += r.Intervals[i].Counters.Sent()
		}
		if r.Ended && !r.Final {
			_ = s.Finish(context.Background())
		}
		s.Ack(r.Seq)
	}
	if open := s.(*session).run.files.open; len(open) != 0 || sent != 3 {
		t.Errorf("%d files are open, %d requests were sent", len(open), sent)
	}
}
