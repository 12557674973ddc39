package master_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
)

// TestRunsAreListedUnderTheNameInTheWorkspace: what leads from a run to its plan and back is
// the name of the file, whatever the plan calls itself.
func TestRunsAreListedUnderTheNameInTheWorkspace(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		text := strings.Replace(shop, "name: shop", "name: The Shop, nightly", 1)
		body, err := json.Marshal(master.SaveText{Text: &text})
		if err != nil {
			t.Fatal(err)
		}
		h.want(200, nil, "PUT", "/api/v1/plans/shop", string(body))
		for _, test := range []struct{ order, listed string }{
			{`{"plan": "shop"}`, "shop"},
			{inline(text, `, "file": "shop.yaml"`), "shop"}, // stages of the start dialog go along in the plan
			{inline(text, `, "file": "elsewhere.yaml"`), "The Shop, nightly"},
			{inline(text, ``), "The Shop, nightly"},
		} {
			var started load.Result
			h.want(201, &started, "POST", "/api/v1/runs", test.order)
			synctest.Wait()
			var config master.RunConfig
			h.want(200, &config, "GET", "/api/v1/runs/"+started.ID+"/config", "")
			if config.Plan != test.listed || started.Plan != "The Shop, nightly" {
				t.Errorf("%.40s: listed under %q, called %q, want %q and the plan's own name", test.order, config.Plan, started.Plan, test.listed)
			}
			h.want(202, nil, "POST", "/api/v1/runs/"+started.ID+"/stop", `{"now": true}`)
			time.Sleep(30 * time.Second)
		}
		var runs []master.RunInfo
		h.want(200, &runs, "GET", "/api/v1/runs?plan=shop", "")
		if len(runs) != 2 || runs[0].Plan != "shop" {
			t.Errorf("under shop: %+v", runs)
		}
	})
}
