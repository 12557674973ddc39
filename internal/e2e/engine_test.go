package e2e

import (
	"context"
	"io"
	"net"
	"os/exec"
	"testing"

	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/internal/workersuite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/proto"
	"github.com/locust-http/locust-http/worker"
)

// engineProcess is an engine of the real binary, as the daemon's Config.Start gives it.
type engineProcess struct {
	*proto.Client
	cmd  *exec.Cmd
	done chan struct{}
	err  error // read after done
}

func (e *engineProcess) Kill()                 { _ = e.cmd.Process.Kill() }
func (e *engineProcess) Done() <-chan struct{} { return e.done }
func (e *engineProcess) Err() error            { return e.err }

type pipes struct {
	io.Reader
	io.WriteCloser
}

func startEngine(context.Context) (worker.Engine, error) {
	e := &engineProcess{cmd: exec.Command(binary, "engine"), done: make(chan struct{})}
	in, err := e.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := e.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := e.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(e.done)
		e.err = e.cmd.Wait()
	}()
	if e.Client, err = proto.DialPipe(pipes{out, in}); err != nil {
		e.Kill()
		<-e.done
		return nil, err
	}
	return e, nil
}

func daemon(t *testing.T) *worker.Daemon {
	files, err := blobs.Open(t.TempDir(), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	d := worker.NewDaemon(worker.Config{Start: startEngine, Files: files})
	t.Cleanup(func() {
		d.Close()
		files.Close()
	})
	return d
}

var suite = workersuite.Options{Files: true, Rows: true, Scripts: true, Plan: func(t *testing.T, yaml string) []byte {
	t.Helper()
	p, problems := plan.Decode("suite.yaml", []byte(yaml))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	text, err := plan.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return text
}}

// TestEngineInAChildIsAWorker is the contract over a daemon and its engine processes.
func TestEngineInAChildIsAWorker(t *testing.T) {
	t.Parallel()
	workersuite.Run(t, func(t *testing.T) load.Worker { return daemon(t) }, suite)
}

// TestEngineOfAFleetIsAWorker is the contract over all there is: the master's client,
// a network, a daemon, a pipe, an engine process.
func TestEngineOfAFleetIsAWorker(t *testing.T) {
	t.Parallel()
	workersuite.Run(t, func(t *testing.T) load.Worker {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		served := make(chan error, 1)
		server := proto.NewServer(daemon(t), proto.ServerOptions{Token: "secret"})
		go func() { served <- server.Serve(ctx, l) }()
		t.Cleanup(func() {
			cancel()
			if err := <-served; err != nil {
				t.Error(err)
			}
		})
		c, err := proto.Dial(l.Addr().String(), proto.DialOptions{Token: "secret"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}, suite)
}
