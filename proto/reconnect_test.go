package proto

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/workersuite"
	"github.com/locust-http/locust-http/load"
)

const patience = 30 * time.Second

// shop is a target that counts.
func shop(t *testing.T) (url string, hits *atomic.Int64) {
	hits = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(s.Close)
	return s.URL, hits
}

func jobFor(url string) load.Job {
	return load.Job{
		Run: "r-1", Epoch: 1, Owner: "anna", Plan: []byte("base_url: " + url + "\n"), Of: 1,
		Shares: []load.Share{{Profile: load.Profile{Model: load.UsersModel, Stages: load.Ramp(3, 0, 0)}}},
	}
}

func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// merge takes reports, each once, acknowledges them, and gives the sum of attempts.
func merge(t *testing.T, s load.Session) (attempts int64) {
	var last uint64
	timeout := time.After(2 * patience)
	for {
		select {
		case r, ok := <-s.Reports():
			if !ok {
				return attempts
			}
			if r.Seq != last+1 {
				t.Errorf("report %d after %d", r.Seq, last)
			}
			last = r.Seq
			for _, i := range r.Intervals {
				attempts += i.Counters.Attempts
			}
			s.Ack(r.Seq)
		case <-timeout:
			t.Errorf("no end after report %d", last)
			return attempts
		}
	}
}

// TestNothingLostNothingTwice cuts the connection at random through a whole session.
func TestNothingLostNothingTwice(t *testing.T) {
	url, hits := shop(t)
	worker := fake()
	worker.During = func(_ context.Context, method string) error {
		time.Sleep(rand.N(60 * time.Millisecond)) // so that cuts fall into it
		return nil
	}
	p := newProxy(t, serve(t, worker, ServerOptions{}))
	c := dial(t, p.address(), DialOptions{})

	cutting, stop := context.WithCancel(context.Background())
	var cuts atomic.Int64
	var chaos sync.WaitGroup
	chaos.Go(func() {
		for cutting.Err() == nil {
			time.Sleep(rand.N(40 * time.Millisecond))
			p.cut()
			cuts.Add(1)
		}
	})
	defer chaos.Wait()
	defer stop()

	ctx := bounded(t)
	s, err := c.Prepare(ctx, jobFor(url))
	if err != nil {
		t.Fatal(err)
	}
	sum := make(chan int64)
	go func() { sum <- merge(t, s) }()
	vars, err := s.Setup(ctx)
	if err != nil {
		t.Fatal("Setup:", err)
	}
	if vars.Values["token"].Text != "t-1" {
		t.Errorf("Setup gave %v", vars)
	}
	if err := s.Go(ctx, time.Now(), vars); err != nil {
		t.Fatal("Go:", err)
	}
	for k := range 5 {
		change := load.Change{Profile: load.Profile{Model: load.UsersModel, Stages: load.Ramp(float64(k), 0, 0)}}
		if err := s.Change(ctx, change); err != nil {
			t.Fatal("Change:", err)
		}
	}
	for hits.Load() < 200 && ctx.Err() == nil {
		if _, err := s.Clock(ctx); err != nil {
			t.Fatal("Clock:", err)
		}
	}
	s.Stop(false)
	if err := s.Teardown(ctx, vars); err != nil {
		t.Fatal("Teardown:", err)
	}
	if err := s.Finish(ctx); err != nil {
		t.Fatal("Finish:", err)
	}
	attempts := <-sum
	if err := s.Err(); err != nil {
		t.Error("Err:", err)
	}
	if attempts != hits.Load() {
		t.Errorf("reports add up to %d attempts; the target has seen %d", attempts, hits.Load())
	}
	for what, n := range map[string]int64{
		"Prepare": worker.Prepares.Load(), "Setup": worker.Setups.Load(), "Go": worker.Gos.Load(), "Stop": worker.Stops.Load(),
		"Teardown": worker.Teardowns.Load(), "Finish": worker.Finishes.Load(),
	} {
		if n != 1 {
			t.Errorf("%s was carried out %d times", what, n)
		}
	}
	if n := worker.Changes.Load(); n != 5 {
		t.Errorf("Change was carried out %d times, want 5", n)
	}
	t.Logf("%d cuts, %d connections, %d requests", cuts.Load(), p.connections(), attempts)
	if p.connections() < 4 {
		t.Errorf("only %d connections: nothing was tested", p.connections())
	}
}

