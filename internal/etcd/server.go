package etcd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/client/pkg/v3/fileutil"
	"go.etcd.io/etcd/server/v3/embed"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// RootUser is the user that the embedded server's password is for.
const RootUser = "root"

// ServerConfig is what the embedded server runs with. It travels from the supervisor
// to the child as one line of JSON on its stdin, so that the password is neither in
// the arguments nor in the environment.
type ServerConfig struct {
	// Dir is the server's folder: data/ and etcd.log in it, and lock, which keeps two
	// servers from using it at once.
	Dir string `json:"dir"`
	// Listen is host:port for clients; port 0: a free one.
	Listen string `json:"listen"`
	// Password of RootUser. Empty: anyone who can connect may do everything, so
	// Listen must be a loopback address.
	Password string `json:"password,omitempty"`
}

const (
	lockWait    = 5 * time.Second // for a predecessor that is still going down
	startWait   = 30 * time.Second
	goodbyeWait = 3 * time.Second
	quota       = 256 << 20
	maxTxnOps   = 4096 // workers that one run can hold
	memoryLimit = 96 << 20
	bcryptCost  = 4 // the lowest there is
	logName     = "etcd.log"
	maxLog      = 4 << 20
)

// fault is the kind of a failed start: what the supervisor can do about it.
type fault string

const (
	faultAddress fault = "address" // the address cannot be listened on
	faultLocked  fault = "locked"  // another server has the folder
	faultData    fault = "data"    // the data cannot be used
	faultOther   fault = "other"
)

type startError struct {
	kind fault
	err  error
}

func (e *startError) Error() string { return e.err.Error() }
func (e *startError) Unwrap() error { return e.err }

// ServeChild is what the child process runs: it reads its ServerConfig from stdin,
// writes its fate as one line of JSON to stdout, and serves until ctx ends or stdin
// does, which is how it dies with its parent on every system.
func ServeChild(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var c ServerConfig
	dec := json.NewDecoder(io.LimitReader(stdin, 1<<20))
	if err := dec.Decode(&c); err != nil {
		return fmt.Errorf("read the server's configuration from stdin: %w", err)
	}
	go func() { // ends with the process, at the latest
		_, _ = io.Copy(io.Discard, stdin)
		cancel()
	}()
	say := func(l bulletin) error { return json.NewEncoder(stdout).Encode(l) }
	err := Serve(ctx, c, func(endpoint string) { _ = say(bulletin{Endpoint: endpoint}) })
	if err != nil {
		kind := faultOther
		var s *startError
		if errors.As(err, &s) {
			kind = s.kind
		}
		_ = say(bulletin{Error: err.Error(), Fault: kind})
	}
	return err
}

// bulletin is the child's line on stdout: where it serves, or why it does not.
type bulletin struct {
	Endpoint string `json:"endpoint,omitempty"`
	Error    string `json:"error,omitempty"`
	Fault    fault  `json:"fault,omitempty"`
}

