package engine_test

import (
	"context"
	"fmt"
	"maps"
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

// scripted is a plan of one user with scripts: of the plan, and a transaction as YAML.
func scripted(url string, n int, script, transaction string) string {
	return fmt.Sprintf(`
version: 1
base_url: "%s"
variables: {size: 20}
blocks:
  ping: [{name: ping, request: {url: /ping}}]
  broken: [{name: broken, request: {url: /fail}}]
script: |
%s
transactions:
  - name: t
%s
load: {users: 1, iterations: %d}
run: {lua_timeout: 1s}
`, url, indent(script, 2), indent(transaction, 4), n)
}

func indent(text string, by int) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.Repeat(" ", by) + strings.ReplaceAll(lines[i], "\t", "  ")
	}
	return strings.Join(lines, "\n")
}

func TestScripts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, script, transaction string
		want                      []string // what the target sees
		errors                    []string // class and rule of each group of errors
	}{
		{"before goes from outer to inner, after back", `
function before(req) req.path = req.path .. "p" end
function after(res) user_log("p") end
function user_log(x) http.get("/after-" .. x) end`, `
script: |
	function before(req) req.path = req.path .. "t" end
	function after(res) user_log("t") end
steps:
	- request: {url: /a}
	  script: |
	    function before(req) req.path = req.path .. "s" end
	    function after(res) user_log("s") end`,
			// A request of a hook passes through those that do not run: in after of the step
			// through those of transaction and plan, in theirs through the other one.
			[]string{"/apts", "/after-spt", "/after-tpt", "/after-ppt", "/after-ppt", "/after-tpt", "/after-tpt", "/after-ppt", "/after-ppt", "/after-tpt"}, nil},
		{"a step that is skipped", `x = 1`, `
steps:
	- request: {url: /a}
	  script: |
	    function before(req) req:skip("not today") end
	- request: {url: /b}`, []string{"/b"}, nil},
		{"a transaction in Lua", `function helper(n) return "/n" .. n end`, `
script: |
	function transaction(user)
	  for i = 1, 3 do
	    local res = http.get(helper(i))
	    check("n is " .. i, res:json("$.n") == i)
	  end
	  http.post{url = "/form", form = {a = "1 2"}, name = "form", headers = {["X-A"] = "b"}}
	end`, []string{"/n1", "/n2", "/n3", "/form"}, nil},
		{"begin and finish around the steps", `x = 1`, `
script: |
	function begin(user) http.get("/begin") user.vars.at = "v" .. user.iteration end
	function finish(user, ok) http.get("/finish?ok=" .. tostring(ok)) end
steps:
	- request: {url: "/a?at={{at}}"}
	- request: {url: /fail}
	- request: {url: /never}`, []string{"/begin", "/a?at=v1", "/fail", "/finish?ok=false"}, []string{"status 500"}},
		{"setup, and users", `
function setup(vars)
  http.get("/setup")
  vars.token, vars.list, vars.n = "abc", {1, {k = "v"}}, 7
end
function teardown(vars) http.get("/teardown?" .. vars.token) end
function user_start(user) http.get("/start?" .. user.vars.token .. user.vars.list[2].k .. vars.n + 1) end
function user_stop(user) http.get("/stop") end`, `
steps: [{request: {url: "/a?{{token}}"}}]`, []string{"/setup", "/start?abcv8", "/a?abc", "/stop", "/teardown?abc"}, nil},
		{"a block", `x = 1`, `
script: |
	function transaction(user)
	  use "ping"
	  use "ping"
	end`, []string{"/ping", "/ping"}, nil},
		{"a check that does not hold", `x = 1`, `
steps:
	- request: {url: /a}
	  script: |
	    function after(res) check("is seven", res:json("$.n") == 7) end
	- request: {url: /never}`, []string{"/a"}, []string{"check is seven"}},
		{"a check of a transaction", `x = 1`, `
script: |
	function transaction(user)
	  check("one is two", 1 == 2)
	  http.get("/a")
	  fail("enough")
	  http.get("/never")
	end`, []string{"/a"}, []string{"check one is two"}},
		{"fail", `x = 1`, `
script: |
	function transaction(user)
	  http.get("/a")
	  fail("enough")
	  http.get("/never")
	end`, []string{"/a"}, []string{"check enough"}},
		{"an error before", `x = 1`, `
on_failure: continue
steps:
	- request: {url: /never}
	  script: |
	    function before(req) local x = nil; return x.y end
	- request: {url: /b}`, []string{"/b"}, []string{"lua_error transactions[0].steps[0].script:1"}},
		{"an error after", `x = 1`, `
on_failure: continue
steps:
	- request: {url: /a}
	  script: |
	    function after(res)
	      error("no good")
	    end
	- request: {url: /b}`, []string{"/a", "/b"}, []string{"lua_error transactions[0].steps[0].script:2"}},
		{"no end", `x = 1`, `
script: |
	function transaction(user) while true do pcall(function() while true do end end) end end`, nil, []string{"lua_timeout transactions[0].script:1"}},
		{"hooks that call each other without end", `function before(req) http.get("/deep") end`, `
script: |
	function before(req) http.get("/deeper") end
steps: [{request: {url: /a}}]`, []string{"/deeper", "/deep", "/deep", "/deeper", "/a"}, nil},
		{"a status that was asked for", `x = 1`, `
script: |
	function transaction(user)
	  local res = http.get{url = "/fail", status = {500}}
	  check("ok", res.ok and res.status == 500)
	  res = http.get{url = "/fail", status = 500}
	  res:check("marks it", false)
	end`, []string{"/fail", "/fail"}, []string{"check marks it"}},
		{"a status that was not asked for", `x = 1`, `
script: |
	function transaction(user)
	  local res = http.get("/fail")
	  check("known", not res.ok and res.error.class == "status")
	end`, []string{"/fail"}, []string{"status 500"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, site := keepDiary(t)
			y := complete(t, engine.New(engine.Config{}), job(t, scripted(site.URL, 1, tt.script, tt.transaction), 0, 1), nil)
			if got := d.read(); !slices.Equal(got, tt.want) {
				t.Errorf("the target saw\n%q, want\n%q", got, tt.want)
			}
			if errors := slices.Sorted(maps.Keys(y.errors)); !slices.Equal(errors, tt.errors) {
				t.Errorf("errors %q, want %q: %+v", errors, tt.errors, y.errors)
			}
			if y.counters.Sent() != site.Log.Seen() {
				t.Errorf("sent %d, seen %d", y.counters.Sent(), site.Log.Seen())
			}
			y.equation(t)
		})
	}
}

