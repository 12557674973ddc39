package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
)

// A child is this same binary in another process. It ends when its standard input
// does, which the system closes with the parent however that dies, on every system;
// and it ignores Ctrl-C, which a terminal sends to the whole group: the parent alone
// decides what a Ctrl-C means.

// childWait is how long a child may take to end once its standard input is closed.
const childWait = 10 * time.Second

// self is the command of this binary with args.
func self(args ...string) (*exec.Cmd, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.Command(path, args...)
	cmd.WaitDelay = time.Second
	return cmd, nil
}

// asChild prepares this process to be a child: Ctrl-C is ignored, and the context
// ends on SIGTERM.
func asChild(ctx context.Context) (context.Context, context.CancelFunc) {
	signal.Ignore(os.Interrupt)
	return signal.NotifyContext(ctx, syscall.SIGTERM)
}

// untilEOF ends the returned context when in ends.
func untilEOF(ctx context.Context, in io.Reader) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() { // ends with the process, at the latest
		io.Copy(io.Discard, in)
		cancel()
	}()
	return ctx, cancel
}

// child is a process that was started; its owner calls end.
type child struct {
	name  string
	cmd   *exec.Cmd
	stdin io.WriteCloser
	log   *prefixed
	done  chan struct{} // closed when the process is gone
	err   error         // read after done only
}

// startChild starts cmd with its standard error, line by line and prefixed by name,
// on log. Its standard output goes there too unless cmd says otherwise. Closing its
// standard input tells it to end.
func startChild(name string, cmd *exec.Cmd, log io.Writer) (*child, error) {
	c := &child{name: name, cmd: cmd, log: &prefixed{to: log, prefix: name + ": "}, done: make(chan struct{})}
	var err error
	if c.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	if cmd.Stdout == nil {
		cmd.Stdout = c.log
	}
	cmd.Stderr = c.log
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		defer close(c.done)
		c.err = cmd.Wait()
		c.log.flush()
		if c.err != nil {
			c.err = c.log.obituary(c.err)
		}
	}()
	return c, nil
}

// end closes the child's standard input, waits, and kills it when it does not end.
func (c *child) end() {
	c.stdin.Close()
	select {
	case <-c.done:
	case <-time.After(childWait):
		c.kill()
		<-c.done
	}
}

func (c *child) kill() { _ = c.cmd.Process.Kill() }

// prefixed writes whole lines with a prefix. Lines of several children never mix
// when they share to and to takes a line at once.
type prefixed struct {
	to     io.Writer
	prefix string

	mu   sync.Mutex // guards what follows
	rest []byte     // of a line that is not complete
	tail []byte     // the last that was written
	died crash
}

// Bounds of what is kept of a child's words.
const (
	maxLogLine = 64 << 10
	maxTail    = 2 << 10
)

func (p *prefixed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rest = append(p.rest, b...)
	p.tail = append(p.tail, b...)
	p.tail = p.tail[max(0, len(p.tail)-maxTail):]
	for {
		line, rest, whole := bytes.Cut(p.rest, []byte("\n"))
		if !whole && len(line) < maxLogLine {
			return len(b), nil
		}
		p.line(line)
		p.rest = rest
	}
}

func (p *prefixed) line(b []byte) {
	text := string(bytes.TrimRight(b, "\r"))
	p.died.see(text)
	fmt.Fprintf(p.to, "%s%s\n", p.prefix, terminal.Safe(text))
}

func (p *prefixed) flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.rest) > 0 {
		p.line(p.rest)
		p.rest = nil
	}
}

// obituary is how the process ended: its crash, or err with the last that it wrote.
func (p *prefixed) obituary(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if crash := p.died.text(); crash != "" {
		return errors.New(crash)
	}
	if len(p.tail) > 0 {
		return fmt.Errorf("%w: %s", err, p.tail)
	}
	return err
}

// firstLine reads what a child says about itself when it begins.
func firstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxLogLine)).ReadString('\n')
	return strings.TrimSpace(line), err
}
