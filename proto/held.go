package proto

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// held is a session that the server keeps for a run, with or without a master
// connected to it. Locks: Server.mu before held.mu; the worker is called under neither.
type held struct {
	s      *Server
	run    string
	ctx    context.Context // of everything that is done for the session
	cancel context.CancelFunc

	mu    sync.Mutex
	epoch uint64
	prep  *preparation
	inner load.Session // nil until prepared
	// stopPump ends the goroutine that reads inner's reports.
	stopPump context.CancelFunc
	report   *pb.Report // the newest that is not acknowledged
	offers   uint64     // how often the worker has offered a report: it repeats them
	seq      uint64     // of the newest report
	acked    uint64
	final    bool  // seq is the final report
	fault    error // why there will be no further report
	closed   bool
	at       *attachment // the stream that has the session now; nil: none
	client   uint64      // caller that has it, or that had it prepared last
	outcomes outcomes
}

// preparation is one call of Worker.Prepare; err is set before done is closed.
type preparation struct {
	epoch uint64
	done  chan struct{}
	err   error
}

func newPreparation(epoch uint64) *preparation {
	return &preparation{epoch: epoch, done: make(chan struct{})}
}

func newHeld(s *Server, run string, epoch, client uint64) *held {
	ctx, cancel := context.WithCancel(s.life)
	return &held{s: s, run: run, ctx: ctx, cancel: cancel, epoch: epoch, client: client, prep: newPreparation(epoch), outcomes: outcomes{}}
}

func (h *held) is(epoch uint64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.epoch == epoch
}

// broken says that the session is over without a final report.
func (h *held) broken() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.fault != nil
}

// claim joins the preparation of epoch, or begins one when epoch is newer than the
// session's: mine then says that the caller has to carry it out.
func (h *held) claim(epoch, client uint64) (p *preparation, mine bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.inner == nil && epoch == h.prep.epoch {
		h.client = client
	}
	switch {
	case epoch == h.prep.epoch:
		return h.prep, false, nil
	case epoch < h.prep.epoch:
		return nil, false, fmt.Errorf("%w: run %s is led by a newer master (epoch %d; this one has %d)", load.ErrBusy, h.run, h.prep.epoch, epoch)
	case h.inner == nil:
		return nil, false, fmt.Errorf("%w: run %s is being prepared for another master", load.ErrBusy, h.run)
	}
	return newPreparation(epoch), true, nil
}

// filled takes the worker's answer to p. It is false when h holds nothing.
func (h *held) filled(p *preparation, inner load.Session, err error) bool {
	defer close(p.done)
	h.mu.Lock()
	if h.closed && err == nil {
		h.mu.Unlock()
		p.err = fmt.Errorf("%w: closed while it was being prepared", load.ErrGone)
		inner.Close()
		return false
	}
	if err != nil {
		p.err = err
		empty := h.inner == nil
		h.mu.Unlock()
		if empty {
			h.cancel()
		}
		return !empty
	}
	old := h.adopt(p, inner)
	h.mu.Unlock()
	if old != nil {
		old.Close()
	}
	return true
}

// adopt makes inner the session; it returns the one before if that is another. A
// master of a newer epoch normally gets the same one. h.mu is held.
func (h *held) adopt(p *preparation, inner load.Session) (old load.Session) {
	h.epoch, h.prep, h.outcomes = p.epoch, p, outcomes{}
	if h.inner != nil && same(h.inner, inner) {
		return nil
	}
	if old = h.inner; old != nil {
		h.stopPump()
	}
	// The old one may have ended already, because the new one took over from it.
	h.inner, h.report, h.seq, h.acked, h.final, h.fault = inner, nil, 0, 0, false, nil
	var ctx context.Context
	ctx, h.stopPump = context.WithCancel(h.ctx)
	h.s.tasks.Add(1)
	go h.pump(ctx, inner)
	return old
}

func same(a, b load.Session) bool {
	return reflect.TypeOf(a) == reflect.TypeOf(b) && reflect.TypeOf(a).Comparable() && a == b
}

