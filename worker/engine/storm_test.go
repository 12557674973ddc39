package engine_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
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
	spare  []load.RowRange // rows that were yielded
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
		"setup": func(*rapid.T) {
			ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond) // it may wait for rows
			defer cancel()
			_, _ = st.s.Setup(ctx)
		},
		"ack":    func(t *rapid.T) { st.s.Ack(rapid.Uint64Range(0, 9).Draw(t, "seq")) },
		"pause":  func(t *rapid.T) { time.Sleep(time.Duration(rapid.IntRange(1, 30).Draw(t, "ms")) * time.Millisecond) },
		"finish": func(*rapid.T) { _ = st.s.Finish(ctx) },
		"warm": func(t *rapid.T) {
			ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			_ = st.s.(load.Warmer).Warm(ctx, load.Vars{})
		},
		"teardown": func(*rapid.T) { _ = st.s.Teardown(ctx, load.Vars{}) },
		"yield": func(t *rapid.T) {
			rows, err := st.s.(load.Dealer).Yield(ctx, "rows", rapid.Int64Range(0, 60).Draw(t, "n"))
			if err == nil {
				st.spare = append(st.spare, rows...)
			}
		},
		"grant": func(t *rapid.T) {
			g := load.Grant{Source: "rows", Ask: rapid.Uint64Range(1, 8).Draw(t, "ask"), Exhausted: rapid.IntRange(0, 9).Draw(t, "exhausted") == 0}
			if rapid.Bool().Draw(t, "with rows") {
				g.Ranges = st.spare
			}
			_ = st.s.(load.Dealer).Grant(ctx, g)
		},
	}
}

// TestStormsLeaveNothingBehind gives random orders in random states: no panic, no
// hang, no goroutine left, no request after the end, exact counts.
func TestStormsLeaveNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	book := &rowBook{next: testsite.NewProbes()}
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		book.reset()
		site, err := testsite.Start(context.Background(), book, testsite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer site.Close()
		model := rapid.SampledFrom([]load.Model{load.UsersModel, load.ArrivalsModel}).Draw(t, "model")
		st := &storm{s: stormSession(t, site.URL, dir, model), sums: newTally(), merged: make(chan struct{})}
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
		if !abrupt && st.sums.unequal() != "" {
			t.Fatal(st.sums.unequal())
		}
		if row := book.twice(); row != "" {
			t.Fatalf("row %s was given twice", row)
		}
	})
	waitForGoroutines(t, before)
}

// rowBook notes which row each request brings.
type rowBook struct {
	next http.Handler

	mu   sync.Mutex // guards seen
	seen map[string]int
}

func (b *rowBook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if row := r.URL.Query().Get("row"); row != "" {
		b.mu.Lock()
		b.seen[row]++
		b.mu.Unlock()
	}
	b.next.ServeHTTP(w, r)
}

func (b *rowBook) reset() {
	b.mu.Lock()
	b.seen = make(map[string]int)
	b.mu.Unlock()
}

// twice is a row that came more than once.
func (b *rowBook) twice() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for row, n := range b.seen {
		if n > 1 {
			return row
		}
	}
	return ""
}

func stormSession(t *rapid.T, url, dir string, model load.Model) load.Session {
	life := rapid.SampledFrom([]string{`"run"`, `"iteration"`, `"1ms..20ms"`, `{"iterations":2}`}).Draw(t, "life")
	end := rapid.SampledFrom([]string{"stop", "fail"}).Draw(t, "at end")
	per := rapid.SampledFrom([]string{"user", "iteration"}).Draw(t, "per")
	text := fmt.Sprintf(`{"version":1,"base_url":%q,"user_life":%s,
 "data":{"rows":{"file":"data/rows.csv","pick":"unique","per":%q,"at_end":%q},"more":{"file":"data/rows.csv","pick":"random","per":"iteration"}},
 "setup":[{"name":"s","request":{"url":"/ok?m={{more.name}}"}}],"teardown":[{"name":"e","request":{"url":"/ok"}}],
 "user_start":[{"name":"in","request":{"url":"/ok"}}],"user_stop":[{"name":"out","request":{"url":"/ok"}}],
 "transactions":[{"name":"a","steps":[{"request":{"url":"/ok"}},{"group":"g","steps":[{"request":{"url":"/slow?ms=3"},"think":"2ms"},{"request":{"url":"/r/1"}}]}]},
  {"name":"b","think":"1ms..5ms","steps":[{"request":{"url":"/status/500"}}]},
  {"name":"c","steps":[{"repeat":{"times":2,"every":"2ms"},"steps":[{"request":{"url":"/ok"}}]}]},
  {"name":"d","steps":[{"if":{"var":"rows.name","exists":true},"steps":[{"request":{"url":%s}}]}]}],
 "load":{"users":1}}`, url, life, per, end, map[string]string{"user": `"/ok?r={{rows.name}}"`, "iteration": `"/ok?row={{rows.name}}"`}[per])
	p := load.Profile{Model: model, MaxUsers: 10, MaxWait: time.Second, GracefulStop: time.Second, ReadyUsers: rapid.IntRange(0, 5).Draw(t, "ready"),
		Stages: []load.Stage{{Target: 40, Duration: 50 * time.Millisecond}, {Target: 40}}}
	if model == load.UsersModel {
		p.ReadyUsers = 0
		p.Iterations = rapid.SampledFrom([]int64{0, 0, 30}).Draw(t, "iterations")
	}
	other := load.Profile{Model: load.UsersModel, GracefulStop: 20 * time.Millisecond, Stages: []load.Stage{{Target: 3, Duration: 60 * time.Millisecond, Jump: true}}}
	j := load.Job{Run: "storm", Plan: []byte(text), Of: 2, Seed: 1, Worker: "w", Dir: dir, Marks: []time.Duration{30 * time.Millisecond},
		Shares: []load.Share{{Profile: p}, {Scenario: "other", StartAt: 20 * time.Millisecond, Profile: other}}}
	rows := table(60)
	sum := sha256.Sum256([]byte(rows))
	j.Files = []load.File{{Path: "data/rows.csv", Size: int64(len(rows)), SHA256: hex.EncodeToString(sum[:])}}
	if err := os.WriteFile(filepath.Join(dir, j.Files[0].SHA256), []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
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
