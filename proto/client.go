package proto

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

const (
	// silence is how long a stream may bring nothing before it is given up: a
	// connection that a firewall has forgotten looks just like that.
	silence = 5 * time.Second
	// farewell is how long a closed session tries to tell the worker.
	farewell = 2 * time.Second
	// Pauses between two attempts to connect.
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
)

// DialOptions say how to reach a worker.
type DialOptions struct {
	// Token to show; empty: none.
	Token string
	// Dialer replaces the network in tests.
	Dialer func(ctx context.Context, address string) (net.Conn, error)

	silence time.Duration // 0: silence; tests shorten it
}

// Client is a worker behind a connection. It implements load.Worker: sessions
// connect again by themselves, so calls block until their context ends while the
// worker cannot be reached.
type Client struct {
	o    DialOptions
	link link

	life context.Context // of all sessions
	end  context.CancelFunc
	wg   sync.WaitGroup // sessions

	mu       sync.Mutex
	closed   bool
	sessions map[string]*session // by run
}

var _ load.Worker = (*Client)(nil)

// link is how a client gets at its worker.
type link interface {
	// connect gives a connection for one stream; hangup gives it back.
	connect() (conn *grpc.ClientConn, codec *boundedCodec, hangup func(), err error)
	// shared is the connection for single calls.
	shared() *grpc.ClientConn
	// network says that the link can come back, so that calls wait for it, and that
	// it can go dead without an error, so that silence has to be noticed.
	network() bool
	// explain turns an error of gRPC into one that says what is wrong; fatal: it is
	// of no use to try again.
	explain(err error) (explained error, fatal bool)
	close() error
}

// Dial prepares a client of the worker at address (host:port). It connects when it
// is first used, so it fails for bad options only.
func Dial(address string, o DialOptions) (*Client, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, fmt.Errorf("address of a worker: %w", err)
	}
	l := &netLink{address: address, o: o}
	conn, err := l.newConn(newBoundedCodec())
	if err != nil {
		return nil, fmt.Errorf("worker %s: %w", address, err)
	}
	l.unary = conn
	return newClient(l, o), nil
}

func newClient(l link, o DialOptions) *Client {
	if o.silence == 0 {
		o.silence = silence
	}
	life, end := context.WithCancel(context.Background())
	return &Client{o: o, link: l, life: life, end: end, sessions: map[string]*session{}}
}

// Close hangs up. Sessions that are open go on at the worker (another Client can
// take them over with Prepare); here their Reports are closed. It returns when all
// goroutines have ended.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	sessions := make([]*session, 0, len(c.sessions))
	for _, s := range c.sessions {
		sessions = append(sessions, s)
	}
	c.mu.Unlock()
	for _, s := range sessions {
		s.hangUp()
	}
	hard := time.AfterFunc(farewell/4, c.end) // for sessions that were closed just before
	c.wg.Wait()
	hard.Stop()
	c.end()
	return c.link.close()
}

// Info asks the worker who it is and how it does.
func (c *Client) Info(ctx context.Context) (load.Info, error) {
	reply, err := retry(ctx, c, func() (*pb.InfoReply, error) {
		return pb.NewWorkerClient(c.link.shared()).Info(ctx, &pb.InfoRequest{Protocol: load.Protocol}, grpc.WaitForReady(c.link.network()))
	})
	if err != nil {
		return load.Info{}, fmt.Errorf("ask worker who it is: %w", err)
	}
	if f := reply.GetFault(); f != nil {
		return load.Info{}, faultFromPB(f)
	}
	return load.Info{Node: nodeFromPB(reply.GetNode()), Vitals: vitalsFromPB(reply.GetVitals()), Standing: standingFromPB(reply.GetStanding())}, nil
}

// SendOnce plays one transaction once. It waits for a connection, but once the
// request is out it is not repeated: it may have been carried out.
func (c *Client) SendOnce(ctx context.Context, r load.SendRequest) (*load.Exchange, error) {
	msg := sendRequestToPB(r)
	if err := checkSize("request", msg); err != nil {
		return nil, err
	}
	reply, err := pb.NewWorkerClient(c.link.shared()).SendOnce(ctx, msg, grpc.WaitForReady(c.link.network()), grpc.MaxCallRecvMsgSize(maxExchange))
	if err != nil {
		err, _ = c.link.explain(err)
		return nil, fmt.Errorf("send once: %w", err)
	}
	if f := reply.GetFault(); f != nil {
		return nil, faultFromPB(f)
	}
	return exchangeFromPB(reply.GetExchange())
}

func checkSize(what string, msg proto.Message) error {
	if size := proto.Size(msg); size > maxCommand-1<<10 {
		return &load.PlanError{Message: fmt.Sprintf("the %s has %d MiB with everything that goes with the plan; at most %d", what, size>>20, maxCommand>>20)}
	}
	return nil
}

