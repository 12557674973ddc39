package etcd

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/locust-http/locust-http/load"
)

func node(id string) load.Node {
	return load.Node{ID: id, Address: "127.0.0.1:7" + id[len(id)-1:], Host: "host-" + id, Labels: []load.Label{{Name: "site", Value: "eu"}},
		Version: "v1", Protocol: load.Protocol, OS: "linux/amd64", CPUs: 2, Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
}

// announce keeps n listed until the returned function is called or the test ends.
func announce(t *testing.T, r *Registry, n load.Node) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Announce(ctx, n) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Announce %s: %v", n.ID, err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// watching is a running Watch and what it sent.
type watching struct {
	t     *testing.T
	nodes chan []load.Node
}

func startWatch(t *testing.T, r *Registry) *watching {
	t.Helper()
	w := &watching{t, make(chan []load.Node)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Watch(ctx, w.nodes) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Watch: %v", err)
		}
	})
	return w
}

// until waits for the set with exactly these ids.
func (w *watching) until(ids ...string) []load.Node {
	w.t.Helper()
	slices.Sort(ids)
	deadline := time.After(patience)
	var last []string
	for {
		select {
		case set := <-w.nodes:
			last = last[:0]
			for _, n := range set {
				last = append(last, n.ID)
			}
			if slices.Equal(last, ids) {
				return set
			}
		case <-deadline:
			w.t.Fatalf("the set never became %v; it is %v", ids, last)
		}
	}
}

// servers are the two kinds of etcd; every behaviour of the registry holds on both.
func servers(t *testing.T, f func(t *testing.T, endpoint string)) {
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		f(t, startEmbedded(t, ServerConfig{Dir: t.TempDir()}).endpoint)
	})
	t.Run("external", func(t *testing.T) {
		t.Parallel()
		f(t, startExternal(t).endpoint)
	})
}

func TestAnnouncedWorkersAreSeenAndGo(t *testing.T) {
	servers(t, func(t *testing.T, endpoint string) {
		a, b := open(t, endpoint), open(t, endpoint)
		w := startWatch(t, b)
		w.until()
		stop := announce(t, a, node("w-2"))
		announce(t, a, node("w-1"))
		set := w.until("w-1", "w-2")
		if want := []load.Node{node("w-1"), node("w-2")}; !reflect.DeepEqual(set, want) {
			t.Errorf("got  %+v\nwant %+v", set, want)
		}
		stop()
		w.until("w-1")
		if a.Err() != nil || b.Err() != nil {
			t.Errorf("Err: %v, %v", a.Err(), b.Err())
		}
	})
}

func TestAnnounceComesBack(t *testing.T) {
	servers(t, func(t *testing.T, endpoint string) {
		r := open(t, endpoint)
		announce(t, r, node("w-1"))
		w := startWatch(t, r)
		w.until("w-1")
		raw := rawClient(t, endpoint)
		key := DefaultPrefix + "workers/w-1"

		began := time.Now()
		if _, err := raw.Delete(bounded(t), key); err != nil {
			t.Fatal(err)
		}
		w.until()
		w.until("w-1")
		t.Logf("a deleted key was back after %v", time.Since(began)) // not a failure: the machine may be busy

		resp, err := raw.Get(bounded(t), key)
		if err != nil {
			t.Fatal(err)
		}
		// What a long pause of etcd does to a healthy worker.
		if _, err := raw.Revoke(bounded(t), clientv3.LeaseID(resp.Kvs[0].Lease)); err != nil {
			t.Fatal(err)
		}
		w.until()
		w.until("w-1")
	})
}

func TestWatchOutlivesCompaction(t *testing.T) {
	servers(t, func(t *testing.T, endpoint string) {
		raw := rawClient(t, endpoint)
		v := &view{r: open(t, endpoint), prefix: DefaultPrefix + "workers/", newest: make(chan []load.Node, 1)}
		eventually(t, "etcd answers", func() bool { return v.r.Err() == nil })
		// A watch from a revision that is compacted away ends with an error, not in
		// silence, and the next follow lists again.
		rev, err := v.list(bounded(t))
		if err != nil {
			t.Fatal(err)
		}
		var last int64
		for i := range 10 {
			resp, err := raw.Put(bounded(t), "elsewhere", fmt.Sprint(i))
			if err != nil {
				t.Fatal(err)
			}
			last = resp.Header.Revision
		}
		if _, err := raw.Compact(bounded(t), last, clientv3.WithCompactPhysical()); err != nil {
			t.Fatal(err)
		}
		w := clientv3.NewWatcher(v.r.client)
		defer w.Close()
		resp := <-w.Watch(bounded(t), v.prefix, clientv3.WithPrefix(), clientv3.WithRev(rev+1))
		if resp.Err() == nil {
			t.Fatal("etcd did not refuse a compacted revision: this test tests nothing")
		}
		watch := startWatch(t, v.r)
		watch.until()
		announce(t, v.r, node("w-1"))
		watch.until("w-1")
	})
}

