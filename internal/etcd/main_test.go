package etcd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/goleak"
	"go.uber.org/zap"
)

// The test binary is its own embedded server, and its own parent of one.
const roleEnv = "LOCUST_HTTP_ETCD_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "child":
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if err := ServeChild(ctx, os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	case "parent":
		parentMain()
	}
	goleak.VerifyTestMain(m)
}

// parentMain supervises a server and never ends by itself.
func parentMain() {
	var c ServerConfig
	if err := json.NewDecoder(os.Stdin).Decode(&c); err != nil {
		panic(err)
	}
	s := NewSupervisor(SupervisorConfig{Server: c, Command: childCommand, Log: quiet()})
	go func() { _ = s.Run(context.Background()) }()
	endpoint, err := s.Endpoint(context.Background())
	fmt.Println(endpoint, err)
	select {}
}

func childCommand() *exec.Cmd { return reexec("child") }

func reexec(role string) *exec.Cmd {
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), roleEnv+"="+role)
	return cmd
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// patience bounds what a condition may take on a loaded machine; reaching it is a
// failure, never a result.
const patience = 2 * time.Minute

// eventually waits until cond holds.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !cond(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("did not happen within %v: %s", patience, what)
		}
	}
}

// embedded is a supervised server that ends with the test.
type embedded struct {
	*Supervisor
	endpoint string
	mu       sync.Mutex
	cmds     []*exec.Cmd
}

func startEmbedded(t *testing.T, c ServerConfig) *embedded {
	t.Helper()
	e := &embedded{}
	e.Supervisor = NewSupervisor(SupervisorConfig{Server: c, Log: quiet(), Command: e.command})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	wait, stop := context.WithTimeout(ctx, patience)
	defer stop()
	var err error
	if e.endpoint, err = e.Endpoint(wait); err != nil {
		t.Fatal(err)
	}
	return e
}

func (e *embedded) command() *exec.Cmd {
	e.mu.Lock()
	defer e.mu.Unlock()
	cmd := childCommand()
	e.cmds = append(e.cmds, cmd)
	return cmd
}

// crash kills the running child without a word.
func (e *embedded) crash(t *testing.T) {
	t.Helper()
	e.mu.Lock()
	cmd := e.cmds[len(e.cmds)-1]
	e.mu.Unlock()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
}

// external is Debian's etcd.
type external struct {
	t        *testing.T
	dir      string
	endpoint string
	cmd      *exec.Cmd
	out      bytes.Buffer
}

func startExternal(t *testing.T) *external {
	t.Helper()
	if _, err := exec.LookPath("etcd"); err != nil {
		t.Fatal("the etcd program is missing; get it with: apt-get install etcd-server")
	}
	x := &external{t: t, dir: filepath.Join(t.TempDir(), "data"), endpoint: freeAddress(t)}
	x.start()
	t.Cleanup(x.stop)
	return x
}

func (x *external) start() {
	x.t.Helper()
	client, peer := "http://"+x.endpoint, "http://"+freeAddress(x.t)
	x.cmd = exec.Command("etcd", "--data-dir", x.dir, "--name", "x", "--logger", "zap", "--log-level", "error",
		"--listen-client-urls", client, "--advertise-client-urls", client,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "x="+peer)
	x.out.Reset()
	x.cmd.Stdout, x.cmd.Stderr = &x.out, &x.out
	dieWithParent(x.cmd)
	if err := x.cmd.Start(); err != nil {
		x.t.Fatal(err)
	}
}

func (x *external) stop() {
	_ = x.cmd.Process.Kill()
	_ = x.cmd.Wait()
}

// wipe is a new etcd on the same address.
func (x *external) wipe() {
	x.stop()
	if err := os.RemoveAll(x.dir); err != nil {
		x.t.Fatal(err)
	}
	x.start()
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// open is a registry with the shortest TTL, which ends with the test.
func open(t *testing.T, endpoint string, change ...func(*Config)) *Registry {
	t.Helper()
	c := Config{Endpoints: []string{endpoint}, TTL: minTTL, Log: quiet()}
	for _, f := range change {
		f(&c)
	}
	r, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return r
}

// rawClient is etcd's own, for what others may do to our keys.
func rawClient(t *testing.T, endpoint string) *clientv3.Client {
	t.Helper()
	c, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, Logger: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

var _ io.Writer = (*tail)(nil)