// pump keeps the newest report at hand. The worker never waits for a connection.
func (h *held) pump(ctx context.Context, inner load.Session) {
	defer h.s.tasks.Done()
	for {
		select {
		case r, ok := <-inner.Reports():
			if !ok {
				h.ended(inner)
				return
			}
			h.offer(inner, r)
		case <-ctx.Done():
			return
		}
	}
}

func (h *held) offer(inner load.Session, r load.Report) {
	msg, err := fitReport(reportToPB(r))
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.inner != inner || h.fault != nil:
		return
	case r.Seq <= h.acked:
		// The worker has not heard of the acknowledgement yet.
		return
	case err != nil:
		h.fault = err
	default:
		h.report, h.seq, h.final = msg, r.Seq, r.Final
		h.offers++
	}
	h.at.nudge()
}

// ended is called when inner has closed its reports.
func (h *held) ended(inner load.Session) {
	err := inner.Err()
	h.mu.Lock()
	if h.inner != inner || h.final {
		h.mu.Unlock()
		return
	}
	if err == nil {
		err = fmt.Errorf("%w: its reports ended without a final one", load.ErrGone)
	}
	if h.fault == nil {
		h.fault = err
	}
	h.at.nudge()
	h.mu.Unlock()
	inner.Close()
}

// ack passes an acknowledgement on; it is true after the one of the final report,
// when the session is no longer needed.
func (h *held) ack(seq uint64) (over bool) {
	h.mu.Lock()
	h.acked = max(h.acked, min(seq, h.seq))
	if h.acked >= h.seq {
		h.report = nil
	}
	over = h.final && h.acked >= h.seq
	inner := h.inner
	h.mu.Unlock()
	inner.Ack(seq)
	return over
}

// alive tells the worker that its master is there: the dead-man's switch counts
// from the last message, and repeating an acknowledgement changes nothing.
func (h *held) alive() {
	h.mu.Lock()
	inner, acked := h.inner, h.acked
	h.mu.Unlock()
	inner.Ack(acked)
}

// attach gives the session to the stream a; the stream before ends.
func (h *held) attach(a *attachment) error {
	h.mu.Lock()
	if h.closed || h.inner == nil {
		h.mu.Unlock()
		return fmt.Errorf("%w: run %s", load.ErrGone, h.run)
	}
	if a.dead.Load() { // its caller has connected again
		h.mu.Unlock()
		return nil
	}
	before := h.at
	h.at, h.client = a, a.client
	a.held.Store(h)
	h.outcomes.keepOnly(a.client)
	h.mu.Unlock()
	if before != nil && before != a {
		before.superseded(a)
	}
	if a.acked > 0 && h.ack(a.acked) {
		h.s.release(h)
	}
	a.nudge()
	return nil
}

// has says whether a's commands count: those of a stream before it do not.
func (h *held) has(a *attachment) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at == a
}

// belongs says whether client may give the session up: a late goodbye of a caller
// that was refused must not end what another has begun since.
func (h *held) belongs(client uint64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.client == client
}

// detach is called when a's stream has ended.
func (h *held) detach(a *attachment) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.at == a {
		h.at = nil
	}
}

// due is the report that a has not been sent yet, or, when there is none, why there
// will be none.
func (h *held) due(a *attachment) (*pb.Report, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.at != a {
		return nil, nil
	}
	if h.report != nil && a.sent != h.offers {
		a.sent = h.offers
		return h.report, nil
	}
	return nil, h.fault
}

// leave ends the stream that has the session, if there is one.
func (h *held) leave(why error) {
	h.mu.Lock()
	a := h.at
	h.at = nil
	h.mu.Unlock()
	h.cancel()
	a.finish(why)
}

// close ends the session and everything under way in it.
func (h *held) close() {
	h.mu.Lock()
	h.closed = true
	inner := h.inner
	h.mu.Unlock()
	h.leave(nil)
	if inner != nil {
		inner.Close()
	}
}
