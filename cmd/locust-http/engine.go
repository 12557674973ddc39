package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto"
	"github.com/locust-http/locust-http/worker"
	"github.com/locust-http/locust-http/worker/engine"
)

// engineCommand is the process in which the users of one run live. It speaks the
// worker protocol over its standard input and output and ends when its input does.
type engineCommand struct{ *process }

func newEngine(p *process) *cobra.Command {
	c := &engineCommand{p}
	return command{
		use: "engine", short: "The process that sends a run's load; started by a worker", hidden: true,
		example: "locust-http engine", run: c.Run,
	}.cobra()
}

// Run serves one worker until standard input ends.
func (c *engineCommand) Run(ctx context.Context) error {
	ctx, cancel := asChild(ctx)
	defer cancel()
	w := engine.New(engine.Config{Log: logTo(c.err, slog.LevelWarn)})
	return proto.ServePipe(ctx, w, pipe{c.in, c.out})
}

// pipe is both directions of a conversation over two pipes.
type pipe struct {
	io.Reader
	io.Writer
}

// Close closes both.
func (p pipe) Close() error {
	var errs []error
	for _, end := range []any{p.Writer, p.Reader} {
		if c, ok := end.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

// engines starts engine processes and can kill all that are alive.
type engines struct {
	log io.Writer

	mu    sync.Mutex // guards alive
	alive map[*engineProcess]bool
}

func newEngines(log io.Writer) *engines {
	return &engines{log: log, alive: map[*engineProcess]bool{}}
}

// engineProcess is a child of this binary that is a load.Worker.
type engineProcess struct {
	load.Worker
	child *child
	conn  io.Closer
}

var _ worker.Engine = (*engineProcess)(nil)

// start is what a worker.Daemon calls for each run.
func (e *engines) start(context.Context) (worker.Engine, error) {
	cmd, err := self("engine")
	if err != nil {
		return nil, err
	}
	answers, out, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start engine: %w", err)
	}
	cmd.Stdout = out
	labelTraces(cmd)
	c, err := startChild("engine", cmd, e.log)
	out.Close() // the child has its own
	if err != nil {
		answers.Close()
		return nil, err
	}
	client, err := proto.DialPipe(pipe{answers, c.stdin})
	if err != nil {
		c.end()
		answers.Close()
		return nil, fmt.Errorf("speak to engine: %w", err)
	}
	p := &engineProcess{Worker: client, child: c, conn: client}
	e.add(p)
	return p, nil
}

func (e *engines) add(p *engineProcess) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.alive[p] = true
	go func() {
		<-p.child.done
		p.conn.Close()
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.alive, p)
	}()
}

// kill ends all engines at once, whatever they do.
func (e *engines) kill() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for p := range e.alive {
		p.Kill()
	}
}

func (p *engineProcess) Kill()                 { p.child.kill() }
func (p *engineProcess) Done() <-chan struct{} { return p.child.done }

// Err is how the process ended: read it after Done.
func (p *engineProcess) Err() error {
	select {
	case <-p.child.done:
		return p.child.err
	default:
		return nil
	}
}
