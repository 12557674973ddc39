package master_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
)

func TestPreflight(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		h.write("plans/files.yaml", strings.Replace(withFiles, "url: \"/", "headers: {A: '{{secret.TOKEN}}{{$env HOME_TOWN}}'}, url: \"/", 1))
		h.write("data/up/a.txt", "content of a")
		start := `{"plan": "files", "workers": {"count": 2}}`
		preflight := func() (p master.Preflight) {
			t.Helper()
			h.want(200, &p, "POST", "/api/v1/preflight", start)
			return p
		}
		p := preflight()
		if p.OK || len(p.Problems) != 1 || p.Problems[0].Line == 0 || !slices.Equal(p.MissingSecrets, []string{"TOKEN"}) || !slices.Equal(p.MissingEnv, []string{"HOME_TOWN"}) {
			t.Errorf("%+v", p)
		}
		h.write("data/people.csv", people)
		workers[1].files[sum("content of a")] = "content of a"
		start = `{"plan": "files", "workers": {"count": 2}, "secrets": {"TOKEN": "x"}, "env": {"HOME_TOWN": "Ulm"}}`
		p = preflight()
		size := int64(len(people) + len("content of a"))
		if !p.OK || p.Files != 2 || p.Bytes != size || len(p.Data) != 1 || p.Data[0] != (master.DataFile{Name: "people", File: "data/people.csv", Rows: 2}) {
			t.Errorf("%+v", p)
		}
		if want := []master.PreflightWorker{{ID: "w0", MissingFiles: 2, MissingBytes: size}, {ID: "w1", MissingFiles: 1, MissingBytes: int64(len(people))}}; !slices.Equal(p.Workers, want) || p.Waits != "" {
			t.Errorf("%+v, %q", p.Workers, p.Waits)
		}
		if want := []master.PlannedLoad{{Model: load.UsersModel, Length: 5000, PeakUsers: 1}}; !slices.Equal(p.Load, want) || p.Length != 5000 {
			t.Errorf("%+v, %v", p.Load, p.Length)
		}
		for _, w := range workers {
			if len(w.Calls()) > 0 || len(w.sent()) > 0 || len(w.files) > 1 {
				t.Errorf("the preflight has done something: %v", w.Calls())
			}
		}
		start = `{"plan": "files", "workers": {"count": 3}}`
		if p = preflight(); p.Waits == "" || len(p.Workers) != 2 {
			t.Errorf("%+v", p)
		}
		var broken master.Preflight
		h.want(200, &broken, "POST", "/api/v1/preflight", inline("version: 1\nfoo: 2\n", ""))
		if broken.OK || len(broken.Problems) < 2 {
			t.Errorf("%+v", broken)
		}
		var brought master.Preflight
		h.want(200, &brought, "POST", "/api/v1/preflight", body(inlineOrder(withFiles, map[string]string{"data/people.csv": people, "data/up/a.txt": "content of a"})))
		if brought.OK || len(brought.MissingFiles) != 2 || brought.Files != 2 || brought.Bytes != size {
			t.Errorf("%+v", brought)
		}
		h.refused(404, "no_plan", "POST", "/api/v1/preflight", `{"plan": "none"}`)
		h.refused(400, "bad_workers", "POST", "/api/v1/preflight", inline(shop, `, "workers": {"ids": ["w9"]}`))
	})
}

func TestScenarioLoads(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		two := strings.Replace(shop, "load: {users: 10, duration: 20s}", `scenarios:
  - {name: base, load: {users: 10, duration: 20s}}
  - {name: spike, start_at: 5s, load: {model: arrivals, max_users: 30, stages: [{jump: 50, duration: 30s}]}}`, 1)
		var p master.Preflight
		h.want(200, &p, "POST", "/api/v1/preflight", inline(two, `, "overrides": {"scenario": "base", "scale": 2}`))
		want := []master.PlannedLoad{
			{Scenario: "base", Model: load.UsersModel, Length: 20_000, PeakUsers: 20},
			{Scenario: "spike", Model: load.ArrivalsModel, StartAt: 5000, Length: 30_000, PeakUsers: 30, PeakRate: 50},
		}
		if !p.OK || !slices.Equal(p.Load, want) || p.Length != 35_000 {
			t.Errorf("%+v", p)
		}
		h.want(200, &p, "POST", "/api/v1/preflight", inline(strings.Replace(two, "{users: 10, duration: 20s}", "{users: 10}", 1), ""))
		if !p.OK || p.Length != 0 || p.Load[0].Length != 0 || p.Load[1].Length != 30_000 {
			t.Errorf("a load without an end: %+v", p)
		}
		h.refused(422, "bad_plan", "POST", "/api/v1/runs", inline(two, `, "overrides": {"scenario": "none", "scale": 2}`))
		h.refused(422, "bad_plan", "POST", "/api/v1/runs", inline(two, `, "overrides": {"users": 2}`))
		var res load.Result
		h.want(201, &res, "POST", "/api/v1/runs", inline(two, `, "workers": {"ids": ["w0"]}`))
		time.Sleep(8 * time.Second)
		path := "/api/v1/runs/" + res.ID + "/load"
		h.want(200, nil, "PATCH", path, `{"scenario": "spike", "rate": 7}`)
		synctest.Wait()
		if c := workers[0].Session().Changes(); len(c) != 1 || c[0].Scenario != "spike" {
			t.Errorf("%+v", c)
		}
		h.refused(400, "bad_change", "PATCH", path, `{"scenario": "none", "rate": 7}`)
		h.refused(400, "bad_change", "PATCH", path, `{"users": 7}`)
	})
}
