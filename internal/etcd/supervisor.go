package etcd

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// SupervisorConfig says which server to keep running, and how its process is made.
type SupervisorConfig struct {
	Server ServerConfig
	// Command makes the child: a command of this binary that calls ServeChild with
	// its stdin and stdout. Its Stdin, Stdout and SysProcAttr are set here.
	Command func() *exec.Cmd
	Log     *slog.Logger // nil: slog.Default
}

// Supervisor keeps an embedded etcd running as a child process: etcd ends its process
// on a full disk, and nothing of ours may go with it. A crashed child is started
// again, on the same port, at most every 2 s; one that cannot start with its data
// twice in a row gets an empty folder, the old one is kept beside it.
type Supervisor struct {
	cfg   SupervisorConfig
	log   *slog.Logger
	first chan struct{} // closed when the endpoint is known, or Run has ended

	mu       sync.Mutex // guards what follows
	endpoint string
	err      error
	restarts int
}

const (
	badStarts    = 2 // in a row, before the data counts as unusable
	maxBadStarts = 5 // in a row, before the first success
	keptAside    = 3 // unusable data folders kept
	termWait     = goodbyeWait + 2*time.Second
	startLimit   = lockWait + startWait + 5*time.Second
	asidePrefix  = "data.unusable-"
)

// NewSupervisor starts nothing.
func NewSupervisor(cfg SupervisorConfig) *Supervisor {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Server.Listen == "" {
		cfg.Server.Listen = "127.0.0.1:0"
	}
	return &Supervisor{cfg: cfg, log: cfg.Log, first: make(chan struct{}), err: errors.New("etcd is not started yet")}
}

// Endpoint waits until the server has answered for the first time and returns its
// host:port, which stays the same over restarts. It fails when ctx or Run ends
// before.
func (s *Supervisor) Endpoint(ctx context.Context) (string, error) {
	select {
	case <-s.first:
	case <-ctx.Done():
		return "", fmt.Errorf("wait for the embedded etcd: %w", ctx.Err())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.endpoint == "" {
		return "", s.err
	}
	return s.endpoint, nil
}

// Err is nil while the server runs and answers.
func (s *Supervisor) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Restarts is how often the server was started again.
func (s *Supervisor) Restarts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.restarts
}

