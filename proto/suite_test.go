package proto

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/locust-http/locust-http/internal/workersuite"
	"github.com/locust-http/locust-http/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve serves w on loopback until the test ends.
func serve(t *testing.T, w load.Worker, o ServerOptions) (address string) {
	t.Helper()
	l := listen(t)
	serveOn(t, l, w, o)
	return l.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serveOn serves until the test ends, or stop is called.
func serveOn(t *testing.T, l net.Listener, w load.Worker, o ServerOptions) (stop func()) {
	t.Helper()
	return serveServer(t, l, NewServer(w, o))
}

func serveServer(t *testing.T, l net.Listener, s *Server) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	var stopped bool
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func dial(t *testing.T, address string, o DialOptions) *Client {
	t.Helper()
	c, err := Dial(address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func fake() *workersuite.Fake {
	return &workersuite.Fake{Cadence: 20 * time.Millisecond, Skew: time.Hour}
}

var suiteOptions = workersuite.Options{Skew: time.Hour, Files: true, Rows: true}

func TestOverTCP(t *testing.T) {
	workersuite.Run(t, func(t *testing.T) load.Worker {
		return dial(t, serve(t, fake(), ServerOptions{Token: "secret"}), DialOptions{Token: "secret"})
	}, suiteOptions)
}

func TestOverPipe(t *testing.T) {
	workersuite.Run(t, func(t *testing.T) load.Worker { return pipeTo(t, fake()) }, suiteOptions)
}

// TestOverTCPAndPipe is a fleet as it is: master, network, daemon, pipe, engine.
func TestOverTCPAndPipe(t *testing.T) {
	workersuite.Run(t, func(t *testing.T) load.Worker {
		return dial(t, serve(t, pipeTo(t, fake()), ServerOptions{}), DialOptions{})
	}, suiteOptions)
}

// twoPipes is a pipe for each direction, as a child process has them.
type twoPipes struct {
	io.Reader
	io.WriteCloser
	in io.Closer
}

func (p twoPipes) Close() error {
	p.in.Close()
	return p.WriteCloser.Close()
}

func pipePair() (a, b io.ReadWriteCloser) {
	r1, w1 := io.Pipe()
	r2, w2 := io.Pipe()
	return twoPipes{r1, w2, r1}, twoPipes{r2, w1, r2}
}

// pipeTo serves w at the other end of a pipe.
func pipeTo(t *testing.T, w load.Worker) *Client {
	t.Helper()
	daemon, engine := pipePair()
	done := make(chan error, 1)
	go func() { done <- ServePipe(context.Background(), w, engine) }()
	c, err := DialPipe(daemon)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		if err := <-done; err != nil {
			t.Errorf("ServePipe: %v", err)
		}
	})
	return c
}