// TestCutWithinACommand cuts exactly while the worker is at it, and again after it has
// answered into nothing.
func TestCutWithinACommand(t *testing.T) {
	for _, method := range []string{"Prepare", "Setup", "Teardown", "Finish"} {
		t.Run(method, func(t *testing.T) {
			url, _ := shop(t)
			worker := fake()
			within, goOn := make(chan struct{}), make(chan struct{})
			var once sync.Once
			worker.During = func(ctx context.Context, m string) error {
				if m == method {
					once.Do(func() {
						close(within)
						<-goOn
					})
				}
				return ctx.Err()
			}
			p := newProxy(t, serve(t, worker, ServerOptions{}))
			c := dial(t, p.address(), DialOptions{})
			go func() {
				<-within
				p.refuseAll(true) // the answer finds nobody
				close(goOn)
				time.Sleep(20 * time.Millisecond)
				p.refuseAll(false)
			}()
			ctx := bounded(t)
			s, err := c.Prepare(ctx, jobFor(url))
			if err != nil {
				t.Fatal("Prepare:", err)
			}
			if _, err := s.Setup(ctx); err != nil {
				t.Fatal("Setup:", err)
			}
			if err := s.Teardown(ctx, load.Vars{}); err != nil {
				t.Fatal("Teardown:", err)
			}
			if err := s.Finish(ctx); err != nil {
				t.Fatal("Finish:", err)
			}
			if n := merge(t, s); n != 2 {
				t.Errorf("%d attempts, want 2", n)
			}
			if a, b, d, e := worker.Prepares.Load(), worker.Setups.Load(), worker.Teardowns.Load(), worker.Finishes.Load(); a != 1 || b != 1 || d != 1 || e != 1 {
				t.Errorf("carried out: prepare %d, setup %d, teardown %d, finish %d; want 1 each", a, b, d, e)
			}
		})
	}
}

// TestSilenceIsNoticed: bytes disappear without any error.
func TestSilenceIsNoticed(t *testing.T) {
	url, hits := shop(t)
	p := newProxy(t, serve(t, fake(), ServerOptions{}))
	c := dial(t, p.address(), DialOptions{silence: 200 * time.Millisecond})
	ctx := bounded(t)
	s, err := c.Prepare(ctx, jobFor(url))
	if err != nil {
		t.Fatal(err)
	}
	before := p.connections()
	p.swallow(true)
	answer := make(chan error, 1)
	go func() { answer <- s.Go(ctx, time.Now(), load.Vars{}) }()
	for p.connections() < before+2 && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	select {
	case err := <-answer:
		t.Fatalf("Go got through a hole: %v", err)
	default:
	}
	p.swallow(false)
	if err := <-answer; err != nil {
		t.Fatal("Go:", err)
	}
	if err := s.Finish(ctx); err != nil {
		t.Fatal("Finish:", err)
	}
	if n := merge(t, s); n != hits.Load() {
		t.Errorf("%d attempts, the target has seen %d", n, hits.Load())
	}
}

// listening counts the signs of life that reach a session.
type listening struct {
	load.Worker
	acks atomic.Int64
}

type listeningSession struct {
	load.Session
	w *listening
}

func (w *listening) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	s, err := w.Worker.Prepare(ctx, job)
	return &listeningSession{s, w}, err
}

func (s *listeningSession) Ack(seq uint64) {
	s.w.acks.Add(1)
	s.Session.Ack(seq)
}

// TestIdleSessionSaysSomething: without a word from the caller, and with a worker that
// says nothing, pings keep the stream, and tell the session that its master is there.
func TestIdleSessionSaysSomething(t *testing.T) {
	url, _ := shop(t)
	worker := &listening{Worker: &workersuite.Fake{Cadence: time.Hour}}
	c := dial(t, serve(t, worker, ServerOptions{}), DialOptions{silence: 500 * time.Millisecond})
	s, err := c.Prepare(bounded(t), jobFor(url))
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(patience)
	for worker.acks.Load() < 10 { // twice the silence that would end a stream
		if time.Now().After(deadline) {
			t.Fatalf("%d signs of life", worker.acks.Load())
		}
		time.Sleep(time.Millisecond)
	}
	s.Close()
}

