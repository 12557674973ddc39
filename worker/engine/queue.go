package engine

import "sync"

// queue hands due users to the goroutines of the pool. Users are taken in the order
// in which they became due. Goroutines that find nothing wait on a stack, so that a
// load that needs few at a time keeps using the same few: the others stay small and
// cold, which is most of the memory of many users.
type queue struct {
	mu      sync.Mutex // guards everything below
	due     fifo
	waiting []*seat
	closed  bool
}

// seat is where one goroutine waits for one user.
type seat struct {
	user chan *user // buffered: push never waits for the goroutine to wake
}

// push makes u due now. On a closed queue u is kept, and never played.
func (q *queue) push(u *user) {
	q.mu.Lock()
	if n := len(q.waiting); n > 0 {
		s := q.waiting[n-1]
		q.waiting[n-1] = nil
		q.waiting = q.waiting[:n-1]
		q.mu.Unlock()
		s.user <- u
		return
	}
	q.due.push(u)
	q.mu.Unlock()
}

// take waits for a due user; nil when the queue is closed.
func (q *queue) take(s *seat) *user {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return nil
	}
	if u := q.due.pop(); u != nil {
		q.mu.Unlock()
		return u
	}
	q.waiting = append(q.waiting, s)
	q.mu.Unlock()
	return <-s.user
}

// close lets every goroutine go; users that are still due are not played.
func (q *queue) close() {
	q.mu.Lock()
	waiting := q.waiting
	q.waiting, q.closed = nil, true
	q.mu.Unlock()
	for _, s := range waiting {
		s.user <- nil
	}
}

// fifo is a ring of users.
type fifo struct {
	ring       []*user
	head, size int
}

func (f *fifo) push(u *user) {
	if f.size == len(f.ring) {
		f.grow()
	}
	f.ring[(f.head+f.size)%len(f.ring)] = u
	f.size++
}

func (f *fifo) pop() *user {
	if f.size == 0 {
		return nil
	}
	u := f.ring[f.head]
	f.ring[f.head] = nil
	f.head = (f.head + 1) % len(f.ring)
	f.size--
	return u
}

func (f *fifo) grow() {
	ring := make([]*user, max(64, 2*len(f.ring)))
	for i := range f.size {
		ring[i] = f.ring[(f.head+i)%len(f.ring)]
	}
	f.ring, f.head = ring, 0
}
