package fleet_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/master/run/runtest"
)

// host is a worker with a daemon that says what it has.
type host struct {
	*runtest.Worker
	mu       sync.Mutex
	standing load.Standing
	err      error
	ahead    time.Duration // of its clock; 0: it does not tell that
	slow     time.Duration // its answers' way back
}

func (h *host) set(s load.Standing) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.standing = s
}

func (h *host) Info(ctx context.Context) (load.Info, error) {
	i, err := h.Worker.Info(ctx)
	h.mu.Lock()
	i.Standing = h.standing
	if h.ahead != 0 {
		i.Clock = time.Now().Add(h.ahead)
	}
	slow, err := h.slow, errors.Join(err, h.err)
	h.mu.Unlock()
	time.Sleep(slow)
	return i, err
}

func (h *host) Inspect(context.Context, load.LogQuery) (*load.Inspection, error) {
	return &load.Inspection{Last: 7}, h.err
}

func (h *host) Drain(context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.standing.Draining = h.err == nil
	return h.err
}

func withHosts(t *testing.T, f func(t *testing.T, fl *fleet.Fleet, registry *runtest.Registry, hosts map[string]*host)) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtest.NewRegistry()
		hosts := map[string]*host{"w0": {Worker: &runtest.Worker{}}, "w1": {Worker: &runtest.Worker{}}}
		fl := fleet.New(registry, func(_ context.Context, n load.Node) (fleet.Connection, error) { return hosts[n.ID], nil }, nil)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- fl.Run(ctx) }()
		registry.Set([]load.Node{{ID: "w0", Protocol: load.Protocol}, {ID: "w1", Protocol: load.Protocol}})
		synctest.Wait()
		f(t, fl, registry, hosts)
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func see(t *testing.T, f *fleet.Fleet, id string) fleet.Worker {
	t.Helper()
	list := f.Workers()
	i := slices.IndexFunc(list, func(w fleet.Worker) bool { return w.ID == id })
	if i < 0 {
		t.Fatalf("no %s in %+v", id, list)
	}
	return list[i]
}

// orphan is a run whose master was killed.
var orphan = load.Standing{Tenures: []load.Tenancy{{Run: "01OLD", Owner: "ann", Silent: 8 * time.Second, FreeIn: 22 * time.Second}}}

func TestAWorkerOfAnUnknownRunIsBusy(t *testing.T) {
	withHosts(t, func(t *testing.T, f *fleet.Fleet, _ *runtest.Registry, hosts map[string]*host) {
		time.Sleep(time.Second)
		// The probe has not seen it yet: it is asked once more before the run begins.
		hosts["w0"].set(orphan)
		got := make(chan *fleet.Lease)
		go func() {
			l, err := f.Acquire(t.Context(), fleet.Want{Run: "new", Count: 2})
			if err != nil {
				t.Error(err)
			}
			got <- l
		}()
		synctest.Wait()
		w := see(t, f, "w0")
		if w.State != fleet.Busy || w.Run != "" || w.Held == nil || w.Held.Run != "01OLD" || w.Held.Owner != "ann" || w.Held.Until == nil {
			t.Errorf("%+v", w)
		}
		if s := see(t, f, "w1").State; s != fleet.Ready {
			t.Errorf("w1 is %s while the run waits", s)
		}
		if waits := load.TextOf(f.Waiting(fleet.Want{Count: 2})); !strings.Contains(waits, "w0 is held by run 01OLD of ann, whose master is silent, for about 22s") {
			t.Errorf("%q", waits)
		}
		select {
		case <-got:
			t.Fatal("it has begun")
		case <-time.After(20 * time.Second):
		}
		hosts["w0"].set(load.Standing{Tenures: []load.Tenancy{{Run: "01OLD", Ended: true}}}) // its reports wait
		l := <-got
		if ids := members(l); !slices.Equal(ids, []string{"w0", "w1"}) {
			t.Errorf("%v", ids)
		}
		if w := see(t, f, "w0"); w.Run != "new" || w.Held != nil {
			t.Errorf("%+v", w)
		}
		l.Release()
	})
}

