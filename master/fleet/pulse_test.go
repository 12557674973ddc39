package fleet_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
)

func (h *hosts) worker(t *testing.T, id string) fleet.Worker {
	t.Helper()
	for _, w := range h.Workers() {
		if w.ID == id {
			return w
		}
	}
	t.Fatalf("there is no %s", id)
	return fleet.Worker{}
}

// news says whether there was a signal, and takes it.
func (h *hosts) news() bool {
	select {
	case <-h.Changed():
		return true
	default:
		return false
	}
}

func TestVitalsOfIdleAndBusyWorkers(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hosts) {
		h.workers["w0"].Vitals = load.Vitals{Clock: time.Now().Add(1500 * time.Millisecond), CPU: 0.25, Memory: 7, Lag: 3 * time.Millisecond}
		h.list(2)
		if !h.news() {
			t.Error("nothing is said of new workers")
		}
		w := h.worker(t, "w0")
		if w.CPU != 0.25 || w.Memory != 7 || w.Lag != 3 || w.ClockOffset != 1500 || w.Beat != 0 || !slices.Equal(w.CPUTrend, []float64{0.25}) {
			t.Errorf("%+v", w)
		}
		h.Observe("w0", load.WorkerSecond{Users: 9, CPU: 0.9}) // no run has it
		if w := h.worker(t, "w0"); w.Users != 0 || w.CPU != 0.25 {
			t.Errorf("%+v", w)
		}
		l, err := h.Acquire(t.Context(), fleet.Want{Run: "r", IDs: []string{"w0"}})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Second)
		h.news()
		h.Observe("w0", load.WorkerSecond{Users: 9, Requests: 120, CPU: 0.9, Memory: 70, Lag: 30 * time.Millisecond})
		if w := h.worker(t, "w0"); w.Users != 9 || w.RPS != 120 || w.CPU != 0.9 || w.Memory != 70 || w.Lag != 30 || w.Beat != 0 || !h.news() {
			t.Errorf("%+v", w)
		}
		time.Sleep(2 * time.Second) // a probe has come between
		if w := h.worker(t, "w0"); w.Users != 9 || w.CPU != 0.9 || !slices.Equal(w.CPUTrend, []float64{0.25, 0.9}) {
			t.Errorf("the daemon's word counts for more than the run's: %+v", w)
		}
		l.Release()
		if w := h.worker(t, "w0"); w.Users != 0 || w.RPS != 0 {
			t.Errorf("a worker without a run has users: %+v", w)
		}
		time.Sleep(10 * time.Minute)
		if w := h.worker(t, "w0"); len(w.CPUTrend) != 60 || w.CPU != 0.25 {
			t.Errorf("%+v", w)
		}
	})
}

// TestAbsurdVitals: what one worker says of itself does not spoil the list of all.
func TestAbsurdVitals(t *testing.T) {
	for _, v := range []load.Vitals{
		{CPU: math.NaN()}, {CPU: math.Inf(1)}, {CPU: -1, Memory: -5, Lag: -time.Hour}, {CPU: math.MaxFloat64, Clock: time.Unix(1<<60, 0)},
	} {
		inBubble(t, func(t *testing.T, h *hosts) {
			h.workers["w0"].Vitals = v
			h.list(2)
			time.Sleep(5 * time.Second)
			if _, err := json.Marshal(h.Workers()); err != nil {
				t.Errorf("%+v: %v", v, err)
			}
			if w := h.worker(t, "w0"); w.CPU != 0 || w.Memory != 0 || w.Lag != 0 || w.State != fleet.Ready {
				t.Errorf("%+v: %+v", v, w)
			}
		})
	}
}

func TestLostWorkersStayListed(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hosts) {
		var down atomic.Bool
		h.workers["w1"].OnInfo = func(context.Context) error {
			if down.Load() {
				return errors.New("connection refused")
			}
			return nil
		}
		h.list(2)
		down.Store(true)
		time.Sleep(6 * time.Second)
		w := h.worker(t, "w1")
		if w.State != fleet.Lost || w.LastSeen == nil || time.Since(*w.LastSeen) != 6*time.Second || w.Beat != 6000 {
			t.Errorf("%+v", w)
		}
		if err := h.Dismiss("w0"); !errors.Is(err, fleet.ErrNotLost) {
			t.Errorf("a worker that is there is dismissed: %v", err)
		}
		if err := h.Dismiss("nobody"); !errors.Is(err, fleet.ErrUnknown) {
			t.Errorf("%v", err)
		}
		if err := h.Dismiss("w1"); err != nil || h.state("w1") != "" {
			t.Errorf("%v, %s", err, h.state("w1"))
		}
		down.Store(false)
		time.Sleep(6 * time.Second)
		if h.state("w1") != fleet.Ready {
			t.Error("a dismissed worker that came back is not shown")
		}
		h.list(1)
		if w := h.worker(t, "w1"); w.State != fleet.Lost || w.LastSeen == nil || len(h.Unknown([]string{"w1"})) != 1 {
			t.Errorf("%+v", w)
		}
		h.list(2)
		if h.state("w1") != fleet.Ready || len(h.Workers()) != 2 {
			t.Errorf("%+v", h.Workers())
		}
		h.list(1)
		time.Sleep(25 * time.Hour)
		if h.state("w1") != "" {
			t.Error("it stays listed for ever")
		}
		h.list(2)
		h.list(1)
		if err := h.Dismiss("w1"); err != nil || h.state("w1") != "" {
			t.Errorf("%v, %s", err, h.state("w1"))
		}
	})
}

func TestExcludedWorkersAreLeftOut(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hosts) {
		h.list(2)
		if !h.Exclude("w0", true) || h.Exclude("nobody", true) {
			t.Error("who can be excluded")
		}
		l, err := h.Acquire(t.Context(), fleet.Want{Run: "a"})
		if err != nil || !slices.Equal(members(l), []string{"w1"}) {
			t.Fatalf("%v, %v", l, err)
		}
		if why := h.Waiting(fleet.Want{Count: 2}); len(why) != 2 || why[0].Code != load.WhyWaits || why[0].Params["fit"] != 1.0 || why[1].Code != load.WhyExcluded {
			t.Errorf("waiting: %+v", why)
		} else if w := load.TextOf(why); w != "waits for 2 workers; 1 fit, 0 of them are free; excluded: 1" {
			t.Errorf("%q", w)
		}
		if r := h.Reachable(fleet.Want{}); len(r) != 1 || r[0].ID != "w1" {
			t.Errorf("%+v", r)
		}
		named, err := h.Acquire(t.Context(), fleet.Want{Run: "b", IDs: []string{"w0"}})
		if err != nil {
			t.Fatal(err)
		}
		named.Release()
		h.list(0)
		h.list(2) // it has come back
		if !h.worker(t, "w0").Excluded {
			t.Error("who comes back is not excluded any more")
		}
		waits := make(chan *fleet.Lease)
		go func() {
			got, err := h.Acquire(t.Context(), fleet.Want{Run: "c"})
			if err != nil {
				t.Error(err)
			}
			waits <- got
		}()
		synctest.Wait()
		h.Exclude("w0", false)
		(<-waits).Release()
		l.Release()
	})
}
