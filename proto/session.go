package proto

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// session is a run on a worker behind a link. Two goroutines work for it:
// connectLoop keeps a stream open and alone knows what was received; deliver hands
// reports to the caller and alone closes the channel.
type session struct {
	c      *Client
	run    string
	epoch  uint64
	client uint64 // random; scope of the command numbers

	ready   chan struct{} // closed when Prepare has been answered
	refused error         // why Prepare failed; set before ready is closed

	inbox   chan load.Report // connectLoop to deliver
	reports chan load.Report
	wake    chan struct{} // something is to be sent
	closing chan struct{} // Close, or hangUp
	over    chan struct{} // connectLoop has ended
	life    context.Context
	end     context.CancelFunc

	mu       sync.Mutex
	calls    map[uint64]*call // not answered yet
	cancels  []uint64         // calls whose caller gave up, to be told
	lastID   uint64
	prepared bool
	acked    uint64
	reAck    bool // the worker repeats what was acknowledged
	stopped  int  // 0, 1: gracefully, 2: now
	tell     bool // Close: tell the worker
	complete bool // the final report is acknowledged, and the worker knows
	shut     bool // closing is closed
	err      error
	trouble  error                      // why the last attempt to connect failed
	late     map[string][]load.RowRange // what yields have brought whose callers had given up, by source

	// Only connectLoop uses these.
	last  uint64 // newest report received
	final bool   // it was the final one
}

// call is a command that waits for its answer.
type call struct {
	cmd    *pb.Command
	until  time.Time       // zero: no bound
	answer chan *pb.Answer // nil: nobody waits
	stream uint64          // number of the stream it was sent on
	late   bool            // a yield whose caller has given up: its answer is kept
}

func newSession(c *Client, run string, epoch uint64) *session {
	s := &session{
		c: c, run: run, epoch: epoch, client: rand.Uint64(),
		ready: make(chan struct{}), inbox: make(chan load.Report, 1), reports: make(chan load.Report),
		wake: make(chan struct{}, 1), closing: make(chan struct{}), over: make(chan struct{}),
		calls: map[uint64]*call{}, late: map[string][]load.RowRange{},
	}
	s.life, s.end = context.WithCancel(c.life)
	return s
}

func (s *session) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *session) isOver() bool {
	select {
	case <-s.over:
		return true
	case <-s.closing:
		return true
	default:
		return false
	}
}

// prepareEnded lets waiting callers of Prepare go on. A session that was refused, or
// is no longer wanted, is closed: a worker that has it all the same is told.
func (s *session) prepareEnded(err error) {
	if err != nil {
		s.refused = err
		s.Close()
	}
	close(s.ready)
}

// call sends cmd and waits for the answer, through any number of connections.
func (s *session) call(ctx context.Context, cmd *pb.Command) (*pb.Answer, error) {
	k := &call{cmd: cmd, answer: make(chan *pb.Answer, 1)}
	k.until, _ = ctx.Deadline()
	if err := s.submit(k); err != nil {
		return nil, err
	}
	return s.await(ctx, k, s.giveUp)
}

// await is the answer to k; abandon is called when ctx ends before.
func (s *session) await(ctx context.Context, k *call, abandon func(k *call, why error) error) (*pb.Answer, error) {
	select {
	case a := <-k.answer:
		return outcomeOf(a)
	case <-ctx.Done():
		return nil, abandon(k, ctx.Err())
	case <-s.closing:
	case <-s.over:
	}
	select { // an answer that came first counts
	case a := <-k.answer:
		return outcomeOf(a)
	default:
	}
	if _, finish := k.cmd.Body.(*pb.Command_Finish); finish && s.isComplete() {
		return nil, nil // the final report was quicker than the answer
	}
	return nil, s.whyOver()
}

func (s *session) isComplete() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.complete
}

func outcomeOf(a *pb.Answer) (*pb.Answer, error) {
	if f := a.GetFault(); f != nil {
		return nil, faultFromPB(f)
	}
	return a, nil
}