func TestRestartedWorkerHasNothing(t *testing.T) {
	url, _ := shop(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop := serveOn(t, l, fake(), ServerOptions{})
	p := newProxy(t, l.Addr().String())
	c := dial(t, p.address(), DialOptions{})
	ctx := bounded(t)
	s, err := c.Prepare(ctx, jobFor(url))
	if err != nil {
		t.Fatal(err)
	}
	stop()
	next := serve(t, fake(), ServerOptions{})
	p.mu.Lock()
	p.target = next
	p.mu.Unlock()
	merge(t, s)
	if !errors.Is(s.Err(), load.ErrGone) {
		t.Errorf("Err is %v, want ErrGone", s.Err())
	}
	if _, err := s.Setup(ctx); !errors.Is(err, load.ErrGone) {
		t.Errorf("Setup gave %v, want ErrGone", err)
	}
	s.Stop(true)
	if _, err := c.Prepare(ctx, jobFor(url)); err != nil {
		t.Errorf("Prepare on the restarted worker: %v", err)
	}
}

// TestServerKeepsASessionWithoutAMaster: another client goes on where the first was.
func TestServerKeepsASessionWithoutAMaster(t *testing.T) {
	url, hits := shop(t)
	address := serve(t, fake(), ServerOptions{})
	ctx := bounded(t)
	first, err := Dial(address, DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := first.Prepare(ctx, jobFor(url))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Go(ctx, time.Now(), load.Vars{}); err != nil {
		t.Fatal(err)
	}
	r := <-s.Reports() // taken, never acknowledged: the next master gets it again
	first.Close()
	if _, ok := <-s.Reports(); ok || s.Err() == nil {
		t.Errorf("after Close of the client: open %v, Err %v", ok, s.Err())
	}

	s, err = dial(t, address, DialOptions{}).Prepare(ctx, jobFor(url))
	if err != nil {
		t.Fatal(err)
	}
	for seen := hits.Load(); hits.Load() < seen+20 && ctx.Err() == nil; {
		time.Sleep(time.Millisecond) // the load goes on
	}
	if err := s.Finish(ctx); err != nil {
		t.Fatal(err)
	}
	if r.Seq != 1 {
		t.Fatalf("first report is %d", r.Seq)
	}
	if n := merge(t, s); n != hits.Load() {
		t.Errorf("%d attempts, the target has seen %d", n, hits.Load())
	}
}

func TestAnotherMasterTakesOver(t *testing.T) {
	url, _ := shop(t)
	worker := fake()
	address := serve(t, worker, ServerOptions{})
	ctx := bounded(t)
	job := jobFor(url)
	s1, err := dial(t, address, DialOptions{}).Prepare(ctx, job)
	if err != nil {
		t.Fatal(err)
	}
	job.Epoch = 2
	s2, err := dial(t, address, DialOptions{}).Prepare(ctx, job)
	if err != nil {
		t.Fatal(err)
	}
	for range s1.Reports() {
		s1.Ack(0)
	}
	if !errors.Is(s1.Err(), load.ErrGone) {
		t.Errorf("Err of the first is %v, want ErrGone", s1.Err())
	}
	s1.Close() // must not touch what is no longer its own
	job.Epoch = 1
	if _, err := dial(t, address, DialOptions{}).Prepare(ctx, job); !errors.Is(err, load.ErrBusy) {
		t.Errorf("an old epoch got %v, want ErrBusy", err)
	}
	if err := s2.Finish(ctx); err != nil {
		t.Fatal(err)
	}
	merge(t, s2)
	if err := s2.Err(); err != nil {
		t.Error(err)
	}
	if n := worker.Prepares.Load(); n != 1 {
		t.Errorf("prepared %d times", n)
	}
}

func TestUnreachableBlocksUntilTheContextEnds(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	c := dial(t, address, DialOptions{})
	for name, call := range map[string]func(context.Context) error{
		"Prepare":  func(ctx context.Context) error { _, err := c.Prepare(ctx, jobFor("http://x")); return err },
		"SendOnce": func(ctx context.Context) error { _, err := c.SendOnce(ctx, load.SendRequest{}); return err },
		"Missing": func(ctx context.Context) error {
			_, err := c.Missing(ctx, []load.File{{Path: "a"}})
			return err
		},
		"Store": func(ctx context.Context) error { return c.Store(ctx, load.File{Path: "a"}, strings.NewReader("")) },
		"Info":  func(ctx context.Context) error { _, err := c.Info(ctx); return err },
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		err := call(ctx)
		if ctx.Err() == nil {
			t.Errorf("%s came back before its context ended: %v", name, err)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, want DeadlineExceeded", name, err)
		}
		cancel()
	}
}

func TestAWorkerThatComesLate(t *testing.T) {
	url, _ := shop(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, l.Addr().String())
	p.refuseAll(true)
	c := dial(t, p.address(), DialOptions{})
	result := make(chan error, 1)
	ctx := bounded(t)
	go func() {
		_, err := c.Prepare(ctx, jobFor(url))
		result <- err
	}()
	for p.connections() < 2 && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	serveOn(t, l, fake(), ServerOptions{})
	p.refuseAll(false)
	if err := <-result; err != nil {
		t.Error(err)
	}
}

// TestGivenUpCommandIsCancelled: the worker hears that nobody waits any more.
func TestGivenUpCommandIsCancelled(t *testing.T) {
	url, _ := shop(t)
	worker := fake()
	began, ended := make(chan struct{}), make(chan struct{})
	worker.During = func(ctx context.Context, method string) error {
		if method != "Setup" {
			return nil
		}
		close(began)
		<-ctx.Done()
		close(ended)
		return ctx.Err()
	}
	c := dial(t, serve(t, worker, ServerOptions{}), DialOptions{})
	s, err := c.Prepare(bounded(t), jobFor(url))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-began
		cancel()
	}()
	if _, err := s.Setup(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Setup: %v", err)
	}
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the worker was not told")
	}
}

