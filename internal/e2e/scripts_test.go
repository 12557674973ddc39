package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
)

// libraries counts requests by the library that has signed them.
type libraries struct {
	*httptest.Server
	mu   sync.Mutex
	seen map[string]int
}

func newLibraries(t *testing.T) *libraries {
	l := &libraries{seen: map[string]int{}}
	l.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.seen[r.Header.Get("X-Library")+" "+r.Header.Get("X-User")]++
	}))
	t.Cleanup(l.Close)
	return l
}

// want is that each of users 1 to 3 has sent two requests with the library, and nobody
// any other, since the last time.
func (l *libraries) want(t *testing.T, library string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	want := map[string]int{}
	for user := range 3 {
		want[fmt.Sprintf("%s %d", library, user+1)] = 2
	}
	if !maps.Equal(l.seen, want) {
		t.Errorf("requests %v, want %v", l.seen, want)
	}
	clear(l.seen)
}

// Libraries reach all workers with the run: those of the master's workspace for a plan of
// the master, those beside the plan for a plan that is brought. What has changed in the
// workspace is what the next run uses.
func TestLibrariesOverThreeWorkers(t *testing.T) {
	t.Parallel()
	target := newLibraries(t)
	plan := fmt.Sprintf(`version: 1
base_url: %s
script: |
  local signed = require "deep.signed"
  function before(req, user) signed.by(req, user) end
transactions:
  - {name: t, script: {file: scripts/t.lua}, steps: [{request: {url: /}}]}
load: {users: 3, iterations: {per_user: 2}}
run: {lua_timeout: 1s}
`, target.URL)
	library := func(name string) string {
		return fmt.Sprintf(`local M = {}
function M.by(req, user) req.headers["X-Library"] = %q req.headers["X-User"] = user.id end
return M
`, name)
	}
	workspace, folder := t.TempDir(), t.TempDir()
	writeFiles(t, workspace, map[string]string{"plans/p.yaml": plan, "scripts/deep/signed.lua": library("master"), "scripts/t.lua": "function begin(user) end"})
	writeFiles(t, folder, map[string]string{"p.yaml": plan, "scripts/deep/signed.lua": library("caller"), "scripts/t.lua": "function begin(user) end"})
	f := masterIn(t, workspace)
	for range 3 {
		f.startWorker(t, "--cache", t.TempDir())
	}
	f.awaitWorkers(t, 3)
	stored := order{"plan": "p", "workers": order{"count": 3}}
	for _, name := range []string{"master", "changed"} {
		writeFiles(t, workspace, map[string]string{"scripts/deep/signed.lua": library(name)})
		if r := f.play(t, stored); r.Sent != 6 || r.Workers == nil {
			t.Errorf("%d requests, %s: %s", r.Sent, r.State, r.Reason)
		}
		target.want(t, name)
	}
	p, _ := f.runPlan(t, filepath.Join(folder, "p.yaml"), 3)
	if code := p.wait(); code != 0 {
		t.Errorf("exit %d: %s", code, p.err.String())
	}
	target.want(t, "caller")
	writeFiles(t, folder, map[string]string{"scripts/deep/signed.lua": "local M = {"})
	if p, _ := f.runPlan(t, filepath.Join(folder, "p.yaml"), 3); p.wait() != 2 {
		t.Errorf("a library that is no Lua: %s", p.err.String())
	}
}
