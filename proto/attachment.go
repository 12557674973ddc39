package proto

import (
	"fmt"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// attachment is one stream of one caller. Only the goroutine of the call writes to
// the stream; everybody else puts events into its queue and never waits: a stream
// that does not keep up is ended, and its caller comes again.
type attachment struct {
	run       string
	epoch     uint64
	client    uint64
	acked     uint64 // as the hello says
	held      atomic.Pointer[held]
	preparing atomic.Bool
	dead      atomic.Bool // the stream has ended
	sent      uint64      // held.offers of the report sent last; guarded by held.mu

	queue chan *pb.Event
	wake  chan struct{} // a report, or the end of the session, is at hand

	once  sync.Once
	ended chan struct{}
	why   error // what the caller is told before the stream ends; set before ended is closed
}

func newAttachment(hello *pb.Hello) *attachment {
	return &attachment{
		run: hello.GetRun(), epoch: hello.GetEpoch(), client: hello.GetClient(), acked: hello.GetAcked(),
		queue: make(chan *pb.Event, maxOutcomes), wake: make(chan struct{}, 1), ended: make(chan struct{}),
	}
}

// nudge has the stream look for a report. A nil attachment ignores it.
func (a *attachment) nudge() {
	if a == nil {
		return
	}
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// finish ends the stream after what is queued. A nil attachment ignores it.
func (a *attachment) finish(why error) {
	if a == nil {
		return
	}
	a.once.Do(func() {
		a.why = why
		close(a.ended)
	})
}

// superseded ends the stream because by has the session now.
func (a *attachment) superseded(by *attachment) {
	if by.client == a.client {
		a.finish(nil) // its caller has connected again and does not listen here any more
		return
	}
	a.finish(fmt.Errorf("%w: another master has taken run %s over", load.ErrGone, a.run))
}

func (a *attachment) push(ev *pb.Event) {
	select {
	case a.queue <- ev:
	default:
		a.finish(nil)
	}
}

func (a *attachment) answer(answer *pb.Answer) {
	a.push(&pb.Event{Body: &pb.Event_Answer{Answer: answer}})
}

func faultEvent(err error) *pb.Event {
	return &pb.Event{Body: &pb.Event_Fault{Fault: faultToPB(err)}}
}

// Run serves one stream.
func (s *Server) Run(stream grpc.BidiStreamingServer[pb.Command, pb.Event]) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	hello := first.GetHello()
	if hello == nil {
		return status.Error(codes.InvalidArgument, "the first message must be a hello")
	}
	a := newAttachment(hello)
	if err := s.greet(a, hello); err != nil {
		return stream.Send(faultEvent(err))
	}
	gone := make(chan struct{})
	s.tasks.Add(1)
	go func() {
		defer s.tasks.Done()
		defer close(gone)
		s.read(a, stream)
	}()
	err = a.write(stream, gone, s.life.Done())
	a.dead.Store(true)
	if h := a.held.Load(); h != nil {
		h.detach(a)
	}
	return err
}

// greet answers a hello, and attaches the session that it names.
func (s *Server) greet(a *attachment, hello *pb.Hello) error {
	if err := checkProtocol(hello.GetProtocol()); err != nil {
		return err
	}
	a.push(&pb.Event{Body: &pb.Event_Welcome{Welcome: &pb.Empty{}}})
	if !hello.GetPrepared() {
		return nil
	}
	h, err := s.find(a.run, a.epoch)
	if err != nil {
		return err
	}
	return h.attach(a)
}

// write sends what there is to send until the stream ends.
func (a *attachment) write(stream grpc.BidiStreamingServer[pb.Command, pb.Event], gone, stopping <-chan struct{}) error {
	for {
		select {
		case ev := <-a.queue:
			if err := stream.Send(ev); err != nil {
				return err
			}
		case <-a.wake:
			if err := a.writeReport(stream); err != nil {
				return err
			}
		case <-a.ended:
			return a.writeRest(stream)
		case <-gone:
			return nil
		case <-stopping:
			return errStopping
		}
	}
}

func (a *attachment) writeReport(stream grpc.BidiStreamingServer[pb.Command, pb.Event]) error {
	for {
		report, fault := a.held.Load().due(a)
		if report == nil {
			if fault != nil {
				a.finish(fault)
			}
			return nil
		}
		if err := stream.Send(&pb.Event{Body: &pb.Event_Report{Report: report}}); err != nil {
			return err
		}
	}
}

func (a *attachment) writeRest(stream grpc.BidiStreamingServer[pb.Command, pb.Event]) error {
	for {
		select {
		case ev := <-a.queue:
			if err := stream.Send(ev); err != nil {
				return err
			}
		default:
			if a.why == nil {
				return nil
			}
			return stream.Send(faultEvent(a.why))
		}
	}
}

// read takes commands until the stream ends.
func (s *Server) read(a *attachment, stream grpc.BidiStreamingServer[pb.Command, pb.Event]) {
	for {
		cmd, err := stream.Recv()
		if err != nil {
			return
		}
		s.command(a, cmd)
	}
}

func (s *Server) command(a *attachment, cmd *pb.Command) {
	h := a.held.Load()
	if h != nil && !h.has(a) {
		return
	}
	switch body := cmd.GetBody().(type) {
	case *pb.Command_Ping:
		a.push(&pb.Event{Body: &pb.Event_Pong{Pong: &pb.Empty{}}})
		if h != nil {
			h.alive()
		}
	case *pb.Command_Prepare:
		if a.preparing.CompareAndSwap(false, true) {
			s.tasks.Add(1)
			go func() {
				defer s.tasks.Done()
				s.answerPrepare(a, cmd)
			}()
		}
	case *pb.Command_Close:
		if h == nil { // it gives up while it is being prepared
			h, _ = s.find(a.run, a.epoch)
		}
		if h != nil && h.belongs(a.client) {
			s.release(h)
		}
		a.finish(nil)
	case *pb.Command_Ack:
		if h != nil && h.ack(body.Ack) {
			s.release(h)
		}
	case *pb.Command_Cancel:
		if h != nil {
			h.abandon(a.client, body.Cancel)
		}
	default:
		if h == nil {
			a.answer(failed(cmd.GetId(), fmt.Errorf("%w: run %s is not prepared on this connection", load.ErrGone, a.run)))
			return
		}
		h.take(a, cmd)
	}
}
