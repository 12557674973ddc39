package master_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/run/runtest"
)

// TestOneMasterPerWorkspace: a second one would take the runs of the first for those of one
// that is gone, and end them.
func TestOneMasterPerWorkspace(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		var r load.Result
		h.want(201, &r, "POST", "/api/v1/runs", inline(shop, ""))
		time.Sleep(10 * time.Second)
		dir := filepath.Dir(h.plans)
		began := time.Now()
		_, err := master.New(master.Config{Workspace: dir, Registry: runtest.NewRegistry(), Connect: func(context.Context, load.Node) (master.Connection, error) { return nil, io.EOF }})
		if !errors.Is(err, master.ErrInUse) || !strings.Contains(err.Error(), dir) || time.Since(began) > 10*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		var list []master.RunInfo
		h.want(200, &list, "GET", "/api/v1/runs", "")
		if len(list) != 1 || list[0].State != load.StateRunning {
			t.Errorf("%+v", list)
		}
		time.Sleep(30 * time.Second)
		h.want(200, &r, "GET", "/api/v1/runs/"+r.ID, "")
		if r.State != load.StateCompleted {
			t.Errorf("the run is %s: %s", r.State, r.Reason)
		}
	})
}
