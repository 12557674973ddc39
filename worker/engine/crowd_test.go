package engine

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// These run over the boomer pool, and over its twin under the race detector.

func TestPoolStartsAndStopsAnySize(t *testing.T) {
	before := runtime.NumGoroutine()
	for round := range 100 {
		size := 1 + round%37
		var q queue
		var turns atomic.Int64
		p := startPool(size, func(s *seat) {
			q.take(s)
			turns.Add(1)
		})
		for range round {
			q.push(&user{})
		}
		q.close()
		p.stop()
		after := turns.Load()
		runtime.Gosched()
		if turns.Load() != after {
			t.Fatal("a goroutine took a turn after the pool had stopped")
		}
	}
	waitForGoroutines(t, before)
}

func TestCrowdGrows(t *testing.T) {
	before := runtime.NumGoroutine()
	var c crowd
	for _, n := range []int{1, 5, 3, 200, 200, 201} {
		c.ensure(n)
		if c.size < n {
			t.Fatalf("crowd of %d after ensure(%d)", c.size, n)
		}
	}
	c.close()
	waitForGoroutines(t, before)
}

func TestQueueHandsOutInOrder(t *testing.T) {
	var q queue
	users := make([]user, 500)
	for i := range users {
		q.push(&users[i])
	}
	s := &seat{user: make(chan *user, 1)}
	for i := range users {
		if got := q.take(s); got != &users[i] {
			t.Fatalf("user %d came out of its turn", i)
		}
		q.push(&users[i])
	}
}

func TestQueueWakesTheLastToWait(t *testing.T) {
	var q queue
	woken := make(chan int)
	for i := range 3 {
		waiting := i
		go func() {
			q.take(&seat{user: make(chan *user, 1)})
			woken <- i
		}()
		for len(waiters(&q)) != waiting+1 {
			runtime.Gosched()
		}
	}
	q.push(&user{})
	if first := <-woken; first != 2 {
		t.Errorf("goroutine %d woke, want the last to wait", first)
	}
	q.close()
	<-woken
	<-woken
}

func waiters(q *queue) []*seat {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting
}

// waitForGoroutines waits until no more run than before: boomer's end a moment after
// it says so.
func waitForGoroutines(t *testing.T, before int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
		runtime.Gosched()
	}
}
