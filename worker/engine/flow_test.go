package engine_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
)

// diary is a site that notes what it was asked for, in order: path and query.
type diary struct {
	mu    sync.Mutex // guards lines
	lines []string
}

func (d *diary) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.lines = append(d.lines, r.URL.RequestURI())
	n := len(d.lines)
	d.mu.Unlock()
	if text := r.URL.Query().Get("say"); text != "" {
		fmt.Fprint(w, text)
		return
	}
	if r.URL.Path == "/fail" {
		w.WriteHeader(http.StatusInternalServerError)
	}
	fmt.Fprintf(w, `{"n": %d, "ids": [7, "b", {"k": 1.10}], "state": "done"}`, n)
}

func (d *diary) read() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

// count is how many lines begin so.
func (d *diary) count(prefix string) (n int) {
	for _, line := range d.read() {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}

func keepDiary(t *testing.T) (*diary, *testsite.Server) {
	t.Helper()
	d := &diary{}
	return d, testsite.Run(t, d, testsite.Options{})
}

// flow is a plan of one user who plays steps n times.
func flow(url string, n int, steps string) string {
	return fmt.Sprintf(`
version: 1
base_url: "%s"
variables: {limit: 3, on: "yes"}
blocks:
  ping: [{name: ping, request: {url: /ping}}]
  twice: [{use: ping}, {use: ping}]
user_start: [{name: in, request: {url: /in}, extract: [{name: ids, json: $.ids}, {name: state, json: $.state}]}]
transactions:
  - name: t
    steps:
%s
load: {users: 1, iterations: %d}
`, url, strings.ReplaceAll(strings.Trim(steps, "\n"), "\t", "  "), n)
}

func TestFlow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, steps string
		want        []string
	}{
		{"a block, in a block", `      - {use: twice}`, []string{"/ping", "/ping"}},
		{"times", `      - {repeat: {times: "{{limit}}"}, steps: [{request: {url: /a}}]}`, []string{"/a", "/a", "/a"}},
		{"times 0", `      - {repeat: {times: 0}, steps: [{request: {url: /a}}]}
      - {request: {url: /b}}`, []string{"/b"}},
		{"each", `      - {repeat: {each: ids, as: id}, steps: [{request: {url: /a, query: {id: "{{id}}"}}}]}`,
			[]string{"/a?id=7", "/a?id=b", "/a?id=%7B%22k%22%3A%201.10%7D"}},
		{"until", `      - repeat: {until: {var: m, ge: 4}}
        steps: [{request: {url: /a}, extract: [{name: m, json: $.n}]}]`, []string{"/a", "/a", "/a"}},
		{"if", `      - if: {var: state, in: [done, partial]}
        steps: [{request: {url: /then}}]
        else: [{request: {url: /else}}]`, []string{"/then"}},
		{"else", `      - if: {var: on, not: "yes"}
        steps: [{request: {url: /then}}]
        else: [{group: g, steps: [{request: {url: /else}}]}]`, []string{"/else"}},
		{"a variable that is not set", `      - if: {var: later, exists: true}
        steps: [{request: {url: /then}}]
      - {request: {url: /b, }, extract: [{name: later, json: $.state}]}
      - if: {var: later, exists: true}
        steps: [{request: {url: /now}}]`, []string{"/b", "/now"}},
		{"nested", `      - repeat: {times: 2}
        steps:
          - group: g
            steps:
              - {repeat: {times: 2}, steps: [{request: {url: /a}}, {if: {var: on, equals: "yes"}, steps: [{use: ping}]}]}`,
			[]string{"/a", "/ping", "/a", "/ping", "/a", "/ping", "/a", "/ping"}},
		{"switched off", `      - {enabled: false, group: g, steps: [{request: {url: /a}}]}
      - {request: {url: /b}}`, []string{"/b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, site := keepDiary(t)
			y := complete(t, engine.New(engine.Config{}), job(t, flow(site.URL, 1, tt.steps), 0, 1), nil)
			if got := d.read(); !slices.Equal(got, append([]string{"/in"}, tt.want...)) {
				t.Errorf("the target saw %q, want /in and %q", got, tt.want)
			}
			if len(y.errors) > 0 || y.counters.Sent() != site.Log.Seen() {
				t.Errorf("errors %v; sent %d, seen %d", y.errors, y.counters.Sent(), site.Log.Seen())
			}
		})
	}
}