func TestARunOfOursThatIsClearedAwayDelaysTheNextLittle(t *testing.T) {
	withHosts(t, func(t *testing.T, f *fleet.Fleet, _ *runtest.Registry, hosts map[string]*host) {
		l, err := f.Acquire(t.Context(), fleet.Want{Run: "r1", Count: 2})
		if err != nil {
			t.Fatal(err)
		}
		hosts["w0"].set(load.Standing{Tenures: []load.Tenancy{{Run: "r1"}}})
		time.Sleep(time.Minute)
		if w := see(t, f, "w0"); w.Held != nil || w.Run != "r1" {
			t.Errorf("our own run: %+v", w)
		}
		l.Release()
		time.AfterFunc(300*time.Millisecond, func() { hosts["w0"].set(load.Standing{}) })
		began := time.Now()
		l, err = f.Acquire(t.Context(), fleet.Want{Run: "r2", Count: 2})
		if took := time.Since(began); err != nil || took > 500*time.Millisecond {
			t.Errorf("after %v: %v", took, err)
		}
		l.Release()
		// One that we have given up, but the worker has not, is waited for like any other.
		hosts["w0"].set(load.Standing{Tenures: []load.Tenancy{{Run: "r2"}}})
		time.Sleep(10 * time.Second)
		if w := see(t, f, "w0"); w.State != fleet.Busy || w.Held == nil {
			t.Errorf("%+v", w)
		}
	})
}

func TestDrainedWorkersAreLeftOutAndGo(t *testing.T) {
	withHosts(t, func(t *testing.T, f *fleet.Fleet, registry *runtest.Registry, hosts map[string]*host) {
		if err := f.Drain(t.Context(), "nobody"); !errors.Is(err, fleet.ErrUnknown) {
			t.Errorf("%v", err)
		}
		if err := f.Drain(t.Context(), "w0"); err != nil {
			t.Fatal(err)
		}
		if s := see(t, f, "w0").State; s != fleet.Draining {
			t.Errorf("w0 is %s", s)
		}
		if r := f.Reachable(fleet.Want{}); len(r) != 1 || r[0].ID != "w1" {
			t.Errorf("%+v", r)
		}
		if waits := load.TextOf(f.Waiting(fleet.Want{IDs: []string{"w0"}})); !strings.Contains(waits, "w0 is draining") {
			t.Errorf("%q", waits)
		}
		l, err := f.Acquire(t.Context(), fleet.Want{Run: "r"})
		if err != nil || !slices.Equal(members(l), []string{"w1"}) {
			t.Fatalf("%v, %v", members(l), err)
		}
		l.Release()
		// Its end is no loss.
		hosts["w0"].mu.Lock()
		hosts["w0"].err = errors.New("connection refused")
		hosts["w0"].mu.Unlock()
		time.Sleep(6 * time.Second)
		if s := see(t, f, "w0").State; s != fleet.Draining {
			t.Errorf("w0 is %s", s)
		}
		registry.Set([]load.Node{{ID: "w1", Protocol: load.Protocol}})
		synctest.Wait()
		if list := f.Workers(); len(list) != 1 {
			t.Errorf("%+v", list)
		}
		// One that another master has told to drain says so itself.
		hosts["w1"].set(load.Standing{Draining: true})
		time.Sleep(6 * time.Second)
		if s := see(t, f, "w1").State; s != fleet.Draining {
			t.Errorf("w1 is %s", s)
		}
	})
}

func TestARunIsNotGivenAWorkerThatHasJustBegunToDrain(t *testing.T) {
	withHosts(t, func(t *testing.T, f *fleet.Fleet, _ *runtest.Registry, hosts map[string]*host) {
		time.Sleep(time.Second)
		hosts["w0"].set(load.Standing{Draining: true}) // another master said so; no probe has seen it
		l, err := f.Acquire(t.Context(), fleet.Want{Run: "r"})
		if err != nil || !slices.Equal(members(l), []string{"w1"}) {
			t.Fatalf("%v, %v", members(l), err)
		}
		l.Release()
	})
}

