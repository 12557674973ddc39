package engine_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
)

// What becomes of a user, and of what is counted, when scripts or what they ask for fail.
func TestFailuresOfScripts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, script, transaction string
		want                      []string // what the target sees
		errors                    []string
	}{
		{"no response: nothing of the one before is seen", `x = 1`, `
steps:
	- request: {url: /a}
	  script: 'function after(res) assert(res:json("$.n") == 1) end'
	- request: {url: "http://127.0.0.1:1/refused"}
	  script: |
	    function after(res)
	      assert(res.status == 0 and not res.ok and res.error.class ~= "", "status")
	      assert(res:json("$.n") == nil and res:match("(n)") == nil and res.body == "" and res.size == 0, "body")
	      assert(res.headers["Content-Type"] == nil and #res.headers:all("X") == 0 and res.cookies.c == nil and res.reason == "", "head")
	      assert(res.request.path == "/refused", "request")
	      http.get("/told")
	    end`, []string{"/a", "/told"}, []string{"conn_refused "}},
		{"an http call that is skipped has no response", `function before(req) if req.path == "/skip" then req:skip("why") end end`, `
script: |
	function transaction(user)
	  local res = http.get("/skip")
	  assert(res.status == 0 and not res.ok and res.error == nil)
	  assert(res:json("$.n") == nil and res:xpath("//a") == nil and res:css("a") == nil and res:match("n") == nil)
	  local ok, why = pcall(function() return res.request.url end)
	  check("says why", not ok and tostring(why):find("not sent"), why)
	  http.get("/b")
	end`, []string{"/b"}, nil},
		{"an http call that a hook keeps from being sent", `function before(req) if req.path == "/bad" then error("no") end end`, `
script: |
	function begin(user)
	  local res = http.get("/bad")
	  assert(res.status == 0 and not res.ok and res.error.class == "lua_error" and res:json("$.n") == nil)
	end
steps: [{request: {url: /a}}]`, []string{"/a"}, []string{"lua_error script:1"}},
		{"a request of after is not the response of the after around", `
function after(res) if res.request.path == "/a" then check("ok", res.ok and res.error == nil, res.status) end end`, `
steps:
	- request: {url: /a}
	  script: |
	    function after(res)
	      http.get("/fail")
	      check("still", res.ok and res.status == 200)
	    end`, []string{"/a", "/fail"}, []string{"status 500"}},
		{"a block that stops the user, in a transaction", `x = 1`, `
script: 'function transaction(user) use "leaves" end'`, []string{"/fail"}, []string{"check a step of the block leaves failed", "status 500"}},
		{"a block that stops the user, in before", `x = 1`, `
on_failure: continue
steps:
	- request: {url: /never}
	  script: 'function before(req) use "leaves" end'
	- request: {url: /never}`, []string{"/fail"}, []string{"check a step of the block leaves failed", "status 500"}},
		{"a block that stops the user, in after", `x = 1`, `
on_failure: continue
steps:
	- request: {url: /a}
	  script: 'function after(res) use "leaves" end'
	- request: {url: /never}`, []string{"/a", "/fail"}, []string{"check a step of the block leaves failed", "status 500"}},
		{"a block that stops the user, and the script goes on", `x = 1`, `
script: 'function transaction(user) pcall(use, "leaves") http.get("/never") end'`, []string{"/fail"}, []string{"check a step of the block leaves failed", "status 500"}},
		{"a block whose failure is let pass", `x = 1`, `
script: 'function transaction(user) use "passes" http.get("/b") user:retire() end'`, []string{"/fail", "/b"}, []string{"status 500"}},
		{"a request of before that stops the user", `x = 1`, `
on_failure: stop_user
steps:
	- request: {url: /never}
	  script: 'function before(req) http.get("/fail") end'`, []string{"/fail"}, []string{"status 500"}},
		{"a request that stops the user, and one that passes after it", `x = 1`, `
on_failure: stop_user
script: 'function transaction(user) http.get("/fail") use "passes" http.get("/b") end'`, []string{"/fail", "/fail", "/b"}, []string{"status 500"}},
		{"skipped, and an error", `x = 1`, `
on_failure: stop_user
steps:
	- request: {url: /never}
	  script: 'function before(req) req:skip("no") error("broken") end'`, nil, []string{"lua_error transactions[0].steps[0].script:1"}},
		{"skipped, and a check that does not hold", `x = 1`, `
on_failure: stop_user
steps:
	- request: {url: /never}
	  script: 'function before(req) check("has a token", false) req:skip("no") end'`, nil, []string{"check has a token"}},
		{"begin fails", `x = 1`, `
on_failure: stop_user
script: |
	function begin(user) error("no") end
	function finish(user, ok) http.get("/finish?" .. tostring(ok)) end
steps: [{request: {url: /never}}]`, []string{"/finish?false"}, []string{"lua_error transactions[0].script:1"}},
		{"finish fails", `x = 1`, `
on_failure: stop_user
script: 'function finish(user, ok) error("no") end'
steps: [{request: {url: /a}}]`, []string{"/a"}, []string{"lua_error transactions[0].script:1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, site := keepDiary(t)
			n := 1
			if strings.Contains(tt.transaction, "leaves") || strings.Contains(tt.transaction, "stop_user") || strings.Contains(tt.transaction, "retire") {
				n = 3 // the user stops in the first
			}
			text := strings.Replace(scripted(site.URL, n, tt.script, tt.transaction), "blocks:", `blocks:
  leaves: [{name: leaves, request: {url: /fail}, on_failure: stop_user}]
  passes: [{name: passes, request: {url: /fail}, on_failure: continue}]`, 1)
			y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
			if got := d.read(); !slices.Equal(got, tt.want) {
				t.Errorf("the target saw\n%q, want\n%q", got, tt.want)
			}
			if errors := slices.Sorted(maps.Keys(y.errors)); !slices.Equal(errors, tt.errors) {
				t.Errorf("errors %q, want %q: %+v", errors, tt.errors, y.errors)
			}
			if y.counters.Sent() != site.Log.Seen() {
				t.Errorf("sent %d, seen %d", y.counters.Sent(), site.Log.Seen())
			}
			if skipped := int64(strings.Count(tt.name, "is skipped")); y.counters.Skipped != skipped {
				t.Errorf("%d skipped, want %d", y.counters.Skipped, skipped)
			}
			y.equation(t)
		})
	}
}

