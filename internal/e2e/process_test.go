package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// limit is how long anything may take before a test gives up on it: far longer than
// it takes on a slow machine.
const limit = 60 * time.Second

// process is one process of the program.
type process struct {
	t      *testing.T
	args   []string
	cmd    *exec.Cmd
	out    watched // standard output
	err    watched // standard error
	exited chan struct{}
}

// start starts the program. The process is killed at the end of the test if it is
// still there.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	return startIn(t, nil, args...)
}

// startIn is start with more of an environment.
func startIn(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, args: args, cmd: exec.Command(binary, args...), exited: make(chan struct{})}
	p.cmd.Env = append(append(os.Environ(), "NO_COLOR=1", "GOTRACEBACK=all"), env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	p.cmd.WaitDelay = 5 * time.Second
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.exited)
		_ = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.exited
		if t.Failed() {
			t.Logf("locust-http %s\n--- stdout\n%s--- stderr\n%s", strings.Join(args, " "), p.out.String(), p.err.String())
		}
	})
	return p
}

// wait waits for the end and returns the exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.exited:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(limit):
		p.t.Fatalf("locust-http %s did not end", strings.Join(p.args, " "))
		return -1
	}
}

// interrupt is Ctrl-C.
func (p *process) interrupt() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatal(err)
	}
}

// eventually waits until condition holds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !condition(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// until waits until condition holds, which is asked again after everything that the
// process writes and every 20 ms.
func (p *process) until(what string, condition func() bool) {
	p.t.Helper()
	deadline := time.After(limit)
	for !condition() {
		select {
		case <-p.exited:
			if condition() {
				return
			}
			p.t.Fatalf("locust-http %s ended before: %s", strings.Join(p.args, " "), what)
		case <-deadline:
			p.t.Fatalf("waited in vain for: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// says waits for a text on standard error and returns the rest of its line.
func (p *process) says(text string) (rest string) {
	p.t.Helper()
	p.until("its words "+text, func() bool {
		_, after, ok := strings.Cut(p.err.String(), text)
		line, _, whole := strings.Cut(after, "\n")
		rest = line
		return ok && whole
	})
	return rest
}

// watched is a buffer that is written and read at once.
type watched struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(b)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// kill ends processes that were started below ours.
func kill(pids []int) {
	for _, pid := range pids {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill()
		}
	}
}
