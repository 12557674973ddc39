package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	hosts "github.com/locust-http/locust-http/master/fleet"
)

// worker is what the master says of a worker; nil while it cannot be asked or does not know
// it.
func (f fleet) worker(t *testing.T, id string) *hosts.Worker {
	t.Helper()
	res, err := http.Get(f.url + "/api/v1/workers")
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	var list []hosts.Worker
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}

// orphan starts a master and a worker, kills the master while a run is under way, and starts
// one at the same place, in the workspace that after gives for the first one's.
func orphan(t *testing.T, site *testsite.Server, after func(workspace string) string) fleet {
	t.Helper()
	api, registry, workspace := freePort(t), freePort(t), t.TempDir()
	begin := func(workspace string) *process {
		p := start(t, "master", "--workspace", workspace, "--listen", api, "--etcd-listen", registry)
		p.says("master serves ")
		return p
	}
	f := fleet{url: "http://" + api, etcd: registry}
	first := begin(workspace)
	f.startWorker(t, "--id", "lone")
	long := strings.Replace(usersPlan, "duration: 3s", "duration: 10m", 1)
	p, _ := f.run(t, fmt.Sprintf(long, site.URL), 1)
	p.until("some load", func() bool { return site.Log.Seen() > 60 })
	if err := first.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-first.exited
	begin(after(workspace))
	return f
}

// A master that is started again gives up the run that it had when it was killed: the next
// one need not wait for the worker's grace.
func TestOrphanedRunIsGivenUp(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	f := orphan(t, site, func(workspace string) string { return workspace })
	killed := time.Now()
	eventually(t, "the worker is free", func() bool {
		w := f.worker(t, "lone")
		return w != nil && w.State == hosts.Ready && w.Held == nil
	})
	if took := time.Since(killed); took > 20*time.Second {
		t.Errorf("the worker was held for %v", took)
	}
	seen := site.Log.Seen()
	p := start(t, "run", writePlan(t, fmt.Sprintf(usersPlan, site.URL)), "--master", f.url, "--workers", "1", "--out", filepath.Join(t.TempDir(), "result.json"))
	if code := p.wait(); code != 0 || site.Log.Seen() == seen {
		t.Errorf("exit %d", code)
	}
}

// A run of a master that is gone for good keeps its worker for its grace: the next run, of
// another master, waits until it is free, and then begins.
func TestOrphanedRunKeepsItsWorker(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	f := orphan(t, site, func(string) string { return t.TempDir() })
	eventually(t, "the worker is seen to be busy", func() bool {
		w := f.worker(t, "lone")
		return w != nil && w.State == hosts.Busy && w.Held != nil && w.Held.Until != nil
	})
	held := f.worker(t, "lone").Held
	next := writePlan(t, fmt.Sprintf(usersPlan, site.URL))
	var says struct{ Waits string }
	plan := order{
		"version": 1, "load": order{"users": 1, "duration": "1s"},
		"transactions": []order{{"name": "a", "steps": []order{{"name": "b", "request": order{"url": site.URL}}}}},
	}
	if status, text := f.call(t, "POST", "/preflight", order{"inline": plan}, &says); status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	if !strings.Contains(says.Waits, "lone is held by run "+held.Run) || !strings.Contains(says.Waits, "for about") {
		t.Errorf("pre-flight: %q", says.Waits)
	}
	out := filepath.Join(t.TempDir(), "result.json")
	q := start(t, "run", next, "--master", f.url, "--workers", "1", "--out", out)
	code := q.wait()
	if r := readResult(t, out); code != 0 || r.State != load.StateCompleted {
		t.Errorf("exit %d, state %s: %s", code, r.State, r.Reason)
	}
	if w := f.worker(t, "lone"); w == nil || w.Held != nil || w.State != hosts.Ready && w.State != hosts.Busy {
		t.Errorf("afterwards: %+v", w)
	}
}

// A worker that drains finishes the run that it has, takes no other, and ends with a reason.
func TestDrainedWorker(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	f := startMaster(t, "")
	f.startWorker(t, "--id", "stays")
	leaver := start(t, "worker", "--etcd", f.etcd, "--listen", "127.0.0.1:0", "--id", "goes")
	p, out := f.run(t, strings.Replace(fmt.Sprintf(usersPlan, site.URL), "duration: 3s", "duration: 8s", 1), 2)
	p.until("some load", func() bool { return site.Log.Seen() > 60 })
	if status, text := f.call(t, "POST", "/workers/goes/drain", order{}, nil); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, text)
	}
	if w := f.worker(t, "goes"); w == nil || w.State != hosts.Draining || w.Run == "" {
		t.Errorf("%+v", w)
	}
	var process struct {
		Draining bool
		Runs     []struct{ Run string }
		Flags    []struct{ Name, Value string }
	}
	f.call(t, "GET", "/workers/goes/process", nil, &process)
	if !process.Draining || len(process.Runs) != 1 || len(process.Flags) == 0 {
		t.Errorf("%+v", process)
	}
	if _, logs := f.call(t, "GET", "/workers/goes/logs?level=info", nil, nil); !strings.Contains(logs, "a run begins") || !strings.Contains(logs, "asked to finish") {
		t.Errorf("%s", logs)
	}
	code := p.wait()
	r := readResult(t, out)
	if code != 0 || r.State != load.StateCompleted || r.Degraded || len(r.Workers) != 2 {
		t.Errorf("exit %d, state %s: %s, degraded %v", code, r.State, r.Reason, r.Degraded)
	}
	account(t, r, site.Log.Seen())
	if code := leaver.wait(); code != 0 || !strings.Contains(leaver.err.String(), "worker goes ends: a master asked it to finish") {
		t.Errorf("exit %d: %s", code, leaver.err.String())
	}
	eventually(t, "it has left the list", func() bool { return f.worker(t, "goes") == nil })
	if w := f.worker(t, "stays"); w == nil || w.State != hosts.Ready {
		t.Errorf("%+v", w)
	}
}
