package run_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run/runtest"
)

// TestLiveWhileStopping: rates follow the workers that are still at it, and are nothing
// once all have ended.
func TestLiveWhileStopping(t *testing.T) {
	bubble(t, func(t *testing.T) {
		slow := func(context.Context) error { time.Sleep(10 * time.Second); return nil }
		w := []*runtest.Worker{{PerSecond: 100, OnTeardown: slow}, {PerSecond: 10, StopTakes: 10 * time.Second}}
		r := start(t, shop(), w...)
		go r.Conduct(context.Background())
		time.Sleep(5 * time.Second)
		r.Stop(false)
		time.Sleep(6 * time.Second)
		if l := r.Live(); l.State != load.StateStopping || l.RPS != 10 || l.Users == 0 {
			t.Errorf("one is still at it: %+v", l)
		}
		time.Sleep(6 * time.Second)
		if l := r.Live(); l.State != load.StateStopping || l.RPS != 0 || l.Failing != 0 || l.Target != 0 {
			t.Errorf("all have ended: %+v", l)
		}
		<-r.Done()
		wantState(t, r.Result(), load.StateStopped, "")
	})
}

// TestLiveJSON: lists are never null, and files are, in a run without them.
func TestLiveJSON(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, shop(), &runtest.Worker{PerSecond: 1})
		for range 2 {
			text, err := json.Marshal(r.Live())
			if err != nil || !strings.Contains(string(text), `"scenarios":[`) || !strings.Contains(string(text), `"files":null`) {
				t.Errorf("%s, %v", text, err)
			}
			if text, err := json.Marshal(r.Result()); err != nil || strings.Contains(string(text), `"groups":null`) || strings.Contains(string(text), `"stages":null`) || strings.Contains(string(text), `"data":null`) {
				t.Errorf("%s, %v", text, err)
			}
			r.Conduct(context.Background())
		}
	})
}