func TestWhatAFailureEnds(t *testing.T) {
	t.Parallel()
	group := func(reaction string) string {
		return `      - {group: g, ` + reaction + ` steps: [{request: {url: /fail}}, {request: {url: /a}}]}
      - {name: b, request: {url: /b}}`
	}
	for _, tt := range []struct {
		name, steps string
		want        []string // after /in, of two iterations
		reason      string
	}{
		{"the transaction", group(""), []string{"/fail", "/fail"}, "completed"},
		{"nothing, from the group", group("on_failure: continue,"), []string{"/fail", "/a", "/b", "/fail", "/a", "/b"}, "completed"},
		{"the user, from the group", group("on_failure: stop_user,"), []string{"/fail"}, "users_left"},
		{"the run, from the group", group("on_failure: abort_run,"), []string{"/fail"}, "step GET /fail failed and its plan says abort_run"},
		{"the step is nearer than the group", `      - group: g
        on_failure: stop_user
        steps: [{request: {url: /fail}, on_failure: continue}, {request: {url: /a}}]`, []string{"/fail", "/a", "/fail", "/a"}, "completed"},
		{"a repeat", `      - {repeat: {times: 3}, steps: [{request: {url: /fail}}]}
      - {request: {url: /b}}`, []string{"/fail", "/fail"}, "completed"},
		{"a repeat that goes on", `      - {repeat: {times: 2}, on_failure: continue, steps: [{request: {url: /fail}}]}`,
			[]string{"/fail", "/fail", "/fail", "/fail"}, "completed"},
		{"times that are no number", `      - {repeat: {times: "{{state}}"}, on_failure: continue, steps: [{request: {url: /a}}]}
      - {request: {url: /b}}`, []string{"/b", "/b"}, "completed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, site := keepDiary(t)
			y := complete(t, engine.New(engine.Config{}), job(t, flow(site.URL, 2, tt.steps), 0, 1), nil)
			if got := d.read(); !slices.Equal(got, append([]string{"/in"}, tt.want...)) {
				t.Errorf("the target saw %q, want /in and %q", got, tt.want)
			}
			if y.reason != tt.reason {
				t.Errorf("ended with %q, want %q", y.reason, tt.reason)
			}
			transactions := y.rows[load.RowKey{Kind: load.TransactionRow, Transaction: "t"}]
			if transactions.Failures != transactions.Requests || transactions.Requests == 0 {
				t.Errorf("of %d transactions %d failed", transactions.Requests, transactions.Failures)
			}
		})
	}
}

// A group has the time from its first request to its last, with the pauses of repeat
// and without think; so has the transaction around it.
func TestTimeOfGroups(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	steps := `
      - group: g
        steps:
          - {name: a, request: {url: /a}, think: 2s}
          - {repeat: {times: 3, every: 100ms}, steps: [{name: b, request: {url: /b}}]}
          - {name: c, request: {url: /c}, think: 2s}
      - {name: d, request: {url: /d}}`
	y := complete(t, engine.New(engine.Config{}), job(t, flow(site.URL, 1, steps), 0, 1), nil)
	g := load.RowKey{Kind: load.GroupRow, Transaction: "t", Step: "g"}
	for _, key := range []load.RowKey{g, {Kind: load.TransactionRow, Transaction: "t"}} {
		h := y.ok[key]
		if h == nil || h.Count != 1 {
			t.Fatalf("row %+v is not there once", key)
		}
		// Two pauses of 100 ms; with a think it would be over 2 s.
		if h.Min < 200_000 || h.Max > 2_000_000 {
			t.Errorf("%+v took %d µs, want a bit over 200 ms", key, h.Max)
		}
	}
	if y.rows[g].Requests != 1 || y.rows[g].Status != [6]int64{} {
		t.Errorf("the group's row is %+v", y.rows[g])
	}
	if n := y.counters.Attempts; n != 7 || site.Log.Seen() != 7 {
		t.Errorf("%d attempts, %d seen: a group is no request", n, site.Log.Seen())
	}
}

