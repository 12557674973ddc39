package scripting

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// tick is how often the watch looks at the calls that run.
const tick = 10 * time.Millisecond

// idleTicks is for how many ticks without a call that runs the watch goes on before it sleeps.
const idleTicks = 100

// watch ends calls of hooks that take too long, and all of them when the heap is too
// large. One goroutine does that for all users; it is started by the first call, and
// sleeps while none runs. What a call costs is a frame from a list.
type watch struct {
	timeout time.Duration
	heap    *heap
	shards  [8]shard
	crowd   int // calls that ran at the last look; the goroutine's own
	awake   atomic.Bool
	wake    chan struct{}

	mu     sync.Mutex
	ending chan struct{} // nil: the goroutine has not started
	ended  chan struct{}
	closed bool
}

// shard has the frames of some users, so that those of a large machine do not wait for
// one another.
type shard struct {
	watch *watch
	mu    sync.Mutex
	free  []*frame
	all   []*frame
	_     [64]byte // a cache line of its own
}

func newWatch(timeout time.Duration, heapLimit int64) *watch {
	w := &watch{timeout: timeout, heap: newHeap(heapLimit), wake: make(chan struct{}, 1)}
	for i := range w.shards {
		w.shards[i].watch = w
	}
	return w
}

// begin is a frame in which a call of s has begun.
func (w *watch) begin(s *State) *frame {
	f := w.shards[s.shard].take()
	f.begin(s)
	w.see()
	return f
}

func (h *shard) take() *frame {
	h.mu.Lock()
	var f *frame
	if n := len(h.free); n > 0 {
		f, h.free = h.free[n-1], h.free[:n-1]
	} else {
		f = &frame{shard: h, done: make(chan struct{})}
		h.all = append(h.all, f)
	}
	h.mu.Unlock()
	return f
}

// put takes back a frame that is released.
func (h *shard) put(f *frame) {
	h.mu.Lock()
	h.free = append(h.free, f)
	h.mu.Unlock()
}

// see makes sure that the watch sees a call that runs from now on.
func (w *watch) see() {
	if !w.awake.Load() {
		w.rouse()
	}
}

// rouse wakes the goroutine, or starts it.
func (w *watch) rouse() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.awake.Swap(true) {
		return
	}
	if w.ending == nil {
		w.ending, w.ended = make(chan struct{}), make(chan struct{})
		go w.run()
		return
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *watch) close() {
	w.mu.Lock()
	started, again := w.ending != nil, w.closed
	w.closed = true
	w.mu.Unlock()
	if !started {
		return
	}
	if !again {
		close(w.ending)
	}
	<-w.ended
}

func (w *watch) run() {
	defer close(w.ended)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	last, quiet := time.Now(), 0
	for {
		select {
		case <-w.ending:
			return
		case <-ticker.C:
		}
		now := time.Now()
		// A tick that comes late says that this machine is busy, not that a hook is.
		passed := min(now.Sub(last), 3*tick)
		last = now
		if w.look(passed) {
			quiet = 0
			continue
		}
		if quiet++; quiet < idleTicks {
			continue
		}
		ticker.Stop()
		if !w.sleep() {
			return
		}
		ticker.Reset(tick)
		last, quiet = time.Now(), 0
	}
}

// sleep waits for the next call; false: the watch is closed.
func (w *watch) sleep() bool {
	w.awake.Store(false)
	// A call that began before it could see this is seen now.
	if w.look(0) {
		w.rouse()
	}
	select {
	case <-w.ending:
		return false
	case <-w.wake:
		return true
	}
}

// maxCrowd is for how many calls per processor a call is charged less: where more than
// that wait for one another, they are as slow as a loop.
const maxCrowd = 8

// look charges the time that has passed to the calls that run, ends those that have had
// theirs, and says whether any runs. Calls that share a processor share its time: as many
// as ran at the last look.
func (w *watch) look(passed time.Duration) bool {
	if procs := runtime.GOMAXPROCS(0); w.crowd > procs {
		passed = max(passed*time.Duration(procs)/time.Duration(w.crowd), passed/maxCrowd)
	}
	w.crowd = 0
	waiting := false
	for i := range w.shards {
		for _, f := range w.shards[i].frames() {
			switch f.charge(passed, w.timeout) {
			case running:
				w.crowd++
			case paused:
				waiting = true
			}
		}
	}
	// What a script keeps of large responses comes while it waits: it runs for a moment only.
	if (w.crowd > 0 || waiting) && w.heap.exceeded() {
		w.endAll(causeHeap)
		w.heap.collect()
	}
	return w.crowd > 0
}

// frames are all that there are; the list only grows.
func (h *shard) frames() []*frame {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all
}

// charge adds what has passed to the time of the call, and ends it when that is enough. The
// tick at which a call is seen first costs it nothing, so none is ended before its time.
// It says in which phase the call is.
func (f *frame) charge(passed, timeout time.Duration) (phase uint64) {
	now := f.status.Load()
	if now&3 != running {
		return now & 3
	}
	if call := now >> 2; f.seen != call {
		f.seen, f.used = call, 0
	} else if f.used += passed; f.used >= timeout {
		f.endCall(now, causeTimeout)
	}
	return running
}

// endCall ends the call if it is still the one, in the phase, that status says.
func (f *frame) endCall(status uint64, why cause) {
	if f.status.CompareAndSwap(status, status|ended) {
		f.cause = why
		close(f.done)
	}
}

func (w *watch) endAll(why cause) {
	for i := range w.shards {
		for _, f := range w.shards[i].frames() {
			if now := f.status.Load(); now&3 == running || now&3 == paused {
				f.endCall(now, why)
			}
		}
	}
}