// retry repeats a call that changes nothing until it is answered, ctx ends, or
// trying again is of no use.
func retry[T any](ctx context.Context, c *Client, call func() (T, error)) (T, error) {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		reply, err := call()
		if err == nil {
			return reply, nil
		}
		explained, fatal := c.link.explain(err)
		if fatal || ctx.Err() != nil {
			return reply, explained
		}
		select {
		case <-time.After(jitter(pause)):
		case <-ctx.Done():
			return reply, fmt.Errorf("%w (%w)", ctx.Err(), explained)
		}
	}
}

// jitter keeps the many clients of one worker from coming back all at once.
func jitter(pause time.Duration) time.Duration {
	return pause/2 + rand.N(pause/2+1)
}

// Prepare takes the worker for a job. The same run and epoch give the same session.
func (c *Client) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	msg := jobToPB(job)
	if err := checkSize("job", msg); err != nil {
		return nil, err
	}
	s, mine, err := c.session(job)
	if err != nil {
		return nil, err
	}
	if mine {
		_, err := s.call(ctx, &pb.Command{Body: &pb.Command_Prepare{Prepare: msg}})
		s.prepareEnded(err)
	}
	select {
	case <-s.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.refused != nil {
		return nil, s.refused
	}
	return s, nil
}

// session is the session of the job, and whether the caller is the one who has to
// prepare it.
func (c *Client) session(job load.Job) (s *session, mine bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, false, errHungUp
	}
	if s = c.sessions[job.Run]; s != nil && s.epoch == job.Epoch && !s.isOver() {
		return s, false, nil
	}
	s = newSession(c, job.Run, job.Epoch)
	c.sessions[job.Run] = s
	c.wg.Add(2)
	go s.connectLoop()
	go s.deliver()
	return s, true, nil
}

func (c *Client) forget(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sessions[s.run] == s {
		delete(c.sessions, s.run)
	}
}

var errHungUp = errors.New("the connection to the worker was closed")

// netLink reaches a worker over the network. Every stream has a connection of its
// own, so that a new attempt never waits in a connection that is dead already.
type netLink struct {
	address string
	o       DialOptions
	unary   *grpc.ClientConn
}

func (l *netLink) newConn(codec *boundedCodec) (*grpc.ClientConn, error) {
	o := commonDialOptions(codec)
	o = append(o,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: keepAlive, Timeout: keepAliveTimeout, PermitWithoutStream: true}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: firstPause, Multiplier: 1.6, Jitter: 0.2, MaxDelay: lastPause},
			MinConnectTimeout: silence,
		}))
	if l.o.Token != "" {
		o = append(o, grpc.WithPerRPCCredentials(token(l.o.Token)))
	}
	if l.o.Dialer != nil {
		o = append(o, grpc.WithContextDialer(l.o.Dialer))
	}
	return grpc.NewClient("passthrough:///"+l.address, o...)
}

// commonDialOptions hold on the network and on a pipe. Idle connections are kept,
// and nothing is sent twice behind our back.
func commonDialOptions(codec *boundedCodec) []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithIdleTimeout(0),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
		grpc.WithDefaultCallOptions(
			grpc.ForceCodecV2(codec),
			grpc.MaxCallRecvMsgSize(maxEvent),
			grpc.MaxCallSendMsgSize(maxCommand)),
	}
}

func (l *netLink) connect() (*grpc.ClientConn, *boundedCodec, func(), error) {
	codec := newBoundedCodec()
	conn, err := l.newConn(codec)
	if err != nil {
		return nil, nil, nil, err
	}
	return conn, codec, func() { conn.Close() }, nil
}

func (l *netLink) shared() *grpc.ClientConn { return l.unary }
func (l *netLink) network() bool            { return true }
func (l *netLink) close() error             { return l.unary.Close() }

func (l *netLink) explain(err error) (error, bool) {
	s := status.Convert(err)
	switch s.Code() {
	case codes.Unauthenticated:
		return fmt.Errorf("%w: %s: %s", ErrToken, l.address, s.Message()), true
	case codes.Unimplemented:
		return fmt.Errorf("%w: what listens at %s is no worker of locust-http: %s", load.ErrProtocol, l.address, s.Message()), true
	case codes.InvalidArgument, codes.ResourceExhausted:
		return fmt.Errorf("worker %s: %s", l.address, s.Message()), true
	case codes.DeadlineExceeded:
		return fmt.Errorf("worker %s: %w", l.address, context.DeadlineExceeded), false
	case codes.Canceled:
		return fmt.Errorf("worker %s: %w", l.address, context.Canceled), false
	}
	return fmt.Errorf("worker %s: %s", l.address, s.Message()), false
}