// submit gives k a number and has it sent.
func (s *session) submit(k *call) error {
	s.mu.Lock()
	if s.shut || s.err != nil {
		s.mu.Unlock()
		return s.whyOver()
	}
	s.lastID++
	k.cmd.Id = s.lastID
	s.calls[s.lastID] = k
	s.mu.Unlock()
	s.nudge()
	return nil
}

// giveUp withdraws k because its caller's context ended.
func (s *session) giveUp(k *call, why error) error {
	s.mu.Lock()
	delete(s.calls, k.cmd.Id)
	if k.stream != 0 && len(s.cancels) < maxOutcomes {
		s.cancels = append(s.cancels, k.cmd.Id)
	}
	why = s.withTrouble(why)
	s.mu.Unlock()
	s.nudge()
	return why
}

// withTrouble adds what stands in the way of an answer. mu is held.
func (s *session) withTrouble(why error) error {
	if s.trouble != nil {
		return fmt.Errorf("%w; the last attempt to connect: %w", why, s.trouble)
	}
	return why
}

func (s *session) whyOver() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	return fmt.Errorf("%w: the session is closed", load.ErrGone)
}

// Setup plays the setup steps.
func (s *session) Setup(ctx context.Context) (load.Vars, error) {
	a, err := s.call(ctx, &pb.Command{Body: &pb.Command_Setup{Setup: &pb.Empty{}}})
	if err != nil {
		return load.Vars{}, err
	}
	return varsFromPB(a.GetVars())
}

// Warm has users ready before time zero.
func (s *session) Warm(ctx context.Context, vars load.Vars) error {
	_, err := s.call(ctx, &pb.Command{Body: &pb.Command_Warm{Warm: varsToPB(vars)}})
	return err
}

// Go begins the load.
func (s *session) Go(ctx context.Context, t0 time.Time, vars load.Vars) error {
	_, err := s.call(ctx, &pb.Command{Body: &pb.Command_Go{Go: &pb.Start{T0: timeToPB(t0), Vars: varsToPB(vars)}}})
	return err
}

// Change changes the load.
func (s *session) Change(ctx context.Context, c load.Change) error {
	_, err := s.call(ctx, &pb.Command{Body: &pb.Command_Change{Change: changeToPB(c)}})
	return err
}

// Clock is the worker's clock. A call that was lost and sent again would be older
// than it looks, so callers take the best of several.
func (s *session) Clock(ctx context.Context) (time.Time, error) {
	a, err := s.call(ctx, &pb.Command{Body: &pb.Command_Clock{Clock: &pb.Empty{}}})
	if err != nil {
		return time.Time{}, err
	}
	return timeFromPB(a.GetTime()), nil
}

// Teardown plays the teardown steps.
func (s *session) Teardown(ctx context.Context, vars load.Vars) error {
	_, err := s.call(ctx, &pb.Command{Body: &pb.Command_Teardown{Teardown: varsToPB(vars)}})
	return err
}

// Finish asks for the last report.
func (s *session) Finish(ctx context.Context) error {
	_, err := s.call(ctx, &pb.Command{Body: &pb.Command_Finish{Finish: &pb.Empty{}}})
	return err
}

// Stop ends the load.
func (s *session) Stop(now bool) {
	level := 1
	if now {
		level = 2
	}
	s.mu.Lock()
	known := s.stopped >= level
	s.stopped = max(s.stopped, level)
	s.mu.Unlock()
	if !known {
		s.submit(&call{cmd: &pb.Command{Body: &pb.Command_Stop{Stop: now}}}) // a session that is over has stopped
	}
}

// Reports are the worker's reports, each once.
func (s *session) Reports() <-chan load.Report { return s.reports }

// Ack acknowledges reports up to seq.
func (s *session) Ack(seq uint64) {
	s.mu.Lock()
	s.acked = max(s.acked, seq)
	s.reAck = true
	s.mu.Unlock()
	s.nudge()
}

