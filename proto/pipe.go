package proto

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/locust-http/locust-http/load"
)

// ServePipe serves w on one connection, the standard streams of a child process: the
// engine's side. It returns when the pipe has been closed by the other side or ctx
// ends, with every session closed; rw is closed then.
func ServePipe(ctx context.Context, w load.Worker, rw io.ReadWriteCloser) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conn := newPipeConn(rw)
	defer conn.Close()
	go func() {
		select {
		case <-conn.dead:
			cancel()
		case <-ctx.Done():
		}
	}()
	return NewServer(w, ServerOptions{}).Serve(ctx, &oneConn{conn: conn, closed: make(chan struct{})})
}

// DialPipe makes a client of the worker at the other end of rw, which it owns from
// now on: the daemon's side. It never connects again; when the pipe breaks, calls and
// sessions end with load.ErrEngine.
func DialPipe(rw io.ReadWriteCloser) (*Client, error) {
	l := &pipeLink{pipe: newPipeConn(rw), codec: newBoundedCodec()}
	o := append(commonDialOptions(l.codec),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(l.dial))
	conn, err := grpc.NewClient("passthrough:///engine", o...)
	if err != nil {
		l.pipe.Close()
		return nil, fmt.Errorf("engine: %w", err)
	}
	l.conn = conn
	return newClient(l, DialOptions{}), nil
}

// pipeLink has one connection, for everything.
type pipeLink struct {
	pipe  *pipeConn
	codec *boundedCodec
	conn  *grpc.ClientConn
	once  sync.Once
}

func (l *pipeLink) dial(context.Context, string) (net.Conn, error) {
	err := fmt.Errorf("its pipe is closed")
	l.once.Do(func() { err = nil })
	if err != nil {
		return nil, err
	}
	return l.pipe, nil
}

func (l *pipeLink) connect() (*grpc.ClientConn, *boundedCodec, func(), error) {
	return l.conn, l.codec, func() {}, nil
}

func (l *pipeLink) shared() *grpc.ClientConn { return l.conn }

// network is false: a pipe has an end, and a busy engine may be slow.
func (l *pipeLink) network() bool { return false }

func (l *pipeLink) close() error {
	err := l.conn.Close()
	l.pipe.Close() // the connection may never have been used
	return err
}

func (l *pipeLink) explain(err error) (error, bool) {
	s := status.Convert(err)
	switch s.Code() {
	case codes.DeadlineExceeded:
		return context.DeadlineExceeded, true
	case codes.Canceled:
		return context.Canceled, true
	}
	if cause := l.pipe.cause(); cause != nil {
		return fmt.Errorf("%w: its pipe broke: %w", load.ErrEngine, cause), true
	}
	return fmt.Errorf("%w: %s", load.ErrEngine, s.Message()), true
}

// pipeConn makes a net.Conn of a pipe. Deadlines are ignored: the conversation has
// its own.
type pipeConn struct {
	rw   io.ReadWriteCloser
	in   *io.PipeReader
	once sync.Once
	dead chan struct{}
	mu   sync.Mutex
	why  error // first error of reading or writing; guarded by mu
}

// newPipeConn begins to read from rw. Reading goes through a goroutine because
// closing a standard stream does not always end a Read of it, and gRPC waits for it.
func newPipeConn(rw io.ReadWriteCloser) *pipeConn {
	in, out := io.Pipe()
	c := &pipeConn{rw: rw, in: in, dead: make(chan struct{})}
	go func() {
		_, err := io.Copy(out, rw)
		if err == nil {
			err = io.EOF
		}
		c.broke(err)
		out.CloseWithError(err)
	}()
	return c
}

func (c *pipeConn) broke(err error) {
	c.mu.Lock()
	if c.why == nil && !errors.Is(err, io.ErrClosedPipe) {
		c.why = err
	}
	c.mu.Unlock()
	c.once.Do(func() { close(c.dead) })
}

func (c *pipeConn) cause() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why
}

func (c *pipeConn) Read(b []byte) (int, error) { return c.in.Read(b) }

func (c *pipeConn) Write(b []byte) (int, error) {
	n, err := c.rw.Write(b)
	if err != nil {
		c.broke(err)
	}
	return n, err
}

func (c *pipeConn) Close() error {
	c.once.Do(func() { close(c.dead) })
	c.in.Close()
	return c.rw.Close()
}

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func (c *pipeConn) LocalAddr() net.Addr              { return pipeAddr{} }
func (c *pipeConn) RemoteAddr() net.Addr             { return pipeAddr{} }
func (c *pipeConn) SetDeadline(time.Time) error      { return nil }
func (c *pipeConn) SetReadDeadline(time.Time) error  { return nil }
func (c *pipeConn) SetWriteDeadline(time.Time) error { return nil }

// oneConn is a listener that has one connection to give.
type oneConn struct {
	conn   net.Conn
	once   sync.Once
	mu     sync.Mutex
	given  bool
	closed chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	l.mu.Lock()
	given := l.given
	l.given = true
	l.mu.Unlock()
	if !given {
		return l.conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *oneConn) Addr() net.Addr { return pipeAddr{} }