// A request whose hook is cut off after it was answered is counted like any other.
func TestRequestsAreCountedWhoseHooksAreCutOff(t *testing.T) {
	t.Parallel()
	for name, transaction := range map[string]string{
		"of a script": `script: 'function transaction(user) http.get("/a") end'`,
		"a step":      `steps: [{request: {url: /a}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := testsite.Run(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), testsite.Options{})
			logged := make(chan struct{})
			text := scripted(site.URL, 5, `function after(res) log.info("here") sleep("1h") end`, transaction)
			j := job(t, text, 0, 1)
			s, err := engine.New(engine.Config{}).Prepare(context.Background(), j)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			y := newTally()
			begin(t, s)
			for r := range s.Reports() {
				y.add(r)
				if len(r.Logs) > 0 && logged != nil {
					close(logged)
					logged = nil
					s.Stop(true)
				}
				if r.Ended && !r.Final {
					_ = s.Finish(context.Background())
				}
				s.Ack(r.Seq)
			}
			if y.counters.Sent() != 1 || site.Log.Seen() != 1 {
				t.Errorf("sent %d, seen %d", y.counters.Sent(), site.Log.Seen())
			}
			y.equation(t)
		})
	}
}

// begin lets a session go.
func begin(t *testing.T, s load.Session) {
	t.Helper()
	if err := s.Go(context.Background(), time.Now(), load.Vars{}); err != nil {
		t.Fatal(err)
	}
}

// No secret is in anything that a script names or says.
func TestScriptsDoNotTellSecrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter2-hunter2"
	_, site := keepDiary(t)
	text := scripted(site.URL, 1, `x = 1`, `
on_failure: continue
steps:
	- request: {url: /a}
	  script: |
	    function before(req) req.name = "named " .. secret.KEY end
	    function after(res) check("holds " .. secret.KEY, false, secret.KEY) end
	- request: {url: /a}
	  script: 'function before(req) req:skip("skipped " .. secret.KEY) end'
	- request: {url: /a}
	  script: |
	    function after(res)
	      http.get("/" .. secret.KEY)
	      http.get{url = "/x", name = secret.KEY}
	      http.get{url = "/x", name = ("x"):rep(190) .. secret.KEY}
	      fail("failed " .. secret.KEY)
	    end
	- request: {url: /a}
	  script: 'function after(res) check(("x"):rep(190) .. secret.KEY, false) end'
	- request: {url: /a}
	  script: 'function after(res) error("broken " .. secret.KEY) end'`)
	j := job(t, text, 0, 1)
	j.Secrets = map[string]string{"KEY": secret}
	completeWatching(t, engine.New(engine.Config{}), j, func(r load.Report) {
		if said := fmt.Sprintf("%+v", r); strings.Contains(said, "hunter2") {
			t.Errorf("a report has the secret: %s", said)
		}
		for _, e := range r.Errors {
			if said := fmt.Sprintf("%+v", e.Samples); strings.Contains(said, "hunter2") {
				t.Errorf("a sample has the secret: %s", said)
			}
		}
	})
	x, err := engine.New(engine.Config{}).SendOnce(context.Background(), load.SendRequest{Plan: canonical(t, text), Secrets: j.Secrets})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range x.Steps {
		s.Attempts = nil // whoever sends once sees what was sent
		if said := fmt.Sprintf("%+v", s); strings.Contains(said, "hunter2") {
			t.Errorf("a step has the secret: %s", said)
		}
	}
	if said := fmt.Sprintf("%+v %+v %+v", x.Log, x.Vars, x.Before); strings.Contains(said, "hunter2") {
		t.Errorf("the exchange has the secret: %s", said)
	}
}

// Who sends a request elsewhere sends the cookies of that place, and no others.
func TestCookiesFollowTheURL(t *testing.T) {
	t.Parallel()
	var seen []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, "other "+r.URL.Path+" "+r.Header.Get("Cookie"))
		http.SetCookie(w, &http.Cookie{Name: "of", Value: "other"})
	}))
	defer other.Close()
	elsewhere := strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
	site := testsite.Run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, "site "+r.URL.Path+" "+r.Header.Get("Cookie"))
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "site"})
	}), testsite.Options{})
	text := scripted(site.URL, 1, "x = 1", fmt.Sprintf(`
steps:
	- request: {url: /1}
	- request: {url: "%[1]s/2"}
	- request: {url: /3}
	  script: 'function before(req) req.url = "%[1]s/3" end'
	- request: {url: /4}
	  script: 'function before(req) req.cookies.own = "mine" req.url = "%[1]s/4" end'
	- request: {url: /5}`, elsewhere))
	y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
	want := []string{"site /1 ", "other /2 ", "other /3 of=other", "other /4 own=mine; of=other", "site /5 session=site"}
	if !slices.Equal(seen, want) || len(y.errors) > 0 {
		t.Errorf("saw\n%q, want\n%q; errors %v", seen, want, y.errors)
	}
}

// A source that scripts only talk about deals no rows.
func TestRowsAreNotTakenForWords(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	text := strings.Replace(scripted(site.URL, 3, `
-- users of data are not at hand here: user.data.users
--[[ nor here: user.data.users
]]
x = 1`, `
script: |
	function transaction(user) http.get("/a") end -- data users`), "variables:", "data: {users: {file: users.csv, pick: unique, per: iteration, at_end: stop}}\nvariables:", 1)
	j := job(t, text, 0, 1)
	keep(t, &j, map[string]string{"users.csv": "name\nann\n"})
	y := complete(t, engine.New(engine.Config{}), j, nil)
	if got := d.read(); len(got) != 3 || y.reason == load.ReasonDataExhausted {
		t.Errorf("the target saw %q, reason %q", got, y.reason)
	}
}

// Send once shows the variables that only scripts know.
func TestSendOnceShowsVariablesOfScripts(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	text := scripted(site.URL, 1, "x = 1", `
steps:
	- request: {url: /a}
	  script: 'function after(res, user) user.vars["made here"] = 7 end'
	- request: {url: /b}`)
	x, err := engine.New(engine.Config{}).SendOnce(context.Background(), load.SendRequest{Plan: canonical(t, text)})
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Vars["made here"]; got != (load.Value{Kind: load.Number, Text: "7"}) {
		t.Errorf("at the end %+v", x.Vars)
	}
	if got := x.Steps[0].Changed["made here"]; got != (load.Value{Kind: load.Number, Text: "7"}) || len(x.Steps[1].Changed) > 0 {
		t.Errorf("changed %+v, then %+v", x.Steps[0].Changed, x.Steps[1].Changed)
	}
}

// Bodies are decoded only when they are asked for, and one that was not kept is no shorter one.
func TestBodiesAsScriptsAskForThem(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/broken" {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte("this is not gzip"))
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write([]byte(`{"n": 1}`))
		_ = z.Close()
	}), testsite.Options{})
	text := scripted(site.URL, 1, "x = 1", `
steps:
	- request: {url: /broken}
	  script: 'function after(res) check("ok", res.ok and res.status == 200) end'
	- request: {url: /ok}
	  script: |
	    function after(res)
	      check("n", res:json("$.n") == 1)
	      local sent = ("x"):rep(100000)
	      local own = http.post{url = "/own", text = sent}
	      local ok, body = pcall(function() return own.request.body end)
	      check("whole or none", not ok or body == sent, #tostring(body))
	    end`)
	if y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil); len(y.errors) > 0 {
		t.Errorf("errors %v", y.errors)
	}
}

// A method is a word: nothing else of a request is in it.
func TestMethodsOfScripts(t *testing.T) {
	t.Parallel()
	log, site := keepDiary(t)
	text := scripted(site.URL, 1, "x = 1", `
script: |
	function transaction(user)
	  for _, method in ipairs{"GE T", "GET / HTTP/1.1\r\nX: y\r\n\r\nGET", "CONNECT"} do
	    local ok, why = pcall(http.request, {method = method, url = "/a"})
	    check("as it should be", not ok and why:lower():find("method", 1, true), why)
	  end
	  check("as it should be", http.request{method = "report", url = "/b"}.request.method == "REPORT")
	end`)
	y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
	for e := range y.errors {
		if strings.Contains(e, "as it should be") {
			t.Error(e)
		}
	}
	if got := log.read(); len(got) != 1 || got[0] != "/b" {
		t.Error(got)
	}
}

// A setup that takes too long says where its script was.
func TestLongSetupOfScript(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	s, err := engine.New(engine.Config{}).Prepare(context.Background(), job(t, scripted(site.URL, 1,
		"function setup(vars)\n  while true do pcall(sleep, '1h') end\nend", "steps: [{request: {url: /a}}]"), 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err = s.Setup(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "script:2") {
		t.Error(err)
	}
}

// What of setup and teardown goes wrong in Lua is told with its class and place.
func TestLifecycleErrorsOfScripts(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	for _, tt := range []struct{ script, class, place string }{
		{"x = 1\nfunction setup(vars)\n  local y = vars.none.field\nend", "lua_error", "script:3"},
		{"function setup(vars) while true do end end", "lua_timeout", "script:1"},
		{"function setup(vars)\n fail('no shop') end", "check", "script:2"},
		{"function setup(vars)\n check('shop is open', false) end", "check", "script:2"},
		{"function teardown(vars)\n error('no good') end", "lua_error", "script:2"},
	} {
		s, err := engine.New(engine.Config{}).Prepare(context.Background(), job(t, scripted(site.URL, 1, tt.script, "steps: [{request: {url: /a}}]"), 0, 1))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		_, err = s.Setup(context.Background())
		phase := "setup"
		if strings.Contains(tt.script, "teardown") {
			phase, err = "teardown", s.Teardown(context.Background(), load.Vars{})
		}
		var failed *load.StepError
		if !errors.As(err, &failed) || failed.Phase != phase || string(failed.Class) != tt.class || !strings.HasPrefix(failed.Message, tt.place+": ") {
			t.Errorf("%s: %v", tt.script, err)
		}
	}
}

// Teardown has what setup made, also on a worker where no user was ever let in.
func TestTeardownHasWhatSetupMade(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	text := scripted(site.URL, 1, `
function setup(vars) vars.token = "abc" vars.list = {1, 2} end
function teardown(vars)
  local names = {}
  for name in pairs(vars) do names[#names + 1] = name end
  table.sort(names)
  http.get("/" .. vars.token .. #vars.list .. table.concat(names))
end`, "steps: [{request: {url: /a}}]")
	prepare := func() load.Session {
		s, err := engine.New(engine.Config{}).Prepare(context.Background(), job(t, text, 0, 1))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	vars, err := prepare().Setup(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := prepare().Teardown(context.Background(), vars); err != nil {
		t.Error(err)
	}
	if got, want := d.read(), []string{"/abc2listsizetoken"}; !slices.Equal(got, want) {
		t.Errorf("the target saw %q, want %q", got, want)
	}
}

// The hook of a request that a hook makes ends by time: that hook's user gets new globals,
// and the hook around it goes on.
func TestATimeoutWithinARequestOfAHook(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	text := scripted(site.URL, 2, `
function before(req)
  if req.path == "/slow" then while true do end end
  req.headers["X-A"] = "b"
end`, `
script: |
	function transaction(user)
	  mine = (mine or 0) + 1
	  local res = http.get("/slow")
	  http.get("/after-" .. mine .. "-" .. res.error.class)
	end`)
	y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
	if got, want := d.read(), []string{"/after-1-lua_timeout", "/after-1-lua_timeout"}; !slices.Equal(got, want) {
		t.Errorf("the target saw %q, want %q", got, want)
	}
	if len(y.errors) != 1 || y.errors["lua_timeout script:2"] != 2 {
		t.Errorf("errors %v", y.errors)
	}
	y.equation(t)
}

// A user_start that fails in Lua is repeated by the same user, with the globals it has.
func TestUserStartIsRepeated(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	text := scripted(site.URL, 1, `
function user_start(user)
  tries = (tries or 0) + 1
  http.get("/start" .. tries)
  if tries == 1 then error("not yet") end
end`, "steps: [{request: {url: /a}}]")
	y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
	if got, want := d.read(), []string{"/start1", "/start2", "/a"}; !slices.Equal(got, want) {
		t.Errorf("the target saw %q, want %q", got, want)
	}
	if len(y.errors) != 1 || y.errors["lua_error script:4"] != 1 {
		t.Errorf("errors %v", y.errors)
	}
	y.equation(t)
}

// A life ends with its globals and variables.
func TestALifeEndsWithItsGlobals(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	text := strings.Replace(scripted(site.URL, 3, `x = 1`, `
script: |
	function transaction(user)
	  n = (n or 0) + 1
	  user.vars.kept = (user.vars.kept or 0) + 1
	  http.get("/" .. n .. user.vars.kept .. "-" .. user.id)
	end`), "variables:", "user_life: {iterations: 2}\nvariables:", 1)
	complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
	if got, want := d.read(), []string{"/11-1", "/22-1", "/11-2"}; !slices.Equal(got, want) {
		t.Errorf("the target saw %q, want %q", got, want)
	}
}

// user_stop sends though the load was cut off.
func TestUserStopSendsAfterTheCut(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	begun := make(chan struct{})
	var once sync.Once
	text := scripted(site.URL, 9, `function user_stop(user) sleep("1ms") think("1h") http.get("/stop") end`, `
script: 'function transaction(user) http.get("/a") sleep("1h") end'`)
	site2 := testsite.Run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.ServeHTTP(w, r)
		once.Do(func() { close(begun) })
	}), testsite.Options{})
	text = strings.Replace(text, site.URL, site2.URL, 1)
	y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), func(s load.Session) {
		<-begun
		s.Stop(true)
	})
	if got, want := d.read(), []string{"/a", "/stop"}; !slices.Equal(got, want) || len(y.errors) > 0 {
		t.Errorf("the target saw %q, want %q; errors %v", got, want, y.errors)
	}
	y.equation(t)
}

// Think after the last step of a block is there also where a script uses the block, and is
// no part of the time.
func TestThinkAfterABlock(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	text := strings.Replace(scripted(site.URL, 1, `x = 1`, `
script: |
	function transaction(user)
	  local before = run.elapsed
	  use "thinks"
	  check("waited", run.elapsed - before >= 0.05, run.elapsed - before)
	end`), "blocks:", "blocks:\n  thinks: [{name: thinks, request: {url: /a}, think: 60ms}]", 1)
	if y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil); len(y.errors) > 0 {
		t.Errorf("errors %v", y.errors)
	}
}

// More steps than are shown, made by one script: what is around them stays whole.
func TestSendOnceBoundsStepsOfScripts(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	text := scripted(site.URL, 1, "x = 1", `
steps:
	- name: outer
	  request: {url: /outer}
	  script: |
	    function after(res)
	      for i = 1, 1010 do http.get{url = "/a", name = "a" .. i}:check("in " .. i, true) end
	      check("outer", true)
	    end
	- name: last
	  request: {url: /last}`)
	x, err := engine.New(engine.Config{}).SendOnce(context.Background(), load.SendRequest{Plan: canonical(t, text)})
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Steps) != 1000 || x.Steps[0].Step != "outer" || x.Steps[999].Step != "last" || len(x.Log) != 1 {
		t.Fatalf("%d steps, the first %s, the last %s, log %v", len(x.Steps), x.Steps[0].Step, x.Steps[len(x.Steps)-1].Step, x.Log)
	}
	for i, s := range x.Steps[:999] {
		want := "outer"
		if i > 0 {
			want = fmt.Sprintf("in %d", i)
		}
		last := s.Checks[len(s.Checks)-1]
		if last.Rule != want || last.Place == "" || !s.OK || len(s.Attempts) != 1 {
			t.Fatalf("step %d: %+v", i, s)
		}
	}
}

// The name that a script gives one request is that of no other.
func TestNamesAreOfOneRequest(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	text := scripted(site.URL, 3, "x = 1", `
steps:
	- name: own
	  request: {url: /a}
	  script: 'function before(req, user) if user.iteration == 2 then req.name = "renamed" end end'`)
	y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
	for name, want := range map[string]int64{"own": 2, "renamed": 1} {
		if got := y.rows[load.RowKey{Kind: load.StepRow, Transaction: "t", Step: name}].Requests; got != want {
			t.Errorf("row %s has %d requests, want %d", name, got, want)
		}
	}
}

// Hooks of the lifecycle run after the steps that begin something, and before those that
// end it.
func TestHooksAndStepsOfTheLifecycle(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	text := strings.Replace(scripted(site.URL, 1, `
function setup(vars) http.get("/setup-hook") end
function user_start(user) http.get("/start-hook") end
function user_stop(user) http.get("/stop-hook") end
function teardown(vars) http.get("/teardown-hook") end`, "steps: [{request: {url: /a}}]"), "variables:", `setup: [{name: a, request: {url: /setup}}]
user_start: [{name: b, request: {url: /start}}]
user_stop: [{name: c, request: {url: /stop}}]
teardown: [{name: d, request: {url: /teardown}}]
variables:`, 1)
	y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
	want := []string{"/setup", "/setup-hook", "/start", "/start-hook", "/a", "/stop-hook", "/stop", "/teardown-hook", "/teardown"}
	if got := d.read(); !slices.Equal(got, want) || len(y.errors) > 0 {
		t.Errorf("the target saw %q, want %q; errors %v", got, want, y.errors)
	}
}

// What was played is shown also where the time is up before the end.
func TestSendOnceShowsWhatThereWasTimeFor(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 2)
	site := testsite.Run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hangs" {
			asked <- struct{}{}
			<-r.Context().Done()
		}
	}), testsite.Options{})
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	text := scripted(site.URL, 1, "x = 1", `
script: |
	function transaction(user)
		log.info("begins")
		http.get("/a")
		http.get("/hangs")
		http.get("/never")
	end`)
	x, err := engine.New(engine.Config{}).SendOnce(ctx, load.SendRequest{Plan: canonical(t, text)})
	if err != nil {
		t.Fatal(err)
	}
	<-asked
	if x.OK || len(x.Steps) != 2 || !x.Steps[0].OK || x.Steps[1].OK || x.Steps[1].Message == "" || len(x.Steps[1].Attempts) != 1 || x.Steps[1].Latency < time.Second {
		t.Errorf("steps %+v", x.Steps)
	}
	if len(x.Log) != 2 || x.Log[0].Message != "begins" || x.Log[1].Level != "error" {
		t.Errorf("log %+v", x.Log)
	}
}

// An error of a script is seen also where a check has failed before it.
func TestSendOnceShowsErrorsBehindFailedChecks(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	text := scripted(site.URL, 1, "x = 1", `
script: |
	function transaction(user)
		check("is wrong", false)
		local nothing
		nothing.field = 1
	end`)
	x, err := engine.New(engine.Config{}).SendOnce(context.Background(), load.SendRequest{Plan: canonical(t, text)})
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Log) != 1 || x.Log[0].Level != "error" || x.Log[0].Place == "" || !strings.Contains(x.Log[0].Message, "in function 'transaction'") {
		t.Errorf("log %+v", x.Log)
	}
}

// Of all transactions it can be told which were played, which was cut off, and which were
// not come to, also where they sent nothing.
func TestSendOnceShowsEachTransactionThatWasPlayed(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	text := scripted(site.URL, 1, "x = 1", "steps: [{name: a, request: {url: /a}}]")
	more := `
  - {name: quiet, script: "function transaction(user) x = 2 end"}
  - {name: cut, script: "function transaction(user) sleep('1m') end"}
  - {name: never, steps: [{request: {url: /b}}]}
load:`
	text = strings.Replace(text, "\nload:", more, 1)
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	x, err := engine.New(engine.Config{}).SendOnce(ctx, load.SendRequest{Plan: canonical(t, text), All: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range x.Steps {
		got = append(got, fmt.Sprint(s.Transaction, "/", s.Step, " ", s.OK, " ", s.Message))
	}
	want := []string{"t/a true ", "quiet/quiet true ", "cut/cut false it takes too long, and was ended here"}
	if x.OK || !slices.Equal(got, want) {
		t.Errorf("steps %q, want %q", got, want)
	}
}
