package engine_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/worker/engine"
)

// The proxy of one request is not that of the next one that happens to use the same memory.
func TestProxyOfAnotherRequestIsNotUsed(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	var mu sync.Mutex
	var through []string
	proxy := testsite.Run(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		through = append(through, r.URL.Path)
	}), testsite.Options{})
	text := scripted(site.URL, 2, `function user_start(user) user.vars.proxy = "`+proxy.URL+`" end`, `
steps:
	- request: {url: /a, proxy: "{{proxy}}"}
	- request: {url: /b}`)
	text = strings.Replace(text, "variables: {", `variables: {proxy: "", `, 1)
	y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
	if got := d.read(); !slices.Equal(got, []string{"/b", "/b"}) || !slices.Equal(through, []string{"/a", "/a"}) || len(y.errors) > 0 {
		t.Errorf("the target saw %q, the proxy %q; errors %v", got, through, y.errors)
	}
}

// What asks for the end of the run ends it, wherever a script met it.
func TestScriptsThatAbortTheRun(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ script, transaction, step string }{
		"a block, in a transaction": {"x = 1", `script: 'function transaction(user) use "aborts" http.get("/never") end'`, "aborts"},
		"a block, in pcall":         {"x = 1", `script: 'function transaction(user) pcall(use, "aborts") http.get("/never") end'`, "aborts"},
		"a block, in after": {"x = 1", `
on_failure: continue
steps:
	- request: {url: /ping}
	  script: 'function after(res) use "aborts" end'
	- request: {url: /never}`, "aborts"},
		"a request of a transaction": {"x = 1", `
on_failure: abort_run
script: 'function transaction(user) http.get{url = "/fail", name = "own"} end'`, "own"},
		"a request of before": {"x = 1", `
on_failure: abort_run
steps:
	- request: {url: /never}
	  script: 'function before(req) http.get{url = "/fail", name = "own"} end'`, "own"},
		"a check of a transaction": {"x = 1", `
on_failure: abort_run
script: 'function transaction(user) check("x", false) end'`, "t"},
		"an error in finish": {"x = 1", `
on_failure: abort_run
script: 'function finish(user) error("no") end'
steps: [{request: {url: /ping}}]`, "t"},
		"before of the plan": {`function before(req) error("no") end`, `
on_failure: abort_run
steps: [{name: own, request: {url: /never}}]`, "own"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, site := keepDiary(t)
			text := strings.Replace(scripted(site.URL, 50, tt.script, tt.transaction), "blocks:", `blocks:
  aborts: [{name: aborts, request: {url: /fail}, on_failure: abort_run}]`, 1)
			y := complete(t, engine.New(engine.Config{}), job(t, text, 0, 1), nil)
			if want := "step " + tt.step + " failed and its plan says abort_run"; y.abort != want {
				t.Errorf("abort %q, want %q", y.abort, want)
			}
			if n := d.count("/never"); n > 0 || len(d.read()) > 2 {
				t.Errorf("the target saw %q", d.read())
			}
			y.equation(t)
		})
	}
}
