package master_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/plan"
)

var requireCall = regexp.MustCompile(`require "([^"]*)"`)

// pretendedLua is a language whose texts are right but for the word wrong.
func pretendedLua() workspace.Lua {
	return workspace.Lua{
		Shipped: fstest.MapFS{"shipped.lua": {Data: []byte("-- shipped")}},
		Requires: func(text string) (names []string, dynamic bool) {
			for _, m := range requireCall.FindAllStringSubmatch(text, -1) {
				names = append(names, m[1])
			}
			return names, false
		},
		Check: func(_ *load.Plan, sources []load.Source) (out plan.Problems) {
			for _, s := range sources {
				for i, line := range strings.Split(s.Text, "\n") {
					for word, warning := range map[string]bool{"wrong": false, "odd": true} {
						if col := strings.Index(line, word); col >= 0 {
							out = append(out, plan.Problem{File: s.File, Line: s.Line + i, Col: s.Indent + col + 1, Message: "it is " + word, Path: s.Path, Warning: warning})
						}
					}
				}
			}
			return out
		},
	}
}

const scripted = `version: 1
name: scripted
base_url: http://127.0.0.1:1
script: |
  require "sign"
  require "shipped"
transactions:
  - name: browse
    script: {file: scripts/browse.lua}
    steps: [{name: list, request: {url: /items}}]
load: {users: 1, duration: 5s}
`

// byFile is the texts of sources by what errors call them.
func byFile(sources []load.Source) map[string]string {
	out := map[string]string{}
	for _, s := range sources {
		out[s.File] = s.Text
	}
	return out
}

// What a run was started with is what it plays: a library that changes meanwhile is that of
// the next run.
func TestScriptsOfTheWorkspace(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		h.write("plans/scripted.yaml", scripted)
		h.write("scripts/browse.lua", "-- browse")
		h.write("scripts/sign.lua", "-- one")
		start := func(worker string) string {
			return fmt.Sprintf(`{"plan": "scripted", "workers": {"ids": [%q]}}`, worker)
		}
		h.want(201, nil, "POST", "/api/v1/runs", start("w0"))
		h.write("scripts/sign.lua", "-- two")
		settle()
		h.want(201, nil, "POST", "/api/v1/runs", start("w1"))
		settle()
		for i, want := range []string{"-- one", "-- two"} {
			job := workers[i].Session().Job()
			texts := map[string]string{
				"scripted.yaml": "require \"sign\"\nrequire \"shipped\"\n", "scripts/browse.lua": "-- browse", "scripts/sign.lua": want, "(shipped) shipped.lua": "-- shipped",
			}
			if got := byFile(job.Scripts); !maps.Equal(got, texts) || len(job.Scripts) != len(texts) {
				t.Errorf("w%d: %q", i, got)
			}
			if s := job.Scripts[0]; s.Path != "script" || s.Line != 5 || s.Indent != 2 {
				t.Errorf("%+v", s)
			}
		}
		h.want(200, nil, "POST", "/api/v1/send", `{"plan": "scripted", "worker": "w0"}`)
		if sent := workers[0].sent(); len(sent) != 1 || byFile(sent[0].Scripts)["scripts/sign.lua"] != "-- two" {
			t.Errorf("%+v", sent)
		}
	})
}