// Serve runs an etcd server of one member until ctx ends, and calls ready once when it
// answers. It has no peers and listens for none. It should be the only thing in its
// process: etcd ends the process itself on a full disk and on damaged data. After
// ctx's end it waits at most 3 s for the server to stop.
func Serve(ctx context.Context, c ServerConfig, ready func(endpoint string)) error {
	if err := c.check(); err != nil {
		return &startError{faultAddress, err}
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of etcd: %w", err)
	}
	lock, err := lockDir(ctx, c.Dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	debug.SetMemoryLimit(memoryLimit)
	turnLog(filepath.Join(c.Dir, logName))
	failed := make(chan error, 1)
	stopped := make(chan struct{})
	go func() {
		// In its own goroutine, because neither starting nor stopping can be
		// cancelled: on a full disk etcd's Close never returned.
		defer close(stopped)
		if err := c.serve(ctx, ready); err != nil {
			failed <- err
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	select {
	case <-stopped:
	case <-time.After(goodbyeWait):
	}
	return nil
}

// turnLog puts a log aside that has grown long, in place of the one before. It holds
// warnings only, so once at each start is often enough.
func turnLog(path string) {
	if st, err := os.Stat(path); err == nil && st.Size() > maxLog {
		_ = os.Rename(path, path+".1") // a log is no reason not to start
	}
}

func (c ServerConfig) check() error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("etcd's address to listen on: %w", err)
	}
	ip := net.ParseIP(host)
	if ip == nil {
		return fmt.Errorf("etcd's address to listen on: %q is no IP address", host)
	}
	if c.Password == "" && !ip.IsLoopback() {
		return fmt.Errorf("etcd would be open to anyone on %s: a password is needed for any but a loopback address", c.Listen)
	}
	return nil
}

// lockDir takes the folder, and waits a little for a predecessor to let it go.
func lockDir(ctx context.Context, dir string) (*fileutil.LockedFile, error) {
	deadline := time.Now().Add(lockWait)
	for {
		l, err := fileutil.TryLockFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			return l, nil
		}
		if !errors.Is(err, fileutil.ErrLocked) {
			return nil, fmt.Errorf("lock the folder of etcd: %w", err)
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return nil, &startError{faultLocked, fmt.Errorf("another process uses etcd's folder %s", dir)}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// serve starts etcd and returns nil after ctx's end, or an error when it cannot start
// or ends by itself.
func (c ServerConfig) serve(ctx context.Context, ready func(string)) error {
	var g gate
	cfg, err := c.embedConfig(&g)
	if err != nil {
		return err
	}
	e, err := embed.StartEtcd(cfg)
	if err != nil {
		return &startError{kindOf(err), fmt.Errorf("start etcd: %w", err)}
	}
	defer e.Close()
	select {
	case <-e.Server.ReadyNotify():
	case err := <-e.Err():
		return fmt.Errorf("start etcd: %w", err)
	case <-time.After(startWait):
		return &startError{faultData, fmt.Errorf("etcd was not ready after %v", startWait)}
	case <-ctx.Done():
		return nil
	}
	if err := c.protect(ctx, e); err != nil {
		return err
	}
	g.open.Store(true)
	ready(e.Clients[0].Addr().String())
	select {
	case err := <-e.Err():
		return fmt.Errorf("etcd: %w", err)
	case <-e.Server.StopNotify():
		return errors.New("etcd stopped by itself")
	case <-ctx.Done():
		return nil
	}
}

func kindOf(err error) fault {
	var op *net.OpError
	if errors.As(err, &op) || errors.Is(err, syscall.EADDRINUSE) {
		return faultAddress
	}
	return faultData
}

func (c ServerConfig) embedConfig(g *gate) (*embed.Config, error) {
	listen, err := url.Parse("http://" + c.Listen)
	if err != nil {
		return nil, &startError{faultAddress, err}
	}
	cfg := embed.NewConfig()
	cfg.Name = "locust-http"
	cfg.Dir = filepath.Join(c.Dir, "data")
	cfg.ListenClientUrls = []url.URL{*listen}
	cfg.AdvertiseClientUrls = []url.URL{*listen}
	// One member has no peers: nothing listens for them, the URL is only its name.
	cfg.ListenPeerUrls = nil
	cfg.AdvertisePeerUrls = []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	cfg.InitialCluster = cfg.InitialClusterFromName(cfg.Name)
	cfg.LogOutputs = []string{filepath.Join(c.Dir, logName)}
	cfg.LogLevel = "warn"
	cfg.EnableGRPCGateway = false
	cfg.CORS = nil
	cfg.AutoCompactionMode = embed.CompactorModePeriodic
	cfg.AutoCompactionRetention = "10m"
	cfg.QuotaBackendBytes = quota
	cfg.MaxTxnOps = maxTxnOps
	cfg.SnapshotCount = 1000
	cfg.SnapshotCatchUpEntries = 100
	// All content is under leases of seconds and is announced again after a loss;
	// waiting for a busy disk would cost leases instead.
	cfg.UnsafeNoFsync = true
	// A slow hash protects guessable passwords; ours is a token, and every client that
	// connects costs one.
	cfg.BcryptCost = bcryptCost
	cfg.GRPCAdditionalServerOptions = []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(g.unary), grpc.ChainStreamInterceptor(g.stream),
	}
	return cfg, nil
}

// gate refuses every call until the password is set: etcd serves before that can be
// done.
type gate struct{ open atomic.Bool }

var errClosedGate = status.Error(codes.Unavailable, "etcd is starting")

func (g *gate) unary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if !g.open.Load() {
		return nil, errClosedGate
	}
	return next(ctx, req)
}

func (g *gate) stream(srv any, s grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if !g.open.Load() {
		return errClosedGate
	}
	return next(srv, s)
}

// protect makes the data's authentication what the configuration says. Data of
// another password is unusable: only its own root could change that.
func (c ServerConfig) protect(ctx context.Context, e *embed.Etcd) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	auth := e.Server.AuthStore()
	switch {
	case !auth.IsAuthEnabled() && c.Password == "":
		return nil
	case auth.IsAuthEnabled() && c.Password == "":
		return &startError{faultData, errors.New("etcd's data has a password, and none was given")}
	case auth.IsAuthEnabled():
		if _, err := auth.CheckPassword(RootUser, c.Password); err != nil {
			return &startError{faultData, fmt.Errorf("etcd's data has another password: %w", err)}
		}
		return nil
	}
	if err := c.enableAuth(ctx, e); err != nil {
		return &startError{faultData, fmt.Errorf("set etcd's password: %w", err)}
	}
	return nil
}

func (c ServerConfig) enableAuth(ctx context.Context, e *embed.Etcd) error {
	if _, err := e.Server.RoleAdd(ctx, &pb.AuthRoleAddRequest{Name: RootUser}); err != nil {
		return err
	}
	if _, err := e.Server.UserAdd(ctx, &pb.AuthUserAddRequest{Name: RootUser, Password: c.Password}); err != nil {
		return err
	}
	if _, err := e.Server.UserGrantRole(ctx, &pb.AuthUserGrantRoleRequest{User: RootUser, Role: RootUser}); err != nil {
		return err
	}
	_, err := e.Server.AuthEnable(ctx, &pb.AuthEnableRequest{})
	return err
}
