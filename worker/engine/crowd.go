package engine

import (
	"sync"
)

// crowd is the goroutines that play users: one or more pools over one queue. A pool
// is a boomer (see pool_boomer.go); growing starts a further one, because a boomer
// cannot be resized safely.
type crowd struct {
	queue queue

	mu     sync.Mutex // guards the fields below
	pools  []*pool
	size   int
	closed bool
}

// ensure makes the crowd at least n goroutines strong and waits until they all run.
// A closed crowd stays closed.
func (c *crowd) ensure(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n <= c.size || c.closed {
		return
	}
	n = max(n, c.size+c.size/4) // few pools, however often the crowd grows
	p := startPool(n-c.size, c.play)
	c.pools = append(c.pools, p)
	c.size = n
}

// play is one turn of a pool goroutine: the next due user, until it has to wait.
func (c *crowd) play(s *seat) {
	if u := c.queue.take(s); u != nil {
		u.play()
	}
}

// close ends all goroutines and waits until none of them can touch a user again.
// Call it when no user is being played, or no more than will end by themselves.
func (c *crowd) close() {
	c.queue.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.pools {
		p.stop()
	}
	c.pools, c.size, c.closed = nil, 0, true
}

// gate is what a pool's goroutines pass before every turn: it holds them back until
// all of them have arrived, lets them through while the crowd is open, and then
// holds them until the pool is told to quit. It has the methods of boomer's
// RateLimiter, whose Acquire is called by every goroutine before each task.
type gate struct {
	size int

	mu       sync.Mutex // guards arrived, leaving and seats
	arrived  int
	leaving  int
	seats    []*seat
	full     chan struct{} // closed when all have arrived
	closing  chan struct{} // closed when turns are over
	empty    chan struct{} // closed when all have come back for the last time
	released chan struct{} // closed when the pool quits
}

func newGate(size int) *gate {
	return &gate{
		size:     size,
		full:     make(chan struct{}),
		closing:  make(chan struct{}),
		empty:    make(chan struct{}),
		released: make(chan struct{}),
	}
}

// Start is part of boomer's RateLimiter; there is nothing to start.
func (g *gate) Start() {}

// Stop is called once by boomer's Quit, before its goroutines look at its end.
func (g *gate) Stop() { close(g.released) }

// Acquire says whether the caller must not take a turn ("blocked").
func (g *gate) Acquire() (blocked bool) {
	select {
	case <-g.full:
	default:
		g.arrive()
	}
	select {
	case <-g.closing:
		g.leave()
		return true
	default:
		return false
	}
}

// arrive holds the caller until all have come, so that nobody arrives twice.
func (g *gate) arrive() {
	g.mu.Lock()
	if g.arrived++; g.arrived == g.size {
		close(g.full)
	}
	g.mu.Unlock()
	<-g.full
}

// leave holds the caller until the pool quits, so that nobody leaves twice.
func (g *gate) leave() {
	g.mu.Lock()
	if g.leaving++; g.leaving == g.size {
		close(g.empty)
	}
	g.mu.Unlock()
	<-g.released
}

// seat borrows a place to wait in the queue; free gives it back.
func (g *gate) seat() *seat {
	g.mu.Lock()
	defer g.mu.Unlock()
	if n := len(g.seats); n > 0 {
		s := g.seats[n-1]
		g.seats = g.seats[:n-1]
		return s
	}
	return &seat{user: make(chan *user, 1)}
}

func (g *gate) free(s *seat) {
	g.mu.Lock()
	g.seats = append(g.seats, s)
	g.mu.Unlock()
}
