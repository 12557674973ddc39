package master_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/load"
)

// TestFilesThatTakeLong: a start does not wait for them, the run does, and says so.
func TestFilesThatTakeLong(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		h.write("plans/files.yaml", withFiles)
		h.write("data/people.csv", people)
		release := h.master.HoldDisk()
		began := time.Now()
		var fails, stopped, res load.Result
		h.want(201, &fails, "POST", "/api/v1/runs", `{"plan": "files"}`)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("the start took %v", took)
		}
		h.want(201, &stopped, "POST", "/api/v1/runs", `{"plan": "files"}`)
		if fails.State != load.StateQueued || !strings.Contains(fails.Reason, "reads the files") {
			t.Errorf("%s %q", fails.State, fails.Reason)
		}
		h.refused(504, "deadline", "POST", "/api/v1/preflight", `{"plan": "files"}`)
		h.refused(504, "deadline", "POST", "/api/v1/send", `{"plan": "files"}`)
		// A run without a file does not wait for theirs.
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, ""))
		time.Sleep(time.Second)
		if workers[0].Session() == nil {
			t.Error("a run without files has waited")
		}
		h.want(202, nil, "POST", "/api/v1/runs/"+stopped.ID+"/stop", "")
		synctest.Wait()
		if h.want(200, &res, "GET", "/api/v1/runs/"+stopped.ID, ""); res.State != load.StateStopped {
			t.Errorf("%s %q", res.State, res.Reason)
		}
		release()
		settle()
		if h.want(200, &res, "GET", "/api/v1/runs/"+fails.ID, ""); res.State != load.StateFailed || !strings.Contains(res.Reason, "files.yaml:4:1: ") {
			t.Errorf("%s %q", res.State, res.Reason)
		}
	})
}
