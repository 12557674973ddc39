package proto

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// connectLoop keeps a stream to the worker open until the session is over.
func (s *session) connectLoop() {
	defer s.c.wg.Done()
	defer s.c.forget(s)
	defer s.end()
	defer close(s.over)
	pause := firstPause
	for number := uint64(1); ; number++ {
		welcomed, err := s.stream(number)
		if s.finished(err) {
			return
		}
		if welcomed {
			pause = firstPause
		}
		select {
		case <-time.After(jitter(pause)):
		case <-s.life.Done():
			s.fail(errHungUp)
			return
		}
		pause = min(2*pause, lastPause)
	}
}

// fatal is an error that ends the session.
type fatal struct{ error }

func (f fatal) Unwrap() error { return f.error }

// finished says whether no further stream is needed after one that ended with err,
// nil for a stream that the worker has ended in order.
func (s *session) finished(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = err
	if s.final && s.acked >= s.last && (err == nil || errors.Is(err, load.ErrGone)) {
		s.complete = true
		return true
	}
	if s.shut && err == nil {
		return true
	}
	var end fatal
	if errors.As(err, &end) {
		if s.err == nil && !s.final {
			s.err = end.error
		}
		return true
	}
	if s.life.Err() != nil {
		if s.err == nil && !s.final {
			s.err = errHungUp
		}
		return true
	}
	return false
}

// stream is one connection from hello to its end. welcomed says that the worker has
// answered.
func (s *session) stream(number uint64) (welcomed bool, err error) {
	conn, codec, hangup, err := s.c.link.connect()
	if err != nil {
		return false, fatal{err}
	}
	defer hangup()
	ctx, cancel := context.WithCancelCause(s.life)
	defer cancel(nil)
	w := &watch{began: time.Now(), wake: make(chan struct{}, 1)}
	var helpers sync.WaitGroup
	defer helpers.Wait()
	defer cancel(nil)
	if s.c.link.network() {
		helpers.Go(func() { w.run(ctx, s.c.o.silence, cancel) })
	}
	err = s.converse(ctx, conn, number, w, &helpers, &welcomed)
	if bad := codec.refused(); bad != nil {
		return welcomed, fatal{fmt.Errorf("the worker sent a damaged message: %w", bad)}
	}
	if cause := context.Cause(ctx); cause != nil && s.life.Err() == nil {
		return welcomed, cause
	}
	return welcomed, err
}

// converse opens the stream and reads it to its end: nil when the worker ended it in
// order.
func (s *session) converse(ctx context.Context, conn *grpc.ClientConn, number uint64, w *watch, helpers *sync.WaitGroup, welcomed *bool) error {
	stream, err := pb.NewWorkerClient(conn).Run(ctx)
	if err != nil {
		return s.explain(err)
	}
	if err := stream.Send(&pb.Command{Body: &pb.Command_Hello{Hello: s.hello()}}); err != nil {
		_, err = stream.Recv() // has the reason
		return s.explain(err)
	}
	for {
		ev, err := stream.Recv()
		if err != nil {
			return s.explain(err)
		}
		w.heard()
		switch body := ev.GetBody().(type) {
		case *pb.Event_Welcome:
			if !*welcomed {
				*welcomed = true
				helpers.Go(func() { s.send(ctx, stream, number, w) })
			}
		case *pb.Event_Answer:
			s.answered(body.Answer)
		case *pb.Event_Report:
			if err := s.received(body.Report); err != nil {
				return fatal{err}
			}
		case *pb.Event_Fault:
			return fatal{faultFromPB(body.Fault)}
		}
	}
}

func (s *session) hello() *pb.Hello {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &pb.Hello{Protocol: load.Protocol, Run: s.run, Epoch: s.epoch, Acked: s.acked, Client: s.client, Prepared: s.prepared}
}

// send writes what is pending whenever there is something, and pings.
func (s *session) send(ctx context.Context, stream grpc.BidiStreamingClient[pb.Command, pb.Event], number uint64, w *watch) {
	for {
		for _, cmd := range s.pending(number) {
			if stream.Send(cmd) != nil {
				return // Recv has the reason
			}
		}
		if s.saysGoodbye() {
			stream.Send(&pb.Command{Body: &pb.Command_Close{Close: &pb.Empty{}}})
			stream.CloseSend()
			return
		}
		select {
		case <-s.wake:
		case <-s.closing:
		case <-w.wake:
			if stream.Send(&pb.Command{Body: &pb.Command_Ping{Ping: &pb.Empty{}}}) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (s *session) saysGoodbye() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shut && s.tell
}

// watch notices a connection that brings nothing any more.
type watch struct {
	began time.Time
	last  atomic.Int64 // ns since began
	wake  chan struct{}
}

func (w *watch) heard() { w.last.Store(int64(time.Since(w.began))) }

// run asks for a ping after a fifth of limit without a message, and ends the stream
// after limit.
func (w *watch) run(ctx context.Context, limit time.Duration, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(limit / 5)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		quiet := time.Since(w.began) - time.Duration(w.last.Load())
		if quiet > limit {
			cancel(fmt.Errorf("nothing came from the worker for %v", limit))
			return
		}
		if quiet >= limit/5 {
			select {
			case w.wake <- struct{}{}:
			default:
			}
		}
	}
}
