package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/master/run/runtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hosts is a fleet in a bubble with its registry.
type hosts struct {
	*fleet.Fleet
	registry *runtest.Registry
	workers  map[string]*runtest.Worker
}

func inBubble(t *testing.T, f func(t *testing.T, h *hosts)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &hosts{registry: runtest.NewRegistry(), workers: map[string]*runtest.Worker{}}
		for i := range 9 {
			h.workers[fmt.Sprint("w", i)] = &runtest.Worker{}
		}
		h.Fleet = fleet.New(h.registry, func(ctx context.Context, n load.Node) (fleet.Connection, error) {
			return h.workers[n.ID], nil
		}, nil)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error)
		go func() { ended <- h.Run(ctx) }()
		synctest.Wait()
		defer func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
		}()
		f(t, h)
	})
}

// list announces workers 0 … n-1; the even ones are in the EU.
func (h *hosts) list(n int) {
	var nodes []load.Node
	for i := range n {
		site := []string{"eu", "us"}[i%2]
		nodes = append(nodes, load.Node{ID: fmt.Sprint("w", i), Protocol: load.Protocol, Labels: []load.Label{{Name: "site", Value: site}}})
	}
	h.registry.Set(nodes)
	synctest.Wait()
}

func (h *hosts) state(id string) fleet.State {
	for _, w := range h.Workers() {
		if w.ID == id {
			return w.State
		}
	}
	return ""
}

func members(l *fleet.Lease) []string {
	var ids []string
	for _, m := range l.Members {
		ids = append(ids, m.ID)
	}
	return ids
}

func TestStates(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hosts) {
		var up atomic.Bool
		h.workers["w1"].OnInfo = func(context.Context) error {
			if up.Load() {
				return nil
			}
			return errors.New("connection refused")
		}
		h.workers["w2"].OnInfo = func(context.Context) error { return load.ErrProtocol }
		h.list(3)
		for id, want := range map[string]fleet.State{"w0": fleet.Ready, "w1": fleet.Lost, "w2": fleet.Incompatible} {
			if got := h.state(id); got != want {
				t.Errorf("%s is %s, want %s", id, got, want)
			}
		}
		if e := h.Workers()[1].Error; e != "worker w1 does not answer: connection refused" {
			t.Errorf("error %q", e)
		}
		up.Store(true)
		time.Sleep(6 * time.Second)
		if got := h.state("w1"); got != fleet.Ready {
			t.Errorf("w1 is %s after it came back", got)
		}
		h.registry.Set([]load.Node{{ID: "w0", Protocol: load.Protocol, Labels: []load.Label{{Name: "site", Value: "eu"}}}, {ID: "old", Protocol: load.Protocol + 1}})
		synctest.Wait()
		if got := h.state("old"); got != fleet.Incompatible || h.state("w1") != fleet.Lost || h.state("w2") != "" {
			t.Errorf("%s, %+v", got, h.Workers())
		}
		if !slices.Contains(h.workers["w1"].Calls(), "close connection") {
			t.Error("a worker that left the list is still connected")
		}
	})
}

func TestChoice(t *testing.T) {
	for _, test := range []struct {
		want fleet.Want
		got  []string
	}{
		{fleet.Want{}, []string{"w0", "w1", "w2", "w3"}},
		{fleet.Want{Count: 2}, []string{"w0", "w1"}},
		{fleet.Want{Labels: map[string]string{"site": "us"}}, []string{"w1", "w3"}},
		{fleet.Want{Count: 1, Labels: map[string]string{"site": "us"}}, []string{"w1"}},
		{fleet.Want{IDs: []string{"w3", "w0"}}, []string{"w3", "w0"}},
	} {
		inBubble(t, func(t *testing.T, h *hosts) {
			h.list(4)
			test.want.Run = "r"
			l, err := h.Acquire(t.Context(), test.want)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(members(l), test.got) {
				t.Errorf("%+v takes %v, want %v", test.want, members(l), test.got)
			}
			if !slices.Equal(h.registry.Held("r"), slices.Sorted(slices.Values(test.got))) || h.state(test.got[0]) != fleet.Busy {
				t.Errorf("held %v, %s", h.registry.Held("r"), h.state(test.got[0]))
			}
			l.Release()
			l.Release()
			if len(h.registry.Held("r")) != 0 || h.state(test.got[0]) != fleet.Ready {
				t.Error("not given back")
			}
		})
	}
}

