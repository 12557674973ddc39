package proto

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/workersuite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// dealing is a session at c that has so many rows of the source accounts.
func dealing(t *testing.T, c *Client, rows int) load.Dealer {
	t.Helper()
	csv := []byte("name\n" + strings.Repeat("x\n", rows))
	f := fileOf("data/accounts.csv", csv)
	if err := c.Store(bounded(t), f, strings.NewReader(string(csv))); err != nil {
		t.Fatal(err)
	}
	url, _ := shop(t)
	job := jobFor(url)
	job.Files = []load.File{f}
	s, err := c.Prepare(bounded(t), job)
	if err != nil {
		t.Fatal(err)
	}
	return s.(load.Dealer)
}

// TestEveryRowIsYieldedOnce: connections are cut and callers give up all the time, and
// still every row comes to this side, once.
func TestEveryRowIsYieldedOnce(t *testing.T) {
	const rows = 400
	worker := fake()
	worker.During = func(ctx context.Context, method string) error {
		if method == "Yield" {
			time.Sleep(rand.N(20 * time.Millisecond))
		}
		return nil
	}
	engine := pipeTo(t, worker)
	p := newProxy(t, serve(t, engine, ServerOptions{}))
	d := dealing(t, dial(t, p.address(), DialOptions{}), rows)

	cutting, stop := context.WithCancel(context.Background())
	var chaos sync.WaitGroup
	chaos.Go(func() {
		for cutting.Err() == nil {
			time.Sleep(rand.N(40 * time.Millisecond))
			p.cut()
		}
	})
	defer chaos.Wait()
	defer stop()

	seen := make([]int, rows)
	given, gaveUp := 0, 0
	for ctx := bounded(t); given < rows; {
		if ctx.Err() != nil {
			t.Fatalf("%d of %d rows came", given, rows)
		}
		short, cancel := context.WithTimeout(ctx, rand.N(60*time.Millisecond))
		ranges, err := d.Yield(short, "accounts", 7)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			gaveUp++
			continue
		}
		if err != nil {
			t.Fatalf("Yield: %v", err)
		}
		for _, r := range ranges {
			for row := r.From; row < r.To; row++ {
				seen[row]++
				given++
			}
		}
	}
	for row, n := range seen {
		if n != 1 {
			t.Errorf("row %d was yielded %d times", row, n)
		}
	}
	if rest, err := d.Yield(bounded(t), "accounts", 7); err != nil || len(rest) != 0 {
		t.Errorf("after all: %v, %v", rest, err)
	}
	t.Logf("%d calls were given up, %d connections", gaveUp, p.connections())
	if gaveUp == 0 || p.connections() < 4 {
		t.Error("nothing was tested")
	}
}

// TestAYieldThatWasGivenUpIsNotLost, step by step.
func TestAYieldThatWasGivenUpIsNotLost(t *testing.T) {
	began, goOn := make(chan struct{}, 1), make(chan struct{})
	worker := fake()
	worker.During = func(_ context.Context, method string) error {
		if method == "Yield" {
			began <- struct{}{}
			<-goOn
		}
		return nil
	}
	d := dealing(t, dial(t, serve(t, worker, ServerOptions{}), DialOptions{}), 10)
	giveUp := func(n int64) {
		t.Helper()
		ctx, cancel := context.WithCancel(bounded(t))
		go func() {
			<-began
			cancel()
		}()
		if ranges, err := d.Yield(ctx, "accounts", n); !errors.Is(err, context.Canceled) {
			t.Fatalf("given up: %v, %v", ranges, err)
		}
	}
	expect := func(want load.RowRange) {
		t.Helper()
		ranges, err := d.Yield(bounded(t), "accounts", 1)
		if err != nil || len(ranges) != 1 || ranges[0] != want {
			t.Errorf("got %v, %v, want %v", ranges, err, want)
		}
	}
	giveUp(4)
	go func() { goOn <- struct{}{} }()
	expect(load.RowRange{From: 6, To: 10}) // of the call before, which is still under way
	giveUp(3)
	goOn <- struct{}{}
	for s, ctx := d.(*session), bounded(t); ; time.Sleep(time.Millisecond) {
		if ctx.Err() != nil {
			t.Fatal("the answer that came too late is not kept")
		}
		s.mu.Lock()
		kept := len(s.late["accounts"]) > 0
		s.mu.Unlock()
		if kept {
			break
		}
	}
	expect(load.RowRange{From: 3, To: 6}) // of the call before, which is answered
	go func() { <-began; goOn <- struct{}{} }()
	expect(load.RowRange{From: 2, To: 3})
	if n := worker.Yields.Load(); n != 3 {
		t.Errorf("the worker has yielded %d times, want 3", n)
	}
}

func TestGrantsArriveWhole(t *testing.T) {
	worker := fake()
	d := dealing(t, dial(t, serve(t, pipeTo(t, worker), ServerOptions{}), DialOptions{}), 10)
	want := filled[load.Grant]()
	if err := d.Grant(bounded(t), want); err != nil {
		t.Fatal(err)
	}
	none := load.Grant{Source: "accounts", Ask: 9, Exhausted: true}
	if err := d.Grant(bounded(t), none); err != nil {
		t.Fatal(err)
	}
	if got := worker.Granted(); fmt.Sprint(got) != fmt.Sprint([]load.Grant{want, none}) {
		t.Errorf("got %v", got)
	}
	for _, bad := range []load.Grant{
		{Source: "accounts", Ranges: []load.RowRange{{From: -1, To: 1}}},
		{Source: "accounts", Ranges: []load.RowRange{{From: 2, To: 1}}},
		{Source: "accounts", Round: -1},
	} {
		if err := d.Grant(bounded(t), bad); err == nil {
			t.Errorf("%v was passed on", bad)
		}
	}
	if n := len(worker.Granted()); n != 2 {
		t.Errorf("%d grants arrived", n)
	}
}

// plainWorker has sessions that deal nothing.
type plainWorker struct{ *workersuite.Fake }

func (w plainWorker) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	s, err := w.Fake.Prepare(ctx, job)
	return struct{ load.Session }{s}, err
}

func TestASessionThatDealsNothing(t *testing.T) {
	d := dealing(t, dial(t, serve(t, plainWorker{fake()}, ServerOptions{}), DialOptions{}), 10)
	if ranges, err := d.Yield(bounded(t), "accounts", 1); err == nil || err.Error() != errNoDealer.Error() {
		t.Errorf("Yield: %v, %v", ranges, err)
	}
	if err := d.Grant(bounded(t), load.Grant{}); err == nil || err.Error() != errNoDealer.Error() {
		t.Errorf("Grant: %v", err)
	}
}

// TestHostileRanges: a worker cannot make a master count rows that are none.
func TestHostileRanges(t *testing.T) {
	for _, r := range []*pb.RowRange{{From: -1, To: 5}, {From: 5, To: 4}, {From: 1 << 62, To: -1}} {
		if got, err := rangesFromPB([]*pb.RowRange{r}); err == nil {
			t.Errorf("%v was taken as %v", r, got)
		}
	}
}
