package engine_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
	"pgregory.net/rapid"
)

// storm is one session under random orders. Its counts are merged as they come, so at
// the end they can be held against the target's log.
type storm struct {
	s      load.Session
	sums   *tally
	merged chan struct{}
}

func (st *storm) merge() {
	defer close(st.merged)
	for r := range st.s.Reports() {
		st.sums.add(r)
		st.s.Ack(r.Seq)
	}
}

// orders are what a master might do, in any state.
func (st *storm) orders(model load.Model) map[string]func(*rapid.T) {
	ctx := context.Background()
	return map[string]func(*rapid.T){
		"go": func(t *rapid.T) {
			ahead := time.Duration(rapid.IntRange(-5, 20).Draw(t, "ms ahead")) * time.Millisecond
			_ = st.s.Go(ctx, time.Now().Add(ahead), load.Vars{})
		},
		"change": func(t *rapid.T) {
			level := float64(rapid.IntRange(0, 60).Draw(t, "level"))
			p := load.Profile{Model: model, MaxUsers: 20, MaxWait: time.Second, GracefulStop: time.Second,
				Stages: []load.Stage{{Target: level, Duration: 30 * time.Millisecond}, {Target: level}}}
			_ = st.s.Change(ctx, load.Change{At: time.Duration(rapid.IntRange(0, 80).Draw(t, "at")) * time.Millisecond, Profile: p})
		},
		"stop":     func(*rapid.T) { st.s.Stop(false) },
		"stop now": func(*rapid.T) { st.s.Stop(true) },
		"setup":    func(*rapid.T) { _, _ = st.s.Setup(ctx) },
		"ack":      func(t *rapid.T) { st.s.Ack(rapid.Uint64Range(0, 9).Draw(t, "seq")) },
		"pause":    func(t *rapid.T) { time.Sleep(time.Duration(rapid.IntRange(1, 30).Draw(t, "ms")) * time.Millisecond) },
		"finish":   func(*rapid.T) { _ = st.s.Finish(ctx) },
	}
}

// TestStormsLeaveNothingBehind gives random orders in random states: no panic, no
// hang, no goroutine left, no request after the end, exact counts.
func TestStormsLeaveNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	probes := testsite.NewProbes()
	rapid.Check(t, func(t *rapid.T) {
		site, err := testsite.Start(context.Background(), probes, testsite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer site.Close()
		model := rapid.SampledFrom([]load.Model{load.UsersModel, load.ArrivalsModel}).Draw(t, "model")
		st := &storm{s: stormSession(t, site.URL, model), sums: newTally(), merged: make(chan struct{})}
		go st.merge()
		t.Repeat(st.orders(model))
		abrupt := rapid.Bool().Draw(t, "close at once")
		if !abrupt {
			_ = st.s.Finish(context.Background())
			<-st.merged
		}
		_ = st.s.Close()
		<-st.merged
		site.Close() // what was on its way has arrived when this returns
		sent, seen := st.sums.counters.Sent(), site.Log.Seen()
		if !abrupt && sent != seen {
			t.Fatalf("sent %d, the target saw %d", sent, seen)
		}
	})
	waitForGoroutines(t, before)
}

func stormSession(t *rapid.T, url string, model load.Model) load.Session {
	text := fmt.Sprintf(`{"version":1,"base_url":%q,"setup":[{"name":"s","request":{"url":"/ok"}}],
 "user_start":[{"name":"in","request":{"url":"/ok"}}],"user_stop":[{"name":"out","request":{"url":"/ok"}}],
 "transactions":[{"name":"a","steps":[{"request":{"url":"/ok"}},{"request":{"url":"/slow?ms=3"},"think":"2ms"},{"request":{"url":"/r/1"}}]},
  {"name":"b","think":"1ms..5ms","steps":[{"request":{"url":"/status/500"}}]}],
 "load":{"users":1}}`, url)
	p := load.Profile{Model: model, MaxUsers: 10, MaxWait: time.Second, GracefulStop: time.Second,
		Stages: []load.Stage{{Target: 40, Duration: 50 * time.Millisecond}, {Target: 40}}}
	j := load.Job{Run: "storm", Plan: []byte(text), Of: 1, Seed: 1, Worker: "w", Shares: []load.Share{{Profile: p}}}
	s, err := engine.New(engine.Config{}).Prepare(context.Background(), j)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// waitForGoroutines waits until no more run than before; some end a moment after
// what they served.
func waitForGoroutines(t *testing.T, before int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
		time.Sleep(time.Millisecond)
	}
}