// TestQueue: first come, first served; a run does not wait for workers that no
// earlier one could use.
func TestQueue(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hosts) {
		h.list(3)
		first, err := h.Acquire(t.Context(), fleet.Want{Run: "a", IDs: []string{"w0"}})
		if err != nil {
			t.Fatal(err)
		}
		got := make(chan string, 10)
		leases := map[string]*fleet.Lease{}
		ask := func(w fleet.Want) {
			go func() {
				l, err := h.Acquire(t.Context(), w)
				if err != nil {
					t.Error(err)
				}
				leases[w.Run] = l
				got <- w.Run
			}()
			synctest.Wait()
		}
		ask(fleet.Want{Run: "b", Count: 2, Labels: map[string]string{"site": "eu"}}) // w0 and w2: waits
		ask(fleet.Want{Run: "c", IDs: []string{"w2"}})                               // free, but b was first
		ask(fleet.Want{Run: "d", Labels: map[string]string{"site": "us"}})           // w1: at once
		if len(got) != 1 || <-got != "d" {
			t.Fatal("d had to wait, or somebody else had not to")
		}
		if w := load.TextOf(h.Waiting(fleet.Want{Run: "b", Count: 2, Labels: map[string]string{"site": "eu"}})); w != "waits for 2 workers; 2 fit, 1 of them are free" {
			t.Errorf("%q", w)
		}
		if w := h.Waiting(fleet.Want{Run: "d", Labels: map[string]string{"site": "us"}}); w == nil || len(w) > 0 {
			t.Errorf("d has its worker and is told that it %s", w)
		}
		first.Release()
		synctest.Wait()
		if len(got) != 1 || <-got != "b" {
			t.Fatal("b was not the next")
		}
		leases["b"].Release()
		synctest.Wait()
		if len(got) != 1 || <-got != "c" {
			t.Fatal("c was not the last")
		}
		leases["c"].Release()
		leases["d"].Release()
	})
}

func TestQueueIsBounded(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hosts) {
		ctx, cancel := context.WithCancel(t.Context())
		refused := make(chan error, fleet.MaxQueue)
		for i := range fleet.MaxQueue {
			go func() {
				_, err := h.Acquire(ctx, fleet.Want{Run: fmt.Sprint(i)})
				refused <- err
			}()
		}
		synctest.Wait()
		if _, err := h.Acquire(ctx, fleet.Want{Run: "more"}); !errors.Is(err, fleet.ErrQueueFull) {
			t.Errorf("%v, want %v", err, fleet.ErrQueueFull)
		}
		cancel()
		for range fleet.MaxQueue {
			if err := <-refused; !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		}
		h.list(1)
		if _, err := h.Acquire(t.Context(), fleet.Want{Run: "after"}); err != nil {
			t.Error(err)
		}
	})
}

func TestHeldByAnotherMaster(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hosts) {
		release, err := h.registry.Hold(t.Context(), "theirs", []string{"w0"})
		if err != nil {
			t.Fatal(err)
		}
		h.list(1)
		time.AfterFunc(12*time.Second, release)
		began := time.Now()
		l, err := h.Acquire(t.Context(), fleet.Want{Run: "ours"})
		if err != nil {
			t.Fatal(err)
		}
		if d := time.Since(began); d < 12*time.Second || d > 20*time.Second {
			t.Errorf("waited %v", d)
		}
		l.Release()
	})
}

func TestHeldWorkerOutlivesItsEntry(t *testing.T) {
	inBubble(t, func(t *testing.T, h *hosts) {
		h.list(1)
		l, err := h.Acquire(t.Context(), fleet.Want{Run: "r"})
		if err != nil {
			t.Fatal(err)
		}
		h.registry.Set(nil)
		synctest.Wait()
		if slices.Contains(h.workers["w0"].Calls(), "close connection") || h.state("w0") != fleet.Busy {
			t.Error("a worker was hung up on in the middle of a run")
		}
		l.Release()
		synctest.Wait()
		if h.state("w0") != fleet.Lost || !slices.Contains(h.workers["w0"].Calls(), "close connection") {
			t.Errorf("still there: %+v", h.Workers())
		}
	})
}
