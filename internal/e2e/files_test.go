package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// preflight is what a master says of the files of a run before it starts.
type preflight struct {
	OK      bool
	Files   int
	Bytes   int64
	Workers []struct {
		ID           string
		MissingFiles int   `json:"missing_files"`
		MissingBytes int64 `json:"missing_bytes"`
	}
}

// A thousand files are uploaded by three workers, from the workspace of the master and
// from a folder beside the command: the shop has each once, byte for byte, and each has
// travelled to each worker once.
func TestUploadsOverThreeWorkers(t *testing.T) {
	t.Parallel()
	const count = 1000
	files := documents(count)
	text, err := os.ReadFile(example("uploads.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	workspace, folder := t.TempDir(), t.TempDir()
	writeFiles(t, workspace, files)
	writeFiles(t, workspace, map[string]string{"plans/uploads.yaml": string(text)})
	writeFiles(t, folder, files)
	writeFiles(t, folder, map[string]string{"uploads.yaml": string(text)})
	f := masterIn(t, workspace)
	for range 3 {
		f.startWorker(t, "--cache", t.TempDir())
	}
	f.awaitWorkers(t, 3)
	to := func(site *testsite.Server) order {
		return order{"plan": "uploads", "workers": order{"count": 3}, "overrides": order{"base_url": site.URL}}
	}
	missing := func(o order, want int) {
		t.Helper()
		var p preflight
		if status, text := f.call(t, "POST", "/preflight", o, &p); status != http.StatusOK || !p.OK || p.Files != count+1 || len(p.Workers) != 3 {
			t.Fatalf("%d %s", status, text)
		}
		for _, w := range p.Workers {
			if w.MissingFiles != want || want == 0 && w.MissingBytes != 0 || want > 0 && w.MissingBytes != p.Bytes {
				t.Errorf("%+v, want %d files missing", w, want)
			}
		}
	}

	shop := testsite.NewShop()
	site := testsite.Run(t, shop, testsite.Options{})
	missing(to(site), count+1)
	r := f.play(t, to(site))
	missing(to(site), 0)
	uploads(t, r, count)
	account(t, r, site.Log.Seen())
	uploadedOnce(t, shop, files)

	shop = testsite.NewShop()
	site = testsite.Run(t, shop, testsite.Options{})
	p, out := f.runPlan(t, filepath.Join(folder, "uploads.yaml"), 3, "--base-url", site.URL)
	if code := p.wait(); code != 0 {
		t.Errorf("exit %d", code)
	}
	r = readResult(t, out)
	uploads(t, r, count)
	account(t, r, site.Log.Seen())
	uploadedOnce(t, shop, files)
	var live struct {
		Files struct {
			Workers []struct {
				MissingFiles int   `json:"missing_files"`
				SentBytes    int64 `json:"sent_bytes"`
			}
		}
	}
	f.call(t, "GET", "/runs/"+r.ID+"/live", nil, &live)
	for _, w := range live.Files.Workers {
		if w.MissingFiles != 0 || w.SentBytes != 0 {
			t.Errorf("the second run has sent %+v", w)
		}
	}
	if len(live.Files.Workers) != 3 {
		t.Errorf("%+v", live)
	}
}

// uploads checks how a run of uploads.yaml has ended.
func uploads(t *testing.T, r *load.Result, count int64) {
	t.Helper()
	if r.State != load.StateCompleted || r.Result != load.Passed || len(r.Workers) != 3 {
		t.Errorf("state %s: %s, %s on %d workers", r.State, r.Reason, r.Result, len(r.Workers))
	}
	if want := (load.DataResult{Name: "docs", Rows: count, Given: count, Rounds: 1}); len(r.Data) != 1 || r.Data[0] != want {
		t.Errorf("%+v, want %+v", r.Data, want)
	}
	equal(t, "uploads", r.Sent, count)
	for _, w := range r.Workers {
		if w.Requests == 0 {
			t.Errorf("worker %s has uploaded nothing", w.ID)
		}
	}
}