// TestManyRunsAreBounded: runs that ended badly do not pile up.
func TestManyRunsAreBounded(t *testing.T) {
	url, _ := shop(t)
	worker := fake()
	s := NewServer(worker, ServerOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- s.Serve(ctx, l) }()
	c := dial(t, l.Addr().String(), DialOptions{})
	for k := range 2 * maxHeld {
		job := jobFor(url)
		job.Run = fmt.Sprint("r-", k)
		if _, err := c.Prepare(bounded(t), job); err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		h := s.held[job.Run]
		s.mu.Unlock()
		h.inner.Close() // the session breaks by itself
		for !h.broken() {
			time.Sleep(time.Millisecond)
		}
	}
	s.mu.Lock()
	n := len(s.held)
	s.mu.Unlock()
	if n > maxHeld {
		t.Errorf("%d runs are remembered", n)
	}
	cancel()
	<-done
}

// slowFinish answers Finish only when the session is over.
type slowFinish struct{ load.Worker }

type slowFinishSession struct{ load.Session }

func (w slowFinish) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	s, err := w.Worker.Prepare(ctx, job)
	return &slowFinishSession{s}, err
}

func (s *slowFinishSession) Finish(ctx context.Context) error {
	if err := s.Session.Finish(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

// TestFinalReportOvertakesTheAnswer: whoever has acknowledged the final report has
// finished, whatever became of the answer.
func TestFinalReportOvertakesTheAnswer(t *testing.T) {
	url, _ := shop(t)
	c := dial(t, serve(t, slowFinish{fake()}, ServerOptions{}), DialOptions{})
	s, err := c.Prepare(bounded(t), jobFor(url))
	if err != nil {
		t.Fatal(err)
	}
	finished := make(chan error, 1)
	go func() { finished <- s.Finish(bounded(t)) }()
	merge(t, s)
	if err := <-finished; err != nil {
		t.Errorf("Finish: %v", err)
	}
	if err := s.Err(); err != nil {
		t.Errorf("Err: %v", err)
	}
}
