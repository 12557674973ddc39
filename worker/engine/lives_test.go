package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/engine"
)

// lifePlan is users that log in, play and log out.
func lifePlan(url, life, load string) string {
	return fmt.Sprintf(`
version: 1
base_url: "%s"
user_life: %s
user_start: [{name: in, request: {url: "/in?u={{$user}}"}}]
user_stop: [{name: out, request: {url: "/out?u={{$user}}"}}]
transactions: [{name: t, think: 20ms, steps: [{set: {mine: "{{mine | default 'fresh'}}{{$iteration}}"}, request: {url: "/t?u={{$user}}&i={{$iteration}}&mine={{mine}}"}}]}]
load: %s
`, url, life, load)
}

func TestUsersAreReplaced(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		life, load    string
		users, visits int
	}{
		{"iteration", "{users: 2, iterations: 10}", 10, 10},
		{"{iterations: 3}", "{users: 1, iterations: 9}", 3, 9},
		{"{iterations: 2}", "{users: 2, iterations: {per_user: 6}}", 6, 12},
		{"run", "{users: 2, iterations: 10}", 2, 10},
	} {
		t.Run(tt.life+" "+tt.load, func(t *testing.T) {
			t.Parallel()
			d, site := keepDiary(t)
			y := complete(t, engine.New(engine.Config{}), job(t, lifePlan(site.URL, tt.life, tt.load), 0, 1), nil)
			in, out, visits := d.count("/in"), d.count("/out"), d.count("/t")
			if in != out || in != tt.users || visits != tt.visits {
				t.Errorf("%d logins, %d logouts, %d visits; want %d users and %d visits", in, out, visits, tt.users, tt.visits)
			}
			seen := map[string]bool{}
			for _, line := range d.read() {
				if strings.HasPrefix(line, "/in") && seen[line] {
					t.Errorf("the user of %s lived twice", line)
				}
				seen[line] = true
			}
			if int(y.loads.Left) != in || y.loads.Users != 0 || y.counters.Sent() != site.Log.Seen() {
				t.Errorf("%+v, sent %d, seen %d", y.loads, y.counters.Sent(), site.Log.Seen())
			}
			if i := slices.IndexFunc(d.read(), func(l string) bool { return strings.Contains(l, "i=1&") && !strings.HasSuffix(l, "mine=fresh1") }); i >= 0 {
				t.Errorf("a new user has variables of the one before: %s", d.read()[i])
			}
		})
	}
}

// With a life of a time, each slot has had as many users as lives fit into the load.
func TestUsersAreReplacedInTime(t *testing.T) {
	t.Parallel()
	for _, profile := range []string{
		"{users: 3, duration: 2s}",
		"{model: arrivals, stages: [{jump: 150, duration: 2s}], max_users: 3}",
	} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			d, site := keepDiary(t)
			begin := time.Now()
			y := complete(t, engine.New(engine.Config{}), job(t, lifePlan(site.URL, "400ms", profile), 0, 1), nil)
			most := 3 * (2 + int(time.Since(begin)/(400*time.Millisecond)))
			in, out := d.count("/in"), d.count("/out")
			if in != out || in < 6 || in > most {
				t.Errorf("%d logins and %d logouts of 3 users that live 400 ms, in 2 s", in, out)
			}
			if y.reason != "completed" || y.counters.Sent() != site.Log.Seen() || y.loads.Users != 0 || int(y.loads.Left) != in {
				t.Errorf("ended with %q, %+v, sent %d, seen %d", y.reason, y.loads, y.counters.Sent(), site.Log.Seen())
			}
		})
	}
}

// scenarioJob is all scenarios of a plan on one worker.
func scenarioJob(t *testing.T, yaml string, i, n int) load.Job {
	t.Helper()
	text := canonical(t, yaml)
	p, _ := plan.Decode("test.yaml", text)
	j := load.Job{Run: "r1", Epoch: 1, Plan: text, Index: i, Of: n, Seed: 7, Worker: fmt.Sprintf("w-%d", i)}
	for _, s := range p.Scenarios {
		j.Shares = append(j.Shares, load.Share{Scenario: s.Name, StartAt: s.StartAt, Profile: s.Load.Share(i, n), Weights: s.Transactions})
	}
	return j
}