func TestEmbeddedCrashKeepsTheFleet(t *testing.T) {
	t.Parallel()
	e := startEmbedded(t, ServerConfig{Dir: t.TempDir()})
	r := open(t, e.endpoint)
	announce(t, r, node("w-1"))
	w := startWatch(t, r)
	w.until("w-1")
	for i := range 2 {
		e.crash(t)
		eventually(t, "the server is back", func() bool { return e.Restarts() == i+1 && e.Err() == nil })
		announce(t, r, node(fmt.Sprintf("x-%d", i)))
		ids := []string{"w-1", "x-0", "x-1"}[:i+2]
		w.until(ids...)
	}
}

func TestWipedEtcdIsFilledAgain(t *testing.T) {
	t.Parallel()
	x := startExternal(t)
	r := open(t, x.endpoint)
	for i := range 5 {
		announce(t, r, node(fmt.Sprintf("w-%d", i)))
	}
	w := startWatch(t, r)
	all := []string{"w-0", "w-1", "w-2", "w-3", "w-4"}
	w.until(all...)
	release, err := r.Hold(bounded(t), "run-1", []string{"w-0"})
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	x.wipe()
	raw := rawClient(t, x.endpoint)
	eventually(t, "all keys are written again", func() bool {
		resp, err := raw.Get(bounded(t), DefaultPrefix, clientv3.WithPrefix(), clientv3.WithKeysOnly())
		return err == nil && len(resp.Kvs) == 6
	})
	// The watch must live on in the new etcd too, whose revisions are lower.
	announce(t, r, node("x-9"))
	w.until(append(all, "x-9")...)
	if _, err := r.Hold(bounded(t), "run-2", []string{"w-0"}); !errors.Is(err, load.ErrHeld) {
		t.Errorf("a hold after the wipe: %v", err)
	}
}