func TestRepeatWithin(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	steps := `
      - repeat: {until: {var: m, equals: never}, every: 60ms, within: 250ms}
        steps: [{name: poll, request: {url: /poll}, extract: [{name: m, json: $.n}]}]
      - {name: after, request: {url: /after}}`
	y := complete(t, engine.New(engine.Config{}), job(t, flow(site.URL, 2, steps), 0, 1), nil)
	tx := y.rows[load.RowKey{Kind: load.TransactionRow, Transaction: "t"}]
	if tx.Requests != 2 || tx.Failures != 2 || y.errors["repeat m equals never"] != 2 || len(y.errors) != 1 {
		t.Errorf("%+v, errors %v", tx, y.errors)
	}
	if polls := d.count("/poll"); polls < 4 || polls > 10 || d.count("/after") != 0 {
		t.Errorf("%d polls in two repeats of 250 ms, one every 60 ms; %d requests after a failed repeat", polls, d.count("/after"))
	}
	if poll := y.rows[row(load.StepRow, "t", "poll")]; poll.Failures != 0 {
		t.Errorf("%d polls failed: only the repeat has", poll.Failures)
	}
}

// A repeat that would go on for ever ends with the graceful stop; it neither hastens
// when its user is told to leave, nor keeps the run.
func TestRepeatEndsWithTheRun(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
transactions:
  - name: t
    steps:
      - repeat: {until: {var: m, equals: never}, every: 100ms}
        steps: [{name: poll, request: {url: /poll}, extract: [{name: m, json: $.n}]}]
load: {stages: [{jump: 1, duration: 300ms}], graceful_stop: 500ms}
`, site.URL)
	begin := time.Now()
	y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the run took %v", took)
	}
	if polls := d.count("/poll"); polls > 12 {
		t.Errorf("%d polls in 800 ms, one every 100 ms", polls)
	}
	tx := y.rows[load.RowKey{Kind: load.TransactionRow, Transaction: "t"}]
	if tx.Interrupted != 1 || tx.Requests != 0 || y.counters.Sent() != site.Log.Seen() {
		t.Errorf("%+v; sent %d, seen %d", tx, y.counters.Sent(), site.Log.Seen())
	}
}

// Rounds that send nothing do not take a whole processor, and end with the run.
func TestEmptyRounds(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	steps := `
      - repeat: {until: {var: later, exists: true}, within: 200ms}
        steps: [{if: {var: on, equals: "no"}, steps: [{request: {url: /a}, extract: [{name: later, json: $.n}]}]}]`
	y := complete(t, engine.New(engine.Config{}), job(t, flow(site.URL, 1, steps), 0, 1), nil)
	if y.errors["repeat later exists"] != 1 || len(y.errors) != 1 {
		t.Errorf("errors %v", y.errors)
	}
}

// A transaction that sends nothing, because of an if or of a variable that is not set,
// does not take a whole processor either.
func TestEmptyTransactionsRest(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	for _, steps := range []string{
		`      - {if: {var: on, equals: "no"}, steps: [{request: {url: /a}, extract: [{name: later, json: $.n}]}]}`,
		`      - {request: {url: "/{{later}}"}, extract: [{name: later, json: $.n}]}`,
	} {
		yaml := strings.Replace(flow(site.URL, 1, steps), "iterations: 1", "duration: 300ms", 1)
		y := complete(t, engine.New(engine.Config{}), job(t, yaml, 0, 1), nil)
		if y.loads.Started < 1 || y.loads.Started > 400 {
			t.Errorf("%d transactions began in 300 ms, each of them resting a millisecond: %s", y.loads.Started, steps)
		}
	}
}

func TestSendOnceShowsFlow(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	steps := `
      - group: g
        steps: [{name: a, set: {x: "{{$user}}"}, request: {url: /a}, extract: [{name: y, json: $.n}]}]
      - repeat: {until: {var: y, equals: never}, every: 2s, within: 1s}
        steps: [{use: ping}]`
	text := canonical(t, flow(site.URL, 1, steps))
	x, err := engine.New(engine.Config{}).SendOnce(context.Background(), load.SendRequest{Plan: text})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range x.Steps {
		names = append(names, s.Transaction+" / "+s.Step)
	}
	want := []string{"(user start) / in", "t / a", "t / ping", "t / repeat until y equals never"}
	if !slices.Equal(names, want) || x.OK {
		t.Fatalf("ok %v, steps %q, want %q", x.OK, names, want)
	}
	if c := x.Steps[1].Changed; len(c) != 2 || c["x"].Text != "1" || c["y"].Kind != load.Number {
		t.Errorf("step a changed %v", c)
	}
	if x.Before["state"].Text != "done" || len(x.Before) != 2 || len(x.Vars) != 4 {
		t.Errorf("before %v, after %v", x.Before, x.Vars)
	}
	if last := x.Steps[3]; last.Class != load.ClassRepeat || len(last.Attempts) != 0 {
		t.Errorf("%+v", last)
	}
}