func TestScenariosSideBySide(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
data: {rows: {file: data/rows.csv, pick: unique, per: iteration, at_end: stop}}
transactions:
  - {name: browse, think: 10ms, steps: [{request: {url: "/browse?u={{$user}}"}}]}
  - {name: buy, steps: [{request: {url: "/buy?u={{$user}}&name={{rows.name}}"}}]}
  - {name: never, steps: [{request: {url: /never}}]}
  - {name: off, enabled: false, steps: [{request: {url: /never}}]}
scenarios:
  - {name: base, transactions: {browse: 1, off: 5}, load: {users: 3, duration: 1s}}
  - {name: spike, start_at: 400ms, transactions: [buy], load: {model: arrivals, stages: [{jump: 50, duration: 400ms}], max_users: 10}}
  - {name: more, transactions: {buy: 1}, load: {users: 1, iterations: 15}}
`, site.URL)
	j := scenarioJob(t, yaml, 0, 1)
	keep(t, &j, map[string]string{"data/rows.csv": table(500)})
	y := complete(t, engine.New(engine.Config{}), j, nil)
	counts := map[string]int64{}
	for key, d := range y.rows {
		if key.Kind == load.TransactionRow {
			counts[key.Scenario+" "+key.Transaction] = d.Requests
		}
	}
	if counts["spike buy"] != 20 || counts["more buy"] != 15 || counts["base browse"] < 30 || len(counts) != 3 {
		t.Errorf("rows %v", counts)
	}
	names := d.names()
	bought := slices.DeleteFunc(names, func(n string) bool { return n == "" })
	if len(bought) != 35 || len(slices.Compact(slices.Sorted(slices.Values(bought)))) != 35 {
		t.Errorf("%d rows, some twice: %v", len(bought), bought)
	}
	if y.reason != "completed" || y.counters.Sent() != site.Log.Seen() || d.count("/never") != 0 {
		t.Errorf("ended with %q, sent %d, seen %d", y.reason, y.counters.Sent(), site.Log.Seen())
	}
	users := map[string]map[string]bool{} // by path
	for _, line := range d.read() {
		path, u, _ := strings.Cut(line, "?u=")
		u, _, _ = strings.Cut(u, "&")
		if users[path] == nil {
			users[path] = map[string]bool{}
		}
		users[path][u] = true
	}
	for u := range users["/browse"] {
		if users["/buy"][u] {
			t.Errorf("user %s is in two scenarios", u)
		}
	}
}

// Intervals end at marks, and nothing before a mark is counted after it.
func TestIntervalsEndAtMarks(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", transactions: [{name: t, steps: [{request: {url: /a}}]}],
  load: {model: arrivals, stages: [{jump: 100, duration: 1500ms}], max_users: 20}}`, site.URL)
	j := job(t, yaml, 0, 1)
	j.Marks = []time.Duration{250 * time.Millisecond, 700 * time.Millisecond, time.Second, 1100 * time.Millisecond}
	var edges []time.Duration
	var upTo700 int64
	watch := func(r load.Report) {
		for _, iv := range r.Intervals {
			edges = append(edges, iv.To)
			for _, l := range iv.Loads {
				if iv.To <= 700*time.Millisecond {
					upTo700 += l.Started
				}
			}
		}
	}
	completeWatching(t, engine.New(engine.Config{}), j, watch)
	for _, m := range j.Marks {
		if !slices.Contains(edges, m) {
			t.Errorf("no interval ends at %v: %v", m, edges)
		}
	}
	if upTo700 < 66 || upTo700 > 74 {
		t.Errorf("%d transactions began in the first 700 ms, want 70", upTo700)
	}
}