func TestSendOnceShowsScripts(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	text := scripted(site.URL, 1, `
function setup(vars) vars.made = "in setup" end
function before(req, user)
  req.headers["X-Plan"] = "1"
  assert(vars.made == "in setup" and user.vars.made == "in setup" and vars.size == 20)
end`, `
steps:
	- name: first
	  request: {url: /a}
	  script: |
	    function before(req)
	      log.info("before", req.path)
	      http.get{url = "/token", name = "token"}
	      req.name = "renamed"
	    end
	    function after(res, user)
	      check("n", res:json("$.n") == 2, "it is " .. res:json("$.n"))
	      user.vars.total = 12.5
	      metric("cart_size", 3)
	    end
	- name: skipped
	  request: {url: /b}
	  script: 'function before(req) req:skip("why not") end'
	- name: bad
	  request: {url: /c}
	  script: 'function after(res) local function inner() error("oh") end inner() end'`)
	x, err := engine.New(engine.Config{}).SendOnce(context.Background(), load.SendRequest{Plan: canonical(t, text)})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range x.Steps {
		names = append(names, s.Step)
	}
	if want := []string{"renamed", "token", "skipped", "bad"}; !slices.Equal(names, want) {
		t.Fatalf("steps %q, want %q", names, want)
	}
	first, token, skipped, bad := x.Steps[0], x.Steps[1], x.Steps[2], x.Steps[3]
	if n := len(first.Checks); n == 0 || first.Checks[n-1].Rule != "n" || !first.Checks[n-1].OK {
		t.Errorf("checks of the first step %+v", first.Checks)
	}
	if token.By != "transactions[0].steps[0].script:3" || len(token.Attempts) != 1 || token.Attempts[0].Status != 200 {
		t.Errorf("the request of the script %+v", token)
	}
	if skipped.Skipped != "why not" || len(skipped.Attempts) != 0 {
		t.Errorf("skipped %+v", skipped)
	}
	if bad.OK || bad.Class != load.ClassLuaError || bad.Place != "transactions[0].steps[2].script:1" || bad.Message != "oh" ||
		strings.Count(bad.Stack, "transactions[0].steps[2].script:1") != 2 {
		t.Errorf("the step with an error %+v", bad)
	}
	if x.OK || len(x.Log) != 3 || x.Log[0].Message != "before /a" || x.Log[0].Place != "transactions[0].steps[0].script:2" || x.Log[1].Level != "metric" ||
		x.Log[2].Level != "error" || x.Log[2].Message != bad.Message || x.Log[2].Place != bad.Place {
		t.Errorf("ok %v, log %+v", x.OK, x.Log)
	}
}