// Close gives the session up; the worker is told in the background.
func (s *session) Close() error {
	s.shutDown(true)
	return nil
}

// hangUp ends the session here only, unless Close is still telling the worker.
func (s *session) hangUp() { s.shutDown(false) }

func (s *session) shutDown(tell bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut {
		return
	}
	s.shut, s.tell = true, tell
	close(s.closing)
	if !tell {
		s.end()
		return
	}
	stop := time.AfterFunc(farewell, s.end)
	context.AfterFunc(s.life, func() { stop.Stop() })
	s.nudge()
}

// Err is why Reports was closed.
func (s *session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// fail notes why the session is over, unless it was before.
func (s *session) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
}

// deliver hands reports to the caller until the final one, or until there will be
// none.
func (s *session) deliver() {
	defer s.c.wg.Done()
	defer close(s.reports)
	for {
		select {
		case r := <-s.inbox:
			if !s.handOver(r) {
				return
			}
		case <-s.over:
			select {
			case r := <-s.inbox: // received before the end
				s.handOver(r)
			default:
			}
			return
		case <-s.closing:
			s.fail(errSessionClosed)
			return
		}
	}
}

var errSessionClosed = errors.New("the session was closed")

// handOver waits for the caller to take r; it is false when r is the last.
func (s *session) handOver(r load.Report) bool {
	select {
	case s.reports <- r:
		return !r.Final
	case <-s.closing:
		s.fail(errSessionClosed)
		return false
	}
}

// pending is what has to be sent on the given stream now, in order.
func (s *session) pending(stream uint64) []*pb.Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*pb.Command
	if s.reAck {
		s.reAck = false
		out = append(out, &pb.Command{Body: &pb.Command_Ack{Ack: s.acked}})
	}
	for _, id := range s.cancels {
		out = append(out, &pb.Command{Body: &pb.Command_Cancel{Cancel: id}})
	}
	s.cancels = nil
	ids := make([]uint64, 0, len(s.calls))
	settled := s.lastID + 1
	for id, k := range s.calls {
		settled = min(settled, id)
		if k.stream != stream {
			ids = append(ids, id)
			k.stream = stream
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		out = append(out, s.calls[id].command(settled))
	}
	return out
}

// command is k as it is sent now. A message that was sent before must not be changed.
func (k *call) command(settled uint64) *pb.Command {
	cmd := &pb.Command{Id: k.cmd.Id, Settled: settled, Body: k.cmd.Body}
	if !k.until.IsZero() {
		cmd.Timeout = max(int64(time.Until(k.until)), 1)
	}
	return cmd
}

// answered gives an answer to its caller.
func (s *session) answered(a *pb.Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.calls[a.GetId()]
	if k == nil {
		return
	}
	delete(s.calls, a.GetId())
	if _, ok := k.cmd.Body.(*pb.Command_Prepare); ok && a.GetFault() == nil {
		s.prepared = true
	}
	switch {
	case k.late:
		s.keepLate(k, a)
	case k.answer != nil:
		k.answer <- a
	}
}

// received takes a report from the worker.
func (s *session) received(msg *pb.Report) error {
	if msg.GetSeq() <= s.last {
		s.mu.Lock()
		s.reAck = s.reAck || s.acked >= msg.GetSeq()
		s.mu.Unlock()
		s.nudge()
		return nil
	}
	r, err := reportFromPB(msg)
	if err != nil {
		return fmt.Errorf("the worker sent a damaged report: %w", err)
	}
	select {
	case s.inbox <- r:
		s.last, s.final = r.Seq, r.Final
	default: // the caller acknowledges what it has not taken; this one comes again
	}
	return nil
}

// explain makes an error of a stream one for people; nil for a stream that the
// worker has ended in order.
func (s *session) explain(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	err, hopeless := s.c.link.explain(err)
	if hopeless {
		return fatal{err}
	}
	return err
}
