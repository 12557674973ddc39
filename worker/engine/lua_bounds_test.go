package engine_test

import (
	"context"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
)

// Names of rows that scripts make are cut: a report must be able to travel.
func TestNamesOfScriptsAreBounded(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	text := scripted(site.URL, 1, `long = ("n"):rep(1e6)`, `
steps:
	- request: {url: /a}
	  script: |
	    function before(req) req.name = "set " .. long end
	    function after(res)
	      http.get{url = "/b", name = "made " .. long}
	      http.get("/" .. ("p"):rep(5000))
	    end`)
	names := map[string]bool{}
	completeWatching(t, engine.New(engine.Config{}), job(t, text, 0, 1), func(r load.Report) {
		for _, row := range r.Rows {
			if len(row.Step) > load.MaxRowName {
				t.Errorf("a row has a name of %d bytes", len(row.Step))
			}
			first, _, _ := strings.Cut(row.Step, "nnn")
			names[first] = true
		}
	})
	if !names["set "] || !names["made "] {
		t.Errorf("rows %v", names)
	}
}

// What setup makes is refused, with a reason, before it is too much to be sent.
func TestVariablesOfSetupAreBounded(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	const transaction = "steps: [{request: {url: /a}}]"
	for script, fits := range map[string]bool{
		`local s = ("x"):rep(1e6) function setup(vars) for i = 1, 7 do vars["v" .. i] = s end end`: true,
		`local s = ("x"):rep(1e6) function setup(vars) for i = 1, 9 do vars["v" .. i] = s end end`: false,
		`local s = ("x"):rep(1e6) function setup(vars) for i = 1, 9 do vars[i .. s] = 1 end end`:   false,
	} {
		s, err := engine.New(engine.Config{}).Prepare(context.Background(), job(t, scripted(site.URL, 1, script, transaction), 0, 1))
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Setup(context.Background())
		if fits != (err == nil) || err != nil && !strings.Contains(err.Error(), "at most 8 go to every worker") {
			t.Errorf("%s: %v", script, err)
		}
		s.Close()
	}
}

// Send once shows what scripts say as far as it can travel, and tells how much it does not.
func TestSendOnceIsBounded(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	text := scripted(site.URL, 1, `s = ("x"):rep(1e6)`, `
script: |
	function transaction(user)
	  for i = 1, 10 do
	    local res = http.get{url = "/a", name = i .. s}
	    for n = 1, 90 do res:check(s, true, s) end
	    user.vars.size = i .. s
	  end
	end`)
	x, err := engine.New(engine.Config{}).SendOnce(context.Background(), load.SendRequest{Plan: canonical(t, text)})
	if err != nil {
		t.Fatal(err)
	}
	said, checks := 0, 0
	for _, s := range x.Steps {
		said += len(s.Step) + len(s.Message) + len(s.Skipped)
		for _, c := range s.Checks {
			said += len(c.Rule) + len(c.Actual)
			checks++
		}
		for name, v := range s.Changed {
			said += len(name) + len(v.Text)
		}
	}
	told := false
	for _, l := range x.Log {
		told = told || strings.Contains(l.Message, "more checks were made than are shown")
	}
	if len(x.Steps) != 10 || checks < 500 || said > 9<<20 || !told {
		t.Errorf("%d steps, %d checks, %d bytes, told: %v", len(x.Steps), checks, said, told)
	}
}