// What a pause of a script is counted as.
func TestPausesOfScripts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		least      time.Duration
		most       time.Duration
	}{
		{"sleep counts", `http.get("/a") sleep("200ms")`, 200 * time.Millisecond, time.Minute},
		{"think does not", `think("100ms") http.get("/a") think("100ms") http.get("/b") think("100ms")`, 0, 95 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, site := keepDiary(t)
			y := complete(t, engine.New(engine.Config{}), job(t, scripted(site.URL, 8, "x = 1", "script: |\n\tfunction transaction(user) "+tt.body+" end"), 0, 1), nil)
			h := y.ok[load.RowKey{Kind: load.TransactionRow, Transaction: "t"}]
			// The shortest of several: a busy machine makes some of them long, not all.
			if got := time.Duration(h.Min) * time.Microsecond; got < tt.least || got > tt.most || h.Count != 8 {
				t.Errorf("the transaction took %v (%d of them), want %v to %v", got, h.Count, tt.least, tt.most)
			}
		})
	}
}

// What users have in globals is theirs.
// Not beside others: it takes all processors, and some of those watch the clock.
func TestGlobalsBelongToOneUser(t *testing.T) {
	_, site := keepDiary(t)
	text := strings.Replace(scripted(site.URL, 0, `
shared = {}
function user_start(user) mine = user.id; shared[1] = user.id; string.mine = user.id end
function before(req, user)
  seen = (seen or 0) + 1
  check("mine", mine == user.id and shared[1] == user.id and string.mine == user.id)
  check("seen", seen == user.iteration, seen .. " of " .. user.iteration)
end`, `steps: [{request: {url: /a}}]`), "load: {users: 1, iterations: 0}", "load: {users: 1000, spawn_rate: 5000, iterations: 4000}", 1)
	y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
	if len(y.errors) > 0 || site.Log.Seen() != 4000 {
		t.Errorf("errors %+v; the target saw %d requests, want 4000", y.errors, site.Log.Seen())
	}
}

// A user whose hook had to be ended has new globals.
func TestATimeoutGivesANewState(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	y := complete(t, engine.New(engine.Config{}), job(t, scripted(site.URL, 3, `x = 1`, `
script: |
	function transaction(user)
	  n = (n or 0) + 1
	  http.get("/n" .. n .. "-" .. user.iteration)
	  if n == 2 then while true do end end
	end`), 0, 1), nil)
	if got, want := d.read(), []string{"/n1-1", "/n2-2", "/n1-3"}; !slices.Equal(got, want) {
		t.Errorf("the target saw %q, want %q", got, want)
	}
	if len(y.errors) != 1 || y.errors["lua_timeout transactions[0].script:4"] != 1 {
		t.Errorf("errors %+v", y.errors)
	}
}

func TestScriptsReadRows(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	text := strings.Replace(scripted(site.URL, 2, `x = 1`, `
script: |
	function transaction(user)
	  http.get("/" .. user.data.accounts.name .. user.data.accounts.password)
	  check("no such", not pcall(function() return user.data.accounts.nam end))
	end`), "variables:", "data: {accounts: {file: accounts.csv, pick: unique, per: iteration}}\nvariables:", 1)
	j := job(t, text, 0, 1)
	keep(t, &j, map[string]string{"accounts.csv": "name,password\nann,x\nbob,y\n"})
	y := complete(t, engine.New(engine.Config{}), j, nil)
	if got, want := d.read(), []string{"/annx", "/boby"}; !slices.Equal(got, want) || len(y.errors) > 0 {
		t.Errorf("the target saw %q, want %q; errors %+v", got, want, y.errors)
	}
}

