package scripting

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// frame is one call of a hook: the context of the state that runs it. Its user owns it;
// the watch only ends it. A frame is used again by another user, so nothing may keep one.
type frame struct {
	state *State
	shard *shard
	done  chan struct{}
	cause cause // set before done is closed

	// status is the number of the call times 4, plus its phase.
	status atomic.Uint64

	// The following are of the call.
	failure  *Failure // of causeFailure
	exceeded string
	request  Request
	response Response
	one      [1]string // scratch of fieldTexts

	// Only the watch uses these.
	seen uint64 // the call that used belongs to
	used time.Duration
}

// The phases of a call. A call that has ended once stays ended until its frame is
// released: done is closed, so every further instruction fails.
const (
	idle = iota
	running
	paused // in a call of the Host: its time is not Lua's
	ended
)

// cause is why a call was ended before it was over.
type cause uint8

const (
	causeNone cause = iota
	causeTimeout
	causeHeap
	causeInterrupted
	causeFailure // the script, the Host or a panic ended it: frame.failure
)

var causes = [...]error{
	causeNone:        errors.New("the hook has ended"),
	causeTimeout:     errors.New("the hook ran for too long"),
	causeHeap:        errors.New("the scripts of this worker use too much memory"),
	causeInterrupted: ErrInterrupted,
	causeFailure:     errors.New("the hook has failed"),
}

// frameOf is the call that L runs in.
func frameOf(L *lua.LState) *frame { return L.Context().(*frame) }

// begin starts a call.
func (f *frame) begin(s *State) {
	f.state = s
	call := f.status.Load()>>2 + 1
	f.status.Store(call<<2 | running)
}

// release ends a call and says why it was ended before, if it was. Afterwards f may be
// used for another call.
func (f *frame) release() (cause, *Failure, string) {
	why, failure, exceeded := causeNone, f.failure, f.exceeded
	for {
		now := f.status.Load()
		if now&3 == ended {
			<-f.done
			why = f.cause
			f.done, f.cause = make(chan struct{}), causeNone
			f.status.Store(now &^ 3)
			break
		}
		if f.status.CompareAndSwap(now, now&^3) {
			break
		}
	}
	f.state, f.failure, f.exceeded, f.request, f.response = nil, nil, "", nil, nil
	f.one[0] = ""
	return why, failure, exceeded
}

// pause stops the clock for a call of the Host, resume lets it go on. pause says whether it
// ran.
func (f *frame) pause() bool { return f.turn(running, paused) }
func (f *frame) resume() {
	if f.turn(paused, running) {
		f.shard.watch.see()
	}
}

func (f *frame) turn(from, to uint64) bool {
	now := f.status.Load()
	return now&3 == from && f.status.CompareAndSwap(now, now&^3|to) // fails only when the watch has ended the call
}

// end ends the call that f is in; false: it has ended already, for another reason.
func (f *frame) end(why cause, failure *Failure) bool {
	for {
		now := f.status.Load()
		if now&3 == ended || now&3 == idle {
			return false
		}
		if f.status.CompareAndSwap(now, now|ended) {
			f.failure = failure
			f.cause = why
			close(f.done)
			return true
		}
	}
}

// End ends the call that L runs in with a failure that its script cannot catch: for
// functions of Config.Extra. It raises an error.
func End(L *lua.LState, f *Failure) {
	frameOf(L).end(causeFailure, f)
	L.RaiseError("%s", f.Message)
}

// over says whether the call has been ended.
func (f *frame) over() bool { return f.status.Load()&3 == ended }

// mayGoOn raises an error when the hook must end: for Go code that repeats what takes long.
func mayGoOn(L *lua.LState) {
	if err := frameOf(L).Err(); err != nil {
		L.RaiseError("%s", err.Error())
	}
}

// Deadline is none: when a call has to end depends on how long the Host takes.
func (f *frame) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done is closed when the call must end.
func (f *frame) Done() <-chan struct{} { return f.done }

// Err says why it must.
func (f *frame) Err() error {
	select {
	case <-f.done:
		return causes[f.cause]
	default:
		return nil
	}
}

// Value has nothing.
func (f *frame) Value(any) any { return nil }

// Rand is the user's own stream of random numbers.
func (f *frame) Rand() *rand.Rand {
	s := f.state
	if s.rand == nil {
		s.rand = rand.New(rand.NewPCG(s.seed[0], s.seed[1]))
	}
	return s.rand
}

// Now is the time.
func (f *frame) Now() time.Time { return f.state.program.now() }

// Exceeded notes that a bound was broken.
func (f *frame) Exceeded(message string) { f.exceeded = message }

var (
	_ context.Context = (*frame)(nil)
	_ sandbox.Frame   = (*frame)(nil)
)