// What is wrong with Lua is said wherever plans are checked, and keeps them from running.
func TestScriptProblems(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		h.write("scripts/browse.lua", "-- browse\nit is wrong")
		h.write("scripts/sign.lua", "odd")
		var checked struct {
			OK       bool
			Problems []master.Problem
		}
		h.want(200, &checked, "POST", "/api/v1/check", body(master.CheckText{File: "scripted.yaml", Text: scripted}))
		if len(checked.Problems) != 2 || checked.OK || checked.Problems[0].Error() != "scripts/browse.lua:2:7: it is wrong" || !checked.Problems[1].Warning {
			t.Fatalf("%+v", checked)
		}
		var stored master.StoredText
		h.want(200, &stored, "PUT", "/api/v1/plans/scripted", body(map[string]string{"text": scripted}))
		if len(stored.Problems) != 2 {
			t.Errorf("saved: %+v", stored.Problems)
		}
		var pre master.Preflight
		h.want(200, &pre, "POST", "/api/v1/preflight", `{"plan": "scripted"}`)
		if pre.OK || len(pre.Problems) != 2 {
			t.Errorf("preflight: %+v", pre)
		}
		for _, path := range []string{"/api/v1/runs", "/api/v1/send"} {
			if e := h.refused(422, "bad_plan", "POST", path, `{"plan": "scripted"}`); len(e.Problems) != 2 || !strings.Contains(e.Message, "scripts/browse.lua:2:7: it is wrong") {
				t.Errorf("%+v", e)
			}
		}
		h.write("scripts/browse.lua", "-- browse")
		if h.want(200, &pre, "POST", "/api/v1/preflight", `{"plan": "scripted"}`); !pre.OK || len(pre.Problems) != 1 {
			t.Errorf("with a warning: %+v", pre)
		}
		h.want(201, nil, "POST", "/api/v1/runs", `{"plan": "scripted"}`)
	})
}

// Scripts that come with a plan are those that count, and the workspace's are not read.
func TestScriptsBroughtAlong(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		h.write("scripts/browse.lua", "-- of the master")
		h.write("scripts/sign.lua", "-- of the master")
		order := master.Order{Inline: json.RawMessage(body(scripted)), Scripts: map[string]string{
			"scripts/browse.lua": "-- brought", "scripts/sign.lua": "-- brought", "scripts/unused.lua": "wrong",
		}}
		h.want(201, nil, "POST", "/api/v1/runs", body(master.StartRun{Order: order, Workers: master.WorkerChoice{IDs: []string{"w0"}}}))
		settle()
		want := map[string]string{
			"inline.yaml": "require \"sign\"\nrequire \"shipped\"\n", "scripts/browse.lua": "-- brought", "scripts/sign.lua": "-- brought", "(shipped) shipped.lua": "-- shipped",
		}
		if got := byFile(workers[0].Session().Job().Scripts); !maps.Equal(got, want) {
			t.Errorf("%q", got)
		}
		order.Scripts = map[string]string{}
		if e := h.refused(422, "bad_plan", "POST", "/api/v1/send", body(order)); !strings.Contains(e.Message, "scripts/browse.lua") {
			t.Errorf("%+v", e)
		}
		order.Scripts = nil
		h.want(200, nil, "POST", "/api/v1/send", body(order))
		sent := append(workers[0].sent(), workers[1].sent()...)
		if len(sent) != 1 || byFile(sent[0].Scripts)["scripts/sign.lua"] != "-- of the master" {
			t.Errorf("%+v", sent)
		}
	})
}

func TestHostileScripts(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		try := func(scripts map[string]string) {
			t.Helper()
			h.refused(400, "bad_scripts", "POST", "/api/v1/runs", body(master.Order{Inline: json.RawMessage(body(shop)), Scripts: scripts}))
		}
		for _, name := range []string{"", ".", "..", "/etc/passwd", "../x.lua", "a/../../x.lua", "./x.lua", "a//x.lua", "x\x00.lua", "C:x.lua", `..\x.lua`, strings.Repeat("a", 2000)} {
			try(map[string]string{name: ""})
		}
		many := map[string]string{}
		for i := range 3 * load.MaxLibraries {
			many[fmt.Sprintf("scripts/l%d.lua", i)] = ""
		}
		try(many)
		clear(many)
		try(map[string]string{"scripts/a.lua": strings.Repeat("-", load.MaxLibraries*load.MaxSource), "scripts/b.lua": strings.Repeat("-", 5<<20)})
		long := master.Order{Inline: json.RawMessage(body(scripted)), Scripts: map[string]string{"scripts/browse.lua": strings.Repeat("-", load.MaxSource+1), "scripts/sign.lua": "\xff"}}
		if e := h.refused(422, "bad_plan", "POST", "/api/v1/runs", body(long)); !strings.Contains(e.Message, "256 KiB") {
			t.Errorf("%+v", e)
		}
		settle()
		for _, w := range workers {
			if w.Session() != nil {
				t.Error("a worker has a run")
			}
		}
	})
}
