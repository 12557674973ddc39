package master_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/master/history"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/master/run/runtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const shop = `version: 1
name: shop
base_url: http://127.0.0.1:1
transactions:
  - name: browse
    steps: [{name: list, request: {url: /items}}]
load: {users: 10, duration: 20s}
`

// house is a master over two pretended workers, on a fake clock.
type house struct {
	t       *testing.T
	handler http.Handler
	master  *master.Master
	plans   string
	workers []*runtest.Worker
}

func inHouse(t *testing.T, change func(*master.Config), f func(h *house)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, plans: filepath.Join(dir, "plans"), workers: []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}}
		registry := runtest.NewRegistry()
		registry.Set([]load.Node{{ID: "w0", Protocol: load.Protocol}, {ID: "w1", Protocol: load.Protocol}})
		c := master.Config{
			Workspace: dir, Registry: registry, Version: "v0",
			Connect: func(_ context.Context, n load.Node) (master.Connection, error) {
				return h.workers[n.ID[1]-'0'], nil
			},
			LookupEnv: func(name string) (string, bool) {
				return "of the master", name == "KNOWN" || name == "LOCUST_HTTP_TOKEN"
			},
		}
		if change != nil {
			change(&c)
		}
		m, err := master.New(c)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error)
		h.handler, h.master = m.Handler(), m
		go func() { ended <- m.Run(ctx) }()
		synctest.Wait()
		defer func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
		}()
		f(h)
	})
}

// call makes a call of the API; header lines are "Name: value".
func (h *house) call(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost:8088"+path, strings.NewReader(body))
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	if r.Header.Get("Transfer-Encoding") == "chunked" {
		r.ContentLength = -1
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// want is call with an expected status; the answer is read into out.
func (h *house) want(status int, out any, method, path, body string, header ...string) {
	h.t.Helper()
	w := h.call(method, path, body, header...)
	if w.Code != status {
		h.t.Fatalf("%s %s: %d %s, want %d", method, path, w.Code, w.Body, status)
	}
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			h.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
}

// refused is a call that fails with a code; it returns the error.
func (h *house) refused(status int, code, method, path, body string, header ...string) master.Error {
	h.t.Helper()
	var out struct{ Error master.Error }
	h.want(status, &out, method, path, body, header...)
	if out.Error.Code != code || out.Error.Message == "" {
		h.t.Errorf("%s %s: %+v, want code %s", method, path, out.Error, code)
	}
	return out.Error
}

func inline(text string, rest string) string {
	b, _ := json.Marshal(text)
	return fmt.Sprintf(`{"inline": %s%s}`, b, rest)
}

func TestPlansOverHTTP(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		text := shop
		body, _ := json.Marshal(master.SaveText{Text: &text})
		var saved, got master.StoredText
		h.want(200, &saved, "PUT", "/api/v1/plans/shop", string(body))
		h.want(200, &got, "GET", "/api/v1/plans/shop", "")
		if got.Text != shop || got.Revision != saved.Revision || len(got.Problems) != 0 {
			t.Errorf("%+v", got)
		}
		h.refused(409, "conflict", "PUT", "/api/v1/plans/shop", string(body))
		h.refused(409, "conflict", "PUT", "/api/v1/plans/shop", string(body), `If-Match: "0000"`)
		for _, empty := range []string{"{}", "null", `{"text": null}`} {
			h.refused(400, "bad_request", "PUT", "/api/v1/plans/shop", empty, "If-Match: *")
		}
		h.want(200, nil, "PUT", "/api/v1/plans/shop", `{"text": "version: 1\ntransactons: []\n"}`, `If-Match: "`+saved.Revision+`"`)
		var list []master.PlanInfo
		h.want(200, &list, "GET", "/api/v1/plans", "")
		if len(list) != 1 || list[0].Name != "shop" || len(list[0].Problems) == 0 || list[0].Problems[0].Line == 0 {
			t.Errorf("%+v", list)
		}
		h.refused(428, "no_revision", "DELETE", "/api/v1/plans/shop", "")
		h.want(204, nil, "DELETE", "/api/v1/plans/shop", "", "If-Match: *")
		h.refused(404, "no_plan", "GET", "/api/v1/plans/shop", "")
		if err := os.Symlink("/etc/passwd", filepath.Join(h.plans, "link.yaml")); err != nil {
			t.Fatal(err)
		}
		h.refused(403, "link", "GET", "/api/v1/plans/link", "")
		h.refused(403, "link", "POST", "/api/v1/runs", `{"plan": "link"}`)
		for _, name := range []string{"..%2f..%2fetc%2fpasswd", "%00", "a%2Fb", ".git", strings.Repeat("x", 101)} {
			h.refused(400, "bad_name", "GET", "/api/v1/plans/"+name, "")
			h.refused(400, "bad_name", "PUT", "/api/v1/plans/"+name, string(body))
		}
	})
}

func TestCheckAndSchema(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		var out struct {
			OK       bool
			Problems []master.Problem
		}
		h.want(200, &out, "POST", "/api/v1/check", `{"text": "version: 1\nload: {users: ten}\n", "file": "x.yaml"}`)
		if out.OK || len(out.Problems) == 0 || out.Problems[0].File != "x.yaml" || out.Problems[0].Line == 0 {
			t.Errorf("%+v", out)
		}
		body, _ := json.Marshal(master.CheckText{Text: shop})
		h.want(200, &out, "POST", "/api/v1/check", string(body))
		if !out.OK {
			t.Errorf("%+v", out)
		}
		h.want(200, &out, "POST", "/api/v1/check", `{"kind": "environment", "file": "stage.yaml", "text": "base_url: http://a\nvariables: 7\n"}`)
		if out.OK || len(out.Problems) != 1 || out.Problems[0].File != "stage.yaml" || out.Problems[0].Line != 2 || out.Problems[0].Path != "variables" {
			t.Errorf("an environment: %+v", out)
		}
		h.want(200, &out, "POST", "/api/v1/check", `{"kind": "environment", "text": "base_url: http://a\n"}`)
		if !out.OK || len(out.Problems) != 0 {
			t.Errorf("an environment: %+v", out)
		}
		h.refused(400, "bad_request", "POST", "/api/v1/check", `{"kind": "script", "text": ""}`)
		var schema map[string]any
		h.want(200, &schema, "GET", "/api/v1/plan.schema.json", "")
		if schema["$schema"] == nil {
			t.Error("no schema")
		}
		var v master.Version
		if h.want(200, &v, "GET", "/api/v1/version", ""); v != (master.Version{Version: "v0", Protocol: load.Protocol, API: 1}) {
			t.Errorf("%+v", v)
		}
	})
}

func TestRunOverHTTP(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		var res load.Result
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, `, "file": "dir/shop.yaml", "name": "nightly", "overrides": {"users": 7, "duration": "30s", "tags": {"team": "x"}}`))
		path := "/api/v1/runs/" + res.ID
		time.Sleep(10 * time.Second)
		var l run.Live
		h.want(200, &l, "GET", path+"/live", "")
		if l.State != load.StateRunning || l.Users != 7 || l.RPS != 20 || l.Total != 30_000 {
			t.Errorf("live %+v", l)
		}
		var workers []fleet.Worker
		h.want(200, &workers, "GET", "/api/v1/workers", "")
		if len(workers) != 2 || workers[0].State != fleet.Busy || workers[0].Run != res.ID {
			t.Errorf("workers %+v", workers)
		}
		h.want(200, &l, "PATCH", path+"/load", `{"users": 20, "spawn_rate": 5, "duration": "40s"}`)
		for i, w := range h.workers {
			c := w.Session().Changes()
			if len(c) != 1 || c[0].Profile.Begin != 7 || c[0].Profile.Index != i || c[0].Profile.Length() != 40*time.Second || c[0].Profile.Users(3*time.Second) != 10 {
				t.Errorf("changes of worker %d: %+v", i, c)
			}
		}
		h.refused(400, "bad_change", "PATCH", path+"/load", `{"rate": 20}`)
		h.refused(400, "bad_change", "PATCH", path+"/load", `{}`)
		h.refused(400, "bad_change", "PATCH", path+"/load", `{"scale": 2, "scenario": "none"}`)
		h.refused(400, "bad_request", "PATCH", path+"/load", `{"users": "x"}`)
		h.refused(400, "bad_request", "PATCH", path+"/load", `{"duration": 20}`)
		var s history.Series
		h.want(200, &s, "GET", path+"/series?from=2s&to=5s", "")
		if !slices.Equal(s.Cols["rps"], []float64{20, 20, 20}) {
			t.Errorf("series %+v", s)
		}
		h.refused(400, "bad_request", "GET", path+"/series?from=x", "")
		h.want(202, nil, "POST", path+"/stop", `{"now": true}`)
		h.want(202, nil, "POST", path+"/stop", "")
		time.Sleep(5 * time.Second)
		h.want(200, &res, "GET", path, "")
		if res.State != load.StateStopped || res.Plan != "shop" || res.Name != "nightly" || res.Tags["team"] != "x" || res.Total.Requests != 194 {
			t.Errorf("%+v", res)
		}
		h.refused(409, "not_running", "PATCH", path+"/load", `{"users": 1}`)
		var list []master.RunInfo
		h.want(200, &list, "GET", "/api/v1/runs", "")
		if len(list) != 1 || list[0].State != load.StateStopped || list[0].Workers != 2 {
			t.Errorf("%+v", list)
		}
		h.refused(404, "no_run", "GET", "/api/v1/runs/none", "")
	})
}

func TestQueuedRuns(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		ids := map[string]string{}
		start := func(name, rest string) {
			var res load.Result
			h.want(201, &res, "POST", "/api/v1/runs", inline(shop, `, "name": "`+name+`"`+rest))
			ids[name] = res.ID
			synctest.Wait()
		}
		states := func() map[string]load.State {
			out := map[string]load.State{}
			for name, id := range ids {
				var res load.Result
				h.want(200, &res, "GET", "/api/v1/runs/"+id, "")
				out[name] = res.State
			}
			return out
		}
		start("first", `, "workers": {"ids": ["w0"]}`)
		start("second", `, "workers": {"count": 1}`)
		start("third", `, "workers": {"count": 2}`)
		start("fourth", "")
		time.Sleep(5 * time.Second)
		want := map[string]load.State{"first": load.StateRunning, "second": load.StateRunning, "third": load.StateQueued, "fourth": load.StateQueued}
		if got := states(); !maps.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		var res load.Result
		h.want(200, &res, "GET", "/api/v1/runs/"+ids["third"], "")
		if res.Reason != "waits for 2 workers; 2 fit, 0 of them are free" || len(res.Why) != 1 || res.Why[0].Code != load.WhyWaits || res.Why[0].Params["need"] != 2.0 {
			t.Errorf("%q", res.Reason)
		}
		h.want(202, nil, "POST", "/api/v1/runs/"+ids["fourth"]+"/stop", "{}")
		time.Sleep(20 * time.Second)
		want = map[string]load.State{"first": load.StateCompleted, "second": load.StateCompleted, "third": load.StateRunning, "fourth": load.StateStopped}
		if got := states(); !maps.Equal(got, want) {
			t.Errorf("later %v, want %v", got, want)
		}
		time.Sleep(20 * time.Second)
		if got := states()["third"]; got != load.StateCompleted {
			t.Errorf("in the end %v", got)
		}
	})
}

// TestTooManyRunsWait: the one too many is refused at once, not listed as failed.
func TestTooManyRunsWait(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		wants := inline(shop, `, "workers": {"count": 3}`)
		var last load.Result
		for range fleet.MaxQueue {
			h.want(201, &last, "POST", "/api/v1/runs", wants)
		}
		h.refused(503, "queue", "POST", "/api/v1/runs", wants)
		h.want(202, nil, "POST", "/api/v1/runs/"+last.ID+"/stop", "", "Transfer-Encoding: chunked")
		synctest.Wait()
		h.want(201, nil, "POST", "/api/v1/runs", wants)
		var list []master.RunInfo
		h.want(200, &list, "GET", "/api/v1/runs", "")
		states := map[load.State]int{}
		for _, r := range list {
			states[r.State]++
		}
		if want := map[load.State]int{load.StateQueued: fleet.MaxQueue, load.StateStopped: 1}; !maps.Equal(states, want) {
			t.Errorf("%v, want %v", states, want)
		}
	})
}

// TestMasterEnds: runs are stopped gracefully when the master is told to end.
func TestMasterEnds(t *testing.T) {
	var w *runtest.Worker
	inHouse(t, nil, func(h *house) {
		w = h.workers[0]
		w.StopTakes = 3 * time.Second
		h.want(201, nil, "POST", "/api/v1/runs", inline(shop, ""))
		time.Sleep(5 * time.Second)
	})
	if calls := w.Calls(); !slices.Equal(calls, []string{"prepare", "go", "stop", "finish", "close", "close connection"}) {
		t.Errorf("%v", calls)
	}
}

func TestStartRefusals(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		withEnv := func(name string) string {
			return strings.Replace(shop, "/items", "'/items/{{$env "+name+"}}'", 1)
		}
		e := h.refused(422, "bad_plan", "POST", "/api/v1/runs", inline("version: 1\nfoo: 2\n", ""))
		if len(e.Problems) == 0 || e.Problems[0].Line == 0 {
			t.Errorf("%+v", e)
		}
		for _, test := range [][2]string{
			{"bad_request", `{}`},
			{"bad_request", `{"plan": "a", "inline": "b"}`},
			{"bad_request", `{"plan": "a", "user": 1}`},
			{"bad_request", `{"plan": "a"} {}`},
			{"bad_request", ``},
			{"bad_request", `[]`},
			{"bad_request", strings.Repeat("[", 100_000)},
			{"bad_name", `{"plan": "../../etc/passwd"}`},
			{"bad_start", inline(withEnv("MISSING"), "")},
			{"bad_start", inline(withEnv("LOCUST_HTTP_TOKEN"), "")},
			{"bad_workers", inline(shop, `, "workers": {"ids": ["w9"]}`)},
			{"bad_workers", inline(shop, `, "workers": {"ids": ["w0", "w0"]}`)},
			{"bad_workers", inline(shop, `, "workers": {"count": -1}`)},
		} {
			h.refused(400, test[0], "POST", "/api/v1/runs", test[1])
		}
		if e := h.refused(400, "bad_request", "POST", "/api/v1/runs", `{"plan": "a", "user": 1}`); !strings.Contains(e.Message, "user") {
			t.Errorf("the unknown field is not named: %s", e.Message)
		}
		h.refused(404, "no_plan", "POST", "/api/v1/runs", `{"plan": "none"}`)
		h.refused(413, "too_large", "POST", "/api/v1/runs", `{"note": "`+strings.Repeat("x", 33<<20)+`"}`)
		h.want(201, nil, "POST", "/api/v1/runs", inline(withEnv("KNOWN"), `, "env": {"OTHER": "not asked for"}`))
		time.Sleep(time.Second)
		if env := h.workers[0].Session().Job().Env; !maps.Equal(env, map[string]string{"KNOWN": "of the master"}) {
			t.Errorf("env %v", env)
		}
	})
}

// TestObjectInline: the plan itself may stand in the body, as the schema has it.
func TestObjectInline(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		var res load.Result
		h.want(201, &res, "POST", "/api/v1/runs", `{"inline": {"version": 1, "name": "p", "base_url": "http://127.0.0.1:1",
			"transactions": [{"name": "t", "steps": [{"name": "s", "request": {"url": "/"}}]}], "load": {"users": 1, "duration": "1s"}}}`)
		time.Sleep(4 * time.Second)
		h.want(200, &res, "GET", "/api/v1/runs/"+res.ID, "")
		if res.State != load.StateCompleted || res.Plan != "p" {
			t.Errorf("%s %q %s", res.State, res.Reason, res.Plan)
		}
	})
}

func TestWhoMayComeIn(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		for _, host := range []string{"localhost:8088", "127.0.0.1:8088", "[::1]:8088", "10.1.2.3:80", "shop.localhost"} {
			h.want(200, nil, "GET", "/api/v1/version", "", "Host: "+host)
		}
		for _, host := range []string{"evil.example", "localhost.evil.example:8088", "127.0.0.1.evil.example", ""} {
			h.refused(403, "host", "GET", "/api/v1/version", "", "Host: "+host)
		}
		h.want(200, nil, "GET", "/api/v1/version", "", "Origin: http://localhost:8088")
		for _, origin := range []string{"http://evil.example", "http://localhost:9999", "null"} {
			h.refused(403, "origin", "GET", "/api/v1/version", "", "Origin: "+origin)
		}
		h.refused(403, "origin", "POST", "/api/v1/runs", "{}", "Sec-Fetch-Site: cross-site")
		h.refused(404, "not_found", "GET", "/api/v2/x", "")
		h.refused(405, "method", "DELETE", "/api/v1/runs", "")
		if w := h.call("GET", "/healthz", ""); w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("X-Frame-Options") != "DENY" {
			t.Errorf("%v", w.Header())
		}
	})
	inHouse(t, func(c *master.Config) { c.Token = "s3cret"; c.AllowedHosts = []string{"master.example"} }, func(h *house) {
		h.want(200, nil, "GET", "/healthz", "")
		h.want(200, nil, "GET", "/readyz", "")
		h.want(200, nil, "GET", "/api/v1/version", "", "Authorization: Bearer s3cret", "Host: master.example")
		for _, header := range []string{"X: y", "Authorization: Bearer s3cre", "Authorization: s3cret", "Authorization: Bearer s3cret ", "Authorization: Basic s3cret"} {
			h.refused(401, "unauthorized", "GET", "/api/v1/version", "", header)
		}
	})
}

func TestNotReadyBeforeTheRegistry(t *testing.T) {
	registry := runtest.NewRegistry()
	m, err := master.New(master.Config{Workspace: t.TempDir(), Registry: registry, Connect: func(context.Context, load.Node) (master.Connection, error) { return nil, io.EOF }})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, m)
	h := &house{t: t, handler: m.Handler()}
	h.refused(503, "not_ready", "GET", "/readyz", "")
	h.refused(503, "queue", "POST", "/api/v1/runs", inline(shop, ""))
}

// TestFinishedRunsLeaveMemory: a master that runs for months has them in its history only.
func TestFinishedRunsLeaveMemory(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		for range 5 {
			h.want(201, nil, "POST", "/api/v1/runs", inline(shop, `, "overrides": {"duration": "1s"}`))
			time.Sleep(30 * time.Second)
		}
		var list []master.RunInfo
		h.want(200, &list, "GET", "/api/v1/runs", "")
		if n := h.master.InMemory(); n != 0 || len(list) != 5 {
			t.Errorf("%d runs in memory, %d in the list", n, len(list))
		}
	})
}

// closed lets a master that never ran close its files.
func closed(t interface{ Error(...any) }, m *master.Master) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := m.Run(ctx); err != nil {
		t.Error(err)
	}
}

func FuzzStart(f *testing.F) {
	f.Add([]byte(`{"plan": "x", "overrides": {"users": 1, "duration": "1s"}, "workers": {"count": 1}}`))
	f.Add([]byte(inline(shop, "")))
	f.Add([]byte(inline(shop, `, "environment": "a", "environment_text": "base_url: http://a/", "secrets": {"A": "b"}, "files": [{"path": "a", "size": 1, "sha256": "00"}], "worker": "w"`)))
	dir := f.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "plans"), 0o755); err != nil {
		f.Fatal(err)
	}
	m, err := master.New(master.Config{Workspace: dir, Registry: runtest.NewRegistry(), Connect: func(context.Context, load.Node) (master.Connection, error) { return nil, io.EOF }})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { closed(f, m) })
	handler := m.Handler()
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, path := range []string{"/api/v1/runs", "/api/v1/check", "/api/v1/preflight", "/api/v1/send", "/api/v1/files"} {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest("POST", "http://localhost"+path, bytes.NewReader(body)))
			if w.Code == http.StatusInternalServerError || !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
	})
}
