package proto

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

const (
	// maxHeld bounds the runs that a server remembers. A worker has one at a time;
	// the others are over and wait for somebody to hear why.
	maxHeld = 64
	// stopGrace is how long Serve lets calls in flight finish.
	stopGrace = 2 * time.Second
	// keepAlive only cleans up connections; grpc-go allows no shorter ping.
	keepAlive        = 10 * time.Second
	keepAliveTimeout = 5 * time.Second
)

// ServerOptions say how a worker is served.
type ServerOptions struct {
	// Token that callers must show (health checks excepted); empty: anybody may.
	Token string
	// Node is what Info answers.
	Node load.Node
	// Vitals are told with it; nil: none. Any goroutine may call it.
	Vitals func() load.Vitals
	// Standing is told with it; nil: nothing. Any goroutine may call it.
	Standing func() load.Standing
	// Log takes what no caller can be told; nil: nowhere.
	Log *slog.Logger
}

// Server makes a load.Worker reachable. It remembers which session belongs to which
// run until the session's last report is acknowledged or it is closed, whether a
// master is connected or not: how long a run goes on without one is the worker's
// own business.
type Server struct {
	pb.UnimplementedWorkerServer
	worker load.Worker
	o      ServerOptions
	life   context.Context // of Serve; set before any call is served
	tasks  sync.WaitGroup  // what calls have started and outlives them

	storeStall time.Duration // tests shorten it

	mu   sync.Mutex
	held map[string]*held // by run
}

// NewServer makes a server of w; Serve starts it.
func NewServer(w load.Worker, o ServerOptions) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Server{worker: w, o: o, held: map[string]*held{}, storeStall: storeStall}
}

// Serve accepts connections on l until ctx ends; calls in flight then have two
// seconds. All sessions that are still held are closed. It closes l, and returns
// when everything that it started has ended: nil after ctx, else why it could not go
// on. Call it once.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	life, end := context.WithCancel(ctx)
	defer end()
	s.life = life
	g := grpc.NewServer(s.grpcOptions()...)
	pb.RegisterWorkerServer(g, s)
	alive := health.NewServer()
	healthpb.RegisterHealthServer(g, alive)

	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-life.Done()
		alive.Shutdown()
		hard := time.AfterFunc(stopGrace, g.Stop)
		defer hard.Stop()
		g.GracefulStop()
	}()
	err := g.Serve(l)
	end()
	<-stopped
	s.closeAll()
	s.tasks.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (s *Server) grpcOptions() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxCommand),
		grpc.ForceServerCodecV2(newBoundedCodec()),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: keepAlive, Timeout: keepAliveTimeout}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: keepAlive / 2, PermitWithoutStream: true}),
		grpc.WaitForHandlers(true),
		grpc.UnaryInterceptor(s.checkUnary),
		grpc.StreamInterceptor(s.checkStream),
	}
}

func (s *Server) closeAll() {
	s.mu.Lock()
	all := make([]*held, 0, len(s.held))
	for _, h := range s.held {
		all = append(all, h)
	}
	s.mu.Unlock()
	for _, h := range all {
		s.release(h)
	}
}

// Info says who answers, and how it does.
func (s *Server) Info(_ context.Context, r *pb.InfoRequest) (*pb.InfoReply, error) {
	if err := checkProtocol(r.GetProtocol()); err != nil {
		return &pb.InfoReply{Outcome: &pb.InfoReply_Fault{Fault: faultToPB(err)}}, nil
	}
	reply := &pb.InfoReply{Outcome: &pb.InfoReply_Node{Node: nodeToPB(s.o.Node)}}
	if s.o.Vitals != nil {
		reply.Vitals = vitalsToPB(s.o.Vitals())
	}
	if s.o.Standing != nil {
		reply.Standing = standingToPB(s.o.Standing())
	}
	return reply, nil
}

// SendOnce plays one transaction once.
func (s *Server) SendOnce(ctx context.Context, r *pb.SendOnceRequest) (*pb.SendOnceReply, error) {
	x, err := s.sendOnce(ctx, r)
	if err != nil {
		return &pb.SendOnceReply{Outcome: &pb.SendOnceReply_Fault{Fault: faultToPB(err)}}, nil
	}
	return &pb.SendOnceReply{Outcome: &pb.SendOnceReply_Exchange{Exchange: x}}, nil
}

func (s *Server) sendOnce(ctx context.Context, r *pb.SendOnceRequest) (*pb.Exchange, error) {
	if err := checkProtocol(r.GetProtocol()); err != nil {
		return nil, err
	}
	x, err := s.worker.SendOnce(ctx, sendRequestFromPB(r))
	if err != nil {
		return nil, err
	}
	return fitExchange(exchangeToPB(x))
}

// prepare finds or makes the session of a job. It goes on when the caller's
// connection breaks: the caller comes again and asks the same.
func (s *Server) prepare(job load.Job, client uint64, timeout int64) (*held, error) {
	h, p, mine, err := s.claim(job, client)
	if err != nil {
		return nil, err
	}
	if mine {
		ctx, cancel := commandContext(h.ctx, timeout)
		inner, err := s.worker.Prepare(ctx, job)
		cancel()
		if !h.filled(p, inner, err) {
			s.drop(h)
		}
	}
	select {
	case <-p.done:
		return h, p.err
	case <-s.life.Done():
		return nil, s.life.Err()
	}
}

// claim gives the held session of the job and its preparation, and says whether the
// caller is the one who has to carry that out.
func (s *Server) claim(job load.Job, client uint64) (h *held, p *preparation, mine bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h = s.held[job.Run]; h != nil && !h.broken() {
		p, mine, err = h.claim(job.Epoch, client)
		return h, p, mine, err
	}
	if h == nil && len(s.held) >= maxHeld && !s.forgetBroken() {
		return nil, nil, false, fmt.Errorf("%w: it remembers %d runs already", load.ErrBusy, len(s.held))
	}
	if h != nil {
		h.leave(fmt.Errorf("%w: it was prepared anew", load.ErrGone))
	}
	h = newHeld(s, job.Run, job.Epoch, client)
	s.held[job.Run] = h
	return h, h.prep, true, nil
}

// forgetBroken drops one session that is over. s.mu is held.
func (s *Server) forgetBroken() bool {
	for run, h := range s.held {
		if h.broken() {
			h.leave(load.ErrGone)
			delete(s.held, run)
			return true
		}
	}
	return false
}

// find is the session that a master wants to go on with.
func (s *Server) find(run string, epoch uint64) (*held, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.held[run]
	if h == nil || !h.is(epoch) {
		return nil, fmt.Errorf("%w: run %s, epoch %d", load.ErrGone, run, epoch)
	}
	return h, nil
}

// drop forgets h.
func (s *Server) drop(h *held) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[h.run] == h {
		delete(s.held, h.run)
	}
}

// release ends h: the session is closed and forgotten.
func (s *Server) release(h *held) {
	s.drop(h)
	h.close()
}

// errStopping ends the streams of a server that stops; clients try again.
var errStopping = status.Error(codes.Unavailable, "worker is stopping")