func TestInspect(t *testing.T) {
	withHosts(t, func(t *testing.T, f *fleet.Fleet, registry *runtest.Registry, hosts map[string]*host) {
		if i, _, err := f.Inspect(t.Context(), "w0", load.LogQuery{}); err != nil || i.Last != 7 {
			t.Errorf("%+v, %v", i, err)
		}
		if tr, err := f.Trend("w0"); err != nil || tr.Step != 5000 || len(tr.CPU) != 1 || len(tr.Memory) != 1 {
			t.Errorf("%+v, %v", tr, err)
		}
		if _, err := f.Trend("nobody"); !errors.Is(err, fleet.ErrUnknown) {
			t.Errorf("%v", err)
		}
		registry.Set(nil)
		synctest.Wait()
		if _, _, err := f.Inspect(t.Context(), "w0", load.LogQuery{}); !errors.Is(err, fleet.ErrAway) || !strings.Contains(err.Error(), "registry lists it no more") {
			t.Errorf("%v", err)
		}
	})
}

// A slow probe knows little of a clock: it does not take the place of a fast one for a while.
func TestClocksAreComparedByTheFastestProbe(t *testing.T) {
	withHosts(t, func(t *testing.T, f *fleet.Fleet, _ *runtest.Registry, hosts map[string]*host) {
		clock := func(slow time.Duration) {
			hosts["w0"].mu.Lock()
			defer hosts["w0"].mu.Unlock()
			hosts["w0"].ahead, hosts["w0"].slow = 10*time.Millisecond, slow
		}
		clock(0)
		time.Sleep(6 * time.Second)
		if got := see(t, f, "w0").ClockOffset; got != 10 {
			t.Errorf("%v ms", got)
		}
		clock(200 * time.Millisecond)
		time.Sleep(30 * time.Second)
		if got := see(t, f, "w0").ClockOffset; got != 10 {
			t.Errorf("%v ms, by slow probes", got)
		}
		time.Sleep(time.Minute)
		if got := see(t, f, "w0").ClockOffset; got != -90 {
			t.Errorf("%v ms, when only slow probes are there", got)
		}
	})
}

// A run that this master conducted before it was started anew is given up by its worker, if
// that does not hear of its master; one of another master is not touched.
func TestAFormerRunIsGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		has   load.Tenancy
		given bool
	}{
		"ours":                  {load.Tenancy{Run: "01OLD", Silent: 8 * time.Second, FreeIn: 22 * time.Second}, true},
		"of another master":     {load.Tenancy{Run: "01OTHER", Silent: 8 * time.Second, FreeIn: 22 * time.Second}, false},
		"ours, with its master": {load.Tenancy{Run: "01OLD"}, false},
		"ours, and over":        {load.Tenancy{Run: "01OLD", Silent: 8 * time.Second, Ended: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			withHosts(t, func(t *testing.T, f *fleet.Fleet, _ *runtest.Registry, hosts map[string]*host) {
				f.Disown([]string{"01OLD"}, 77)
				h := hosts["w0"]
				h.set(load.Standing{Tenures: []load.Tenancy{c.has}})
				time.Sleep(time.Minute)
				s := h.Session()
				if (s != nil) != c.given {
					t.Fatalf("session %v", s)
				}
				if s == nil {
					return
				}
				if j := s.Job(); j.Run != "01OLD" || j.Epoch != 77 || j.Grace == 0 {
					t.Errorf("%+v", j)
				}
				if calls := h.Calls(); !slices.Equal(calls, []string{"prepare", "close"}) {
					t.Errorf("%v: it is asked once", calls)
				}
			})
		})
	}
}