func TestOpenWhileEtcdIsDown(t *testing.T) {
	t.Parallel()
	x := startExternal(t)
	x.stop()
	r := open(t, x.endpoint)
	announce(t, r, node("w-1"))
	w := startWatch(t, r)
	eventually(t, "the trouble shows", func() bool { return r.Err() != nil && r.Err() != errNeverReached })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := r.Hold(ctx, "run", []string{"w"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Hold without an etcd: %v", err)
	}
	x.start()
	w.until("w-1")
	eventually(t, "the trouble is over", func() bool { return r.Err() == nil })
}

func TestTwoWorkersWithOneID(t *testing.T) {
	servers(t, func(t *testing.T, endpoint string) {
		r := open(t, endpoint)
		announce(t, r, node("w-1"))
		w := startWatch(t, r)
		w.until("w-1")
		twin := node("w-1")
		twin.Address = "10.0.0.9:7000"
		err := r.Announce(bounded(t), twin)
		if !errors.Is(err, ErrDuplicateID) || !strings.Contains(err.Error(), "127.0.0.1:71 on host host-w-1") {
			t.Errorf("the second: %v", err)
		}
	})
}

// A worker that was killed and started again is listed at once, not after its old
// lease has run out.
func TestRestartedWorkerTakesItsKeyOver(t *testing.T) {
	servers(t, func(t *testing.T, endpoint string) {
		r := open(t, endpoint, func(c *Config) { c.TTL = time.Hour })
		w := startWatch(t, r)
		left, err := encodeNode(node("w-1"), "the instance before")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rawClient(t, endpoint).Put(bounded(t), DefaultPrefix+"workers/w-1", left); err != nil {
			t.Fatal(err)
		}
		w.until("w-1")
		n := node("w-1")
		n.Version = "v2"
		announce(t, r, n)
		for set := range w.nodes {
			if len(set) == 1 && set[0].Version == "v2" {
				break
			}
		}
	})
}

func TestGarbageIsIgnoredAndCounted(t *testing.T) {
	servers(t, func(t *testing.T, endpoint string) {
		raw := rawClient(t, endpoint)
		for key, value := range map[string]string{
			"a":     "not json",
			"b":     `{"id":"another","address":"h:1"}`,
			"c":     `{"id":"c"}`,
			"d/e":   `{"id":"d/e","address":"h:1"}`,
			"f":     `{"id":"f","address":"` + strings.Repeat("x", maxNodeBytes) + `"}`,
			"":      `{}`,
			"g\x00": `{"id":"g\u0000","address":"h:1"}`,
		} {
			if _, err := raw.Put(bounded(t), DefaultPrefix+"workers/"+key, value); err != nil {
				t.Fatal(err)
			}
		}
		r := open(t, endpoint)
		announce(t, r, node("w-1"))
		w := startWatch(t, r)
		w.until("w-1")
		if n := r.Ignored(); n != 7 {
			t.Errorf("ignored %d keys, want 7", n)
		}
		if _, err := raw.Delete(bounded(t), DefaultPrefix+"workers/a"); err != nil {
			t.Fatal(err)
		}
		eventually(t, "one is gone", func() bool { return r.Ignored() == 6 })
	})
}

func TestSlowReceiverGetsTheNewestSet(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	newest, nodes := make(chan []load.Node), make(chan []load.Node)
	done := make(chan struct{})
	go func() { defer close(done); forward(ctx, newest, nodes) }()
	for i := range 100 {
		newest <- make([]load.Node, i)
	}
	if set := <-nodes; len(set) != 99 {
		t.Errorf("got the set of %d, want the newest, of 99", len(set))
	}
	cancel()
	<-done
}

func TestHoldIsAllOrNone(t *testing.T) {
	servers(t, func(t *testing.T, endpoint string) {
		r, other := open(t, endpoint), open(t, endpoint)
		release, err := r.Hold(bounded(t), "run-1", []string{"w-2", "w-3", "w-2"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = other.Hold(bounded(t), "run-2", []string{"w-1", "w-2", "w-3"})
		if !errors.Is(err, load.ErrHeld) || !strings.HasSuffix(err.Error(), ": w-2 by run run-1, w-3 by run run-1") {
			t.Errorf("the second: %v", err)
		}
		if got := held(t, endpoint); !reflect.DeepEqual(got, map[string]string{"w-2": "run-1", "w-3": "run-1"}) {
			t.Errorf("held: %v", got)
		}
		release()
		release()
		release2, err := other.Hold(bounded(t), "run-2", []string{"w-1", "w-2", "w-3"})
		if err != nil {
			t.Fatal(err)
		}
		defer release2()
		release() // a third time: it must not touch what is another's now
		if got := held(t, endpoint); len(got) != 3 || got["w-2"] != "run-2" {
			t.Errorf("held: %v", got)
		}
		if _, err := r.Hold(bounded(t), "run-3", nil); err == nil {
			t.Error("held no workers")
		}
	})
}

func TestHoldOfARestartedMasterIsTakenOver(t *testing.T) {
	servers(t, func(t *testing.T, endpoint string) {
		before, after := open(t, endpoint), open(t, endpoint)
		release, err := before.Hold(bounded(t), "run-1", []string{"w-1"})
		if err != nil {
			t.Fatal(err)
		}
		again, err := after.Hold(bounded(t), "run-1", []string{"w-1", "w-2"})
		if err != nil {
			t.Fatal(err)
		}
		release()
		if got := held(t, endpoint); len(got) != 2 {
			t.Errorf("the old master's release took the new one's hold: %v", got)
		}
		again()
		if got := held(t, endpoint); len(got) != 0 {
			t.Errorf("held after all: %v", got)
		}
	})
}

func TestHoldSurvivesTheLossOfItsLeaseAndEndsWithTheRegistry(t *testing.T) {
	servers(t, func(t *testing.T, endpoint string) {
		r, err := Open(t.Context(), Config{Endpoints: []string{endpoint}, TTL: minTTL, Log: quiet()})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		ctx, cancel := context.WithCancel(bounded(t))
		release, err := r.Hold(ctx, "run-1", []string{"w-1"})
		if err != nil {
			t.Fatal(err)
		}
		cancel() // bounds the taking only
		raw := rawClient(t, endpoint)
		resp, err := raw.Get(bounded(t), DefaultPrefix+"holds/w-1")
		if err != nil || len(resp.Kvs) != 1 {
			t.Fatalf("%v, %v", resp, err)
		}
		if _, err := raw.Revoke(bounded(t), clientv3.LeaseID(resp.Kvs[0].Lease)); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the hold is back", func() bool { return held(t, endpoint)["w-1"] == "run-1" })
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		if got := held(t, endpoint); len(got) != 0 {
			t.Errorf("held after Close: %v", got)
		}
		release()
		if _, err := r.Hold(bounded(t), "run-1", []string{"w-1"}); !errors.Is(err, errClosed) {
			t.Errorf("Hold after Close: %v", err)
		}
	})
}

// Twenty runs want overlapping sets at once. Whoever gets a set has all of it alone.
func TestHoldCollisions(t *testing.T) {
	servers(t, func(t *testing.T, endpoint string) {
		r := open(t, endpoint)
		workers := []string{"w-0", "w-1", "w-2", "w-3", "w-4"}
		for round := range 5 {
			var wg sync.WaitGroup
			var mu sync.Mutex
			var winners []int
			var releases []func()
			for i := range 20 {
				wg.Go(func() {
					// Each in an order of its own, all with w-0 among them.
					mine := append(slices.Clone(workers[i%5:]), workers[:i%5]...)
					if i%2 == 1 {
						mine = []string{"w-0", workers[1+i%4]}
					}
					release, err := r.Hold(bounded(t), fmt.Sprintf("run-%d", i), mine)
					if err != nil {
						if !errors.Is(err, load.ErrHeld) {
							t.Error(err)
						}
						return
					}
					mu.Lock()
					defer mu.Unlock()
					winners, releases = append(winners, i), append(releases, release)
				})
			}
			wg.Wait()
			if len(winners) != 1 {
				t.Fatalf("round %d: %v won, want exactly one", round, winners)
			}
			want := 5
			if winners[0]%2 == 1 {
				want = 2
			}
			got := held(t, endpoint)
			if len(got) != want {
				t.Errorf("round %d: run %d holds %v, want %d workers", round, winners[0], got, want)
			}
			releases[0]()
			if got := held(t, endpoint); len(got) != 0 {
				t.Errorf("round %d: after release %v", round, got)
			}
		}
	})
}

func TestHoldOfAThousandWorkers(t *testing.T) {
	e := startEmbedded(t, ServerConfig{Dir: t.TempDir()})
	r := open(t, e.endpoint)
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprintf("w-%d", i))
	}
	release, err := r.Hold(bounded(t), "run-1", many)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	_, err = r.Hold(bounded(t), "run-2", many)
	if !errors.Is(err, load.ErrHeld) || !strings.HasSuffix(err.Error(), "and 995 more") {
		t.Errorf("the second: %v", err)
	}
	x := startExternal(t)
	if _, err := open(t, x.endpoint).Hold(bounded(t), "run-1", many); err == nil || !strings.Contains(err.Error(), "--max-txn-ops") {
		t.Errorf("on an etcd that takes 128 operations: %v", err)
	}
}

func held(t *testing.T, endpoint string) map[string]string {
	t.Helper()
	c := rawClient(t, endpoint)
	defer c.Close()
	prefix := DefaultPrefix + "holds/"
	resp, err := c.Get(bounded(t), prefix, clientv3.WithPrefix())
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for _, kv := range resp.Kvs {
		m[strings.TrimPrefix(string(kv.Key), prefix)] = string(kv.Value)
	}
	return m
}

func TestOpenRefusesWhatCannotWork(t *testing.T) {
	for want, c := range map[string]Config{
		"no etcd endpoint":   {},
		"is no etcd endp":    {Endpoints: []string{"a:1,b:1"}},
		"without a user":     {Endpoints: []string{"a:1"}, Password: "x"},
		"no password was":    {Endpoints: []string{"a:1"}, User: "x"},
		"by themselves":      {Endpoints: []string{"a:1", "http://me:s3cret@b:1"}},
		"are given by":       {Endpoints: []string{"me:s3cret @b:1"}},
		"too short for etcd": {Endpoints: []string{"a:1"}, TTL: time.Second},
	} {
		if _, err := Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", c, err, want)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the password is in the error: %v", err)
		}
	}
	r := open(t, "127.0.0.1:1")
	for _, id := range []string{"", "a/b", "a b", "a\n", strings.Repeat("x", 129)} {
		n := node("w-1")
		n.ID = id
		if err := r.Announce(t.Context(), n); err == nil {
			t.Errorf("announced %q", id)
		}
		if _, err := r.Hold(t.Context(), "run", []string{id}); err == nil {
			t.Errorf("held %q", id)
		}
	}
}