// The end of a run cuts off what scripts wait for; that is nobody's failure.
func TestScriptsAreCutOff(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"sleep":          `http.get("/a") sleep("1m")`,
		"sleep in pcall": `http.get("/a") while true do pcall(sleep, "1m") end`,
		"a request":      `http.get("/a") http.get("/hang")`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun := make(chan struct{})
			var once sync.Once
			done := make(chan struct{})
			site := testsite.Run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/hang" {
					<-done
				}
				once.Do(func() { close(begun) })
			}), testsite.Options{})
			defer close(done)
			text := scripted(site.URL, 5, "x = 1", "script: |\n\tfunction transaction(user) "+body+" end")
			y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), func(s load.Session) {
				<-begun
				s.Stop(true)
			})
			transaction := y.rows[load.RowKey{Kind: load.TransactionRow, Transaction: "t"}]
			if transaction.Interrupted != 1 || transaction.Requests != 0 || len(y.errors) > 0 {
				t.Errorf("transaction %+v, errors %+v", transaction, y.errors)
			}
		})
	}
}

// Numbers of users are unique over the fleet, also as scripts see them.
// Not beside others: it takes all processors, and some of those watch the clock.
func TestScriptsSeeFleetWideUsers(t *testing.T) {
	d, site := keepDiary(t)
	var workers sync.WaitGroup
	for i := range 3 {
		text := strings.Replace(scripted(site.URL, 0, `function user_start(user) http.get("/user" .. user.id .. "-") end`,
			"steps: [{request: {url: /a}}]"), "load: {users: 1, iterations: 0}", "load: {users: 30, iterations: {per_user: 2}}", 1)
		j := job(t, text, i, 3)
		workers.Go(func() { complete(t, engine.New(engine.Config{}), j, nil) })
	}
	workers.Wait()
	seen := map[string]int{}
	for _, line := range d.read() {
		if strings.HasPrefix(line, "/user") {
			seen[line]++
		}
	}
	for id := 1; id <= 30; id++ {
		if n := seen[fmt.Sprintf("/user%d-", id)]; n != 1 {
			t.Errorf("user %d began %d times", id, n)
		}
	}
	if len(seen) != 30 {
		t.Errorf("%d users: %v", len(seen), seen)
	}
}

func TestMetricsOfScripts(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	trend := load.Trend{}
	y := newTally()
	text := scripted(site.URL, 10, "x = 1", "script: |\n\tfunction transaction(user) metric(\"cart size\", user.iteration) http.get(\"/a\") end")
	completeWatching(t, engine.New(engine.Config{}), job(t, text, 0, 1), func(r load.Report) {
		y.add(r)
		for i := range r.Intervals {
			for j := range r.Intervals[i].Metrics {
				trend.Add(&r.Intervals[i].Metrics[j])
			}
		}
	})
	if trend.Count != 10 || trend.Sum != 55 || trend.Min != 1 || trend.Max != 10 {
		t.Errorf("trend %+v, errors %v", trend, y.errors)
	}
}

func TestScriptsSeeTheRun(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	text := strings.Replace(scripted(site.URL, 1, `x = 1`, `
script: |
	function transaction(user)
	  check("id", run.id == "r1", run.id)
	  check("environment", run.environment == "staging", run.environment)
	  check("stage", run.stage == "first", run.stage)
	  check("elapsed", run.elapsed >= 0 and run.elapsed < 600, tostring(run.elapsed))
	  check("worker", user.worker == "w1", user.worker)
	  check("user", user.id == 1 and user.iteration == 1)
	  run.stop("seen enough")
	end`), "load: {users: 1, iterations: 1}", "load: {stages: [{name: first, jump: 1, duration: 1m}]}", 1)
	j := job(t, text, 0, 1)
	j.Run, j.Worker, j.Environment = "r1", "w1", "staging"
	y := complete(t, engine.New(engine.Config{}), j, nil)
	if len(y.errors) > 0 || y.abort != "a script stopped the run: seen enough" {
		t.Errorf("errors %v, abort %q", y.errors, y.abort)
	}
	if y.aborted.Code != load.WhyScriptStopped || y.aborted.Params["said"] != "seen enough" {
		t.Errorf("it ended because of %+v", y.aborted)
	}
}
