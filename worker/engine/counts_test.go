package engine_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
)

// gate is a site that lets nobody through without what earlier answers gave.
func gate() http.Handler {
	var visits atomic.Int64
	need := func(ok bool, w http.ResponseWriter) {
		if !ok {
			w.WriteHeader(http.StatusForbidden)
		}
		fmt.Fprint(w, "home")
	}
	cookie := func(r *http.Request, name string) bool {
		_, err := r.Cookie(name)
		return err == nil
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/setup", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "admin", Value: "1"})
		fmt.Fprint(w, `{"token": "t-1"}`)
	})
	mux.HandleFunc("/out", func(w http.ResponseWriter, r *http.Request) { need(cookie(r, "admin"), w) })
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(100 * time.Millisecond)
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "1"})
		w.Header().Set("Location", "/home")
		w.WriteHeader(http.StatusFound)
		fmt.Fprint(w, strings.Repeat("x", 2000))
	})
	mux.HandleFunc("/home", func(w http.ResponseWriter, r *http.Request) {
		need(cookie(r, "sid") && cookie(r, "admin") && r.Header.Get("X-Token") == "t-1", w)
	})
	mux.HandleFunc("/once", func(w http.ResponseWriter, _ *http.Request) {
		if visits.Add(1) == 1 {
			fmt.Fprint(w, "x=1")
		}
	})
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
	return mux
}

func TestWhatAnswersGiveReachesLaterRequests(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, gate(), testsite.Options{})
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
setup: [{name: s, request: {url: /setup}, extract: [{name: token, json: $.token}]}]
teardown: [{name: td, request: {url: /out}}]
transactions:
  - name: t
    steps:
      - name: in
        request: {url: /login, headers: {X-Token: "{{token}}"}}
        extract: [{name: nothing, regex: "(nothing)", optional: true}]
        check: [{body: {equals: home}}, {body: {contains: nope}, warn: true}, {body: {contains: nor this}, warn: true}, {status: 200}]
load: {users: 2, iterations: 4}
`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
	in := y.rows[row(load.StepRow, "t", "in")]
	if in.Requests != 4 || in.Failures != 0 || in.Warnings != 8 || len(y.errors) != 0 {
		t.Errorf("%+v, errors %v", in, y.errors)
	}
	if y.counters.Redirects != 4 || y.counters.Attempts != 10 || y.counters.Sent() != site.Log.Seen() {
		t.Errorf("%+v, seen %d", y.counters, site.Log.Seen())
	}
	h := y.ok[row(load.StepRow, "t", "in")]
	if h.Min < 100_000 {
		t.Errorf("the fastest took %d µs: the first hop is not part of it", h.Min)
	}
	if in.BytesIn < 4*2000 || in.BytesOut < 4*2*30 {
		t.Errorf("%d bytes in, %d out: a hop is missing", in.BytesIn, in.BytesOut)
	}
}

func TestAMissUnsetsTheVariable(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, gate(), testsite.Options{})
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
on_failure: continue
transactions:
  - name: t
    steps:
      - {name: one, request: {url: /once}, extract: [{name: x, regex: "x=(.)"}]}
      - {name: two, request: {url: "/{{x}}"}}
load: {users: 1, iterations: 3}
`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
	if y.errors["extract x"] != 2 || y.errors["unset_variable "] != 2 || len(y.errors) != 2 {
		t.Errorf("errors %v", y.errors)
	}
	if n := y.counters.Unsent[load.UnsentVariable]; n != 2 || y.counters.Sent() != 4 || site.Log.Seen() != 4 {
		t.Errorf("%d not sent, %d sent, %d seen", n, y.counters.Sent(), site.Log.Seen())
	}
}

func TestLateStartsAreCounted(t *testing.T) {
	t.Parallel()
	site := probes(t)
	for _, tt := range []struct{ users, least int64 }{
		{1, 25}, // one user, 50 ms each: all but the first wait
		{30, 0}, // nobody waits; a busy machine may be late all the same
	} {
		yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
transactions: [{name: t, steps: [{request: {url: "/slow?ms=50"}, think: 250ms}, {request: {url: /ok}}]}]
load: {model: arrivals, stages: [{jump: 100, duration: 300ms}, {jump: 0, duration: 400ms}], max_users: %d}
`, site.URL, tt.users)
		if tt.users == 1 {
			yaml = strings.Replace(yaml, "think: 250ms", "think: 0s", 1)
		}
		y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
		if y.loads.Started != 30 || y.loads.Late < tt.least {
			t.Errorf("%d users: %d started, %d late, want at least %d", tt.users, y.loads.Started, y.loads.Late, tt.least)
		}
		for _, h := range []*load.Hist{y.scheduled[row(load.TransactionRow, "t", "")], y.ok[row(load.TransactionRow, "t", "")]} {
			if h.Count != 30 || h.Min > 240_000 {
				t.Errorf("%d transactions of at least %d µs: thinking is part of it", h.Count, h.Min)
			}
		}
	}
}

func TestUsersAreNeverLate(t *testing.T) {
	t.Parallel()
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", transactions: [{name: t, steps: [{request: {url: "/slow?ms=20"}}]}],
  load: {users: 2, iterations: 8}}`, probes(t).URL)
	if y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil); y.loads.Started != 8 || y.loads.Late != 0 {
		t.Errorf("%d started, %d late: nothing is late that had no instant", y.loads.Started, y.loads.Late)
	}
}

func TestFailedUserStartsAreCountedAsWaiting(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", user_start: [{name: in, request: {url: /status/500}}],
  transactions: [{name: t, steps: [{request: {url: /ok}}]}], load: {users: 3}}`, site.URL)
	began := time.Now()
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), func(s load.Session) {
		for site.Log.Answered() < 3 {
			time.Sleep(time.Millisecond)
		}
		s.Stop(false) // cuts the pause after the failure short
	})
	if y.loads.Waiting != 3 || y.loads.Started != 0 || y.loads.Left != 3 || site.Log.Seen() != 3 {
		t.Errorf("%+v, seen %d", y.loads, site.Log.Seen())
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestStartsThatStillWaitAtAStopAreDropped(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", transactions: [{name: t, steps: [{request: {url: "/slow?ms=300"}}]}],
  load: {model: arrivals, stages: [{jump: 100}], max_users: 1}}`, site.URL)
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), func(s load.Session) {
		time.Sleep(200 * time.Millisecond)
		s.Stop(false)
	})
	if y.loads.Started != 1 || y.loads.Dropped < 15 || y.loads.Dropped > 60 {
		t.Errorf("%d started, %d dropped", y.loads.Started, y.loads.Dropped)
	}
}