// Run keeps the server running until ctx ends; then it ends the child, waits for it
// and returns nil. It returns an error only when the server never started: the
// address is taken, another process has the folder, or an empty folder did not help.
// Call it once.
func (s *Supervisor) Run(ctx context.Context) (err error) {
	defer func() {
		if err == nil {
			s.set("", errors.New("the embedded etcd was ended"))
		} else {
			s.set("", err)
		}
		s.mu.Lock()
		if s.endpoint == "" {
			close(s.first)
		}
		s.mu.Unlock()
	}()
	var b pause
	bad := 0
	for {
		served, err := s.runChild(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if served {
			b, bad = pause{}, 0
		} else {
			bad++
		}
		if err := s.hopeless(err, bad); err != nil {
			return err
		}
		s.set("", err)
		s.log.Warn("the embedded etcd has ended; starting it again", "error", err)
		if bad > 0 && bad%badStarts == 0 && dataAtFault(err) {
			s.setAside()
		}
		if !b.wait(ctx) {
			return nil
		}
		s.mu.Lock()
		s.restarts++
		s.mu.Unlock()
	}
}

// set notes what has become of the child.
func (s *Supervisor) set(endpoint string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	if endpoint != "" && s.endpoint == "" {
		s.endpoint = endpoint
		close(s.first)
	}
}

// hopeless is an error that no further try can mend: only before the first success,
// when the cause is not the data, or even an empty folder did not help.
func (s *Supervisor) hopeless(err error, bad int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.endpoint != "" {
		return nil
	}
	var st *startError
	if errors.As(err, &st) && st.kind != faultData || errors.Is(err, errNoProcess) || bad >= maxBadStarts {
		return fmt.Errorf("embedded etcd on %s: %w", s.cfg.Server.Listen, err)
	}
	return nil
}

var errNoProcess = errors.New("start the process of etcd")

// dataAtFault says whether the data may be why the server did not start. An error
// that is known to have another cause never costs the data.
func dataAtFault(err error) bool {
	var st *startError
	return !errors.As(err, &st) || st.kind == faultData
}

// setAside renames the data folder and forgets the oldest of those set aside before.
func (s *Supervisor) setAside() {
	dir := s.cfg.Server.Dir
	to := filepath.Join(dir, asidePrefix+time.Now().UTC().Format("20060102T150405.000"))
	err := os.Rename(filepath.Join(dir, "data"), to)
	if errors.Is(err, fs.ErrNotExist) {
		return // it was not the data
	}
	if err != nil {
		s.log.Error("etcd's data is unusable and cannot be set aside", "error", err)
		return
	}
	s.log.Error("etcd's data is unusable: starting with an empty folder", "kept", to)
	old, _ := filepath.Glob(filepath.Join(dir, asidePrefix+"*"))
	slices.Sort(old)
	for len(old) > keptAside {
		_ = os.RemoveAll(old[0]) // the next one that is set aside tries again
		old = old[1:]
	}
}

// runChild starts the child and returns when it has ended, which it does at the
// latest some seconds after ctx. served says that it was ready.
func (s *Supervisor) runChild(ctx context.Context) (served bool, err error) {
	// Linux sends the parent-death signal when the thread that started the child
	// ends, so this thread must stay until the child is gone.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c, err := s.startChild()
	if err != nil {
		return false, fmt.Errorf("%w: %w", errNoProcess, err)
	}
	news := make(chan bulletin, 1)
	read := make(chan struct{})
	go func() { defer close(read); c.listen(news) }()
	watched := make(chan bool, 1)
	ended := make(chan struct{})
	go func() { watched <- s.attend(ctx, c, news, ended) }()
	<-read // stdout is at its end: the child is gone, or as good as
	err = c.wait()
	close(ended)
	served = <-watched
	if last := c.last(); last != nil {
		return served, last
	}
	if err == nil {
		err = errors.New("it exited by itself")
	}
	return served, fmt.Errorf("%w%s", err, c.tail())
}

// attend notes the child's readiness, ends a child that takes too long to start, and
// ends it when ctx ends. It returns when the child has ended.
func (s *Supervisor) attend(ctx context.Context, c *child, news <-chan bulletin, ended <-chan struct{}) (served bool) {
	tooLong := time.NewTimer(startLimit)
	defer tooLong.Stop()
	for {
		select {
		case b := <-news:
			served = true
			tooLong.Stop()
			s.adopt(b.Endpoint)
		case <-tooLong.C:
			s.log.Warn("the embedded etcd takes too long to start; ending it", "limit", startLimit)
			c.kill()
		case <-ctx.Done():
			c.end(ended)
			<-ended
			return served
		case <-ended:
			return served
		}
	}
}

// adopt keeps the chosen port for all later starts.
func (s *Supervisor) adopt(endpoint string) {
	s.set(endpoint, nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, port, _ := net.SplitHostPort(s.cfg.Server.Listen); port == "0" {
		s.cfg.Server.Listen = endpoint
	}
}

// child is one process of the server.
type child struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout io.ReadCloser
	stderr tail

	mu  sync.Mutex
	why *startError // as it said itself
}

func (s *Supervisor) startChild() (*child, error) {
	c := &child{cmd: s.cfg.Command()}
	var err error
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if c.stdout, err = c.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	c.cmd.Stderr = &c.stderr
	c.cmd.WaitDelay = time.Second // a grandchild could keep stderr open
	dieWithParent(c.cmd)
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	server := s.cfg.Server
	s.mu.Unlock()
	if err := json.NewEncoder(c.stdin).Encode(server); err != nil {
		c.kill()
		return nil, errors.Join(err, c.cmd.Wait())
	}
	return c, nil
}

// listen reads the child's bulletins until its stdout ends.
func (c *child) listen(news chan<- bulletin) {
	lines := bufio.NewScanner(c.stdout)
	for lines.Scan() {
		var b bulletin
		if json.Unmarshal(lines.Bytes(), &b) != nil {
			continue
		}
		if b.Error != "" {
			c.mu.Lock()
			c.why = &startError{b.Fault, errors.New(b.Error)}
			c.mu.Unlock()
		} else if b.Endpoint != "" {
			select {
			case news <- b:
			default:
			}
		}
	}
	_, _ = io.Copy(io.Discard, c.stdout) // a line too long for the scanner
}

func (c *child) wait() error {
	c.stdin.Close()
	return c.cmd.Wait()
}

func (c *child) kill() { _ = c.cmd.Process.Kill() }

// end asks the child to end, by its stdin on every system, and kills it when it does
// not.
func (c *child) end(ended <-chan struct{}) {
	c.stdin.Close()
	terminate(c.cmd.Process)
	t := time.NewTimer(termWait)
	defer t.Stop()
	select {
	case <-ended:
	case <-t.C:
		c.kill()
	}
}

func (c *child) last() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why == nil {
		return nil
	}
	return c.why
}

// tail is what the child said last on stderr, for a message.
func (c *child) tail() string {
	if t := c.stderr.String(); t != "" {
		return ": " + t
	}
	return ""
}

// tail keeps the last bytes written to it. Its String is one line.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailBytes = 2048

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p[max(0, len(p)-tailBytes):]...)
	t.b = slices.Delete(t.b, 0, max(0, len(t.b)-tailBytes))
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(strings.Fields(strings.ToValidUTF8(string(t.b), "")), " ")
}
