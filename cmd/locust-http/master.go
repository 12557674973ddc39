package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/internal/etcd"
	"github.com/locust-http/locust-http/internal/imprint"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/proto"
	"github.com/locust-http/locust-http/webui"
	"github.com/locust-http/locust-http/worker"
)

// The addresses that a master takes when it is not told others.
const (
	masterListen = "127.0.0.1:8088"
	etcdListen   = "127.0.0.1:2379"
)

// shutdownWait is how long requests in flight may take at the end.
const shutdownWait = 5 * time.Second

// masterCommand is the API, the fleet and the runs.
type masterCommand struct {
	*process
	etcdFlags
	logFlags
	Listen     string
	EtcdListen string
	Workspace  string
	TokenFile  string
	Insecure   bool
	Hosts      []string

	listenAsked, etcdAsked bool

	own  load.Worker // nil: none
	here *ownWorker
}

func newMaster(p *process) *cobra.Command {
	c := &masterCommand{process: p}
	cmd := command{
		use: "master", short: "Serve the API and run plans on a fleet of workers",
		example: "locust-http master --workspace loadtests --listen 10.0.0.1:8088 --etcd-listen 10.0.0.1:2379 --token-file token",
		run:     c.Run,
	}.cobra()
	f := cmd.Flags()
	f.StringVar(&c.Listen, "listen", masterListen, "`HOST:PORT` of the API; a free port if the default's is taken")
	f.StringVar(&c.Workspace, "workspace", ".", "`DIR` with plans/, environments/, scripts/, data/")
	f.StringVar(&c.EtcdListen, "etcd-listen", etcdListen, "`HOST:PORT` of the embedded etcd; a free port if the default's is taken")
	c.etcdFlags.bind(f, " to use instead of the embedded one")
	f.StringVar(&c.TokenFile, "token-file", "", "`FILE` with the token of the API, the workers and the embedded etcd")
	f.BoolVar(&c.Insecure, "insecure", false, "let anyone who reaches this master run load from its workers")
	f.StringArrayVar(&c.Hosts, "allow-host", nil, "`NAME` by which this master may be called when it has no token; repeatable")
	c.logFlags.bind(f)
	before := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c.listenAsked, c.etcdAsked = f.Changed("listen"), f.Changed("etcd-listen")
		return before(cmd, args)
	}
	return cmd
}

// Run serves until Ctrl-C or SIGTERM.
func (c *masterCommand) Run(ctx context.Context) error {
	ctx, cancel := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer cancel()
	token, err := readToken(c.TokenFile)
	if err != nil {
		return err
	}
	if err := c.guard(token); err != nil {
		return err
	}
	return c.serve(ctx, token, c.log(c.err), func(at masterAddress) {
		fmt.Fprintf(c.err, "master serves %s/api/v1, workspace %s, etcd %s\npage %s/\n", at.URL, c.Workspace, at.Etcd, at.URL)
	})
}

func (c *masterCommand) guard(token string) error {
	if err := guarded("listen", c.Listen, token, c.Insecure); err != nil {
		return err
	}
	if len(c.Endpoints) > 0 && c.etcdAsked {
		return usage("--etcd uses a server of your own, --etcd-listen is where the embedded one listens", "--etcd and --etcd-listen exclude each other")
	}
	if len(c.Endpoints) > 0 || isLoopback(c.EtcdListen) || token != "" {
		return nil
	}
	return usage("give --token-file FILE", "--etcd-listen %s can be reached from other machines, and etcd is never left open to them", c.EtcdListen)
}

// masterAddress is where a master serves.
type masterAddress struct {
	URL  string // of the API, without a slash at the end
	Etcd string // host:port, several separated by commas
}

// serve runs the master until ctx ends; ready is called once it answers. All that it
// started has ended when it returns.
func (c *masterCommand) serve(ctx context.Context, token string, log *slog.Logger, ready func(masterAddress)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	listener, err := listen("the master", c.Listen, c.listenAsked, c.err)
	if err != nil {
		return err
	}
	defer listener.Close()
	lock, err := master.LockWorkspace(ctx, c.Workspace, log)
	if err != nil {
		return err
	}
	defer lock.Close()
	endpoints, etcdDone, err := c.etcd(ctx, token, log)
	if err != nil {
		return err
	}
	defer func() { cancel(); <-etcdDone }()
	cfg, err := c.config(endpoints, token, log)
	if err != nil {
		return err
	}
	registry, err := etcd.Open(ctx, cfg)
	if err != nil {
		return fmt.Errorf("open etcd: %w", err)
	}
	defer registry.Close()
	closeOwn := c.ownEngine(log)
	defer closeOwn()
	c.here = &ownWorker{args: c.ownWorkerArgs(endpoints), log: c.err}
	defer c.here.end()
	m, err := c.open(lock, registry, connector(token), token, endpoints, log)
	if err != nil {
		return err
	}
	ready(masterAddress{URL: "http://" + listener.Addr().String(), Etcd: strings.Join(endpoints, ",")})
	return c.serveHTTP(ctx, listener, m)
}

// ownEngine makes what the master sends once with where no worker is there: engines that end
// with each call. Without a place for files a master goes without it.
func (c *masterCommand) ownEngine(log *slog.Logger) (closeAll func()) {
	files, _, err := (&cacheFlags{}).open()
	if err != nil {
		log.Warn("send once needs a worker: the master's own engine has no place for files", "error", err)
		return func() {}
	}
	d := worker.NewDaemon(worker.Config{Start: newEngines(c.err).start, Files: files, Log: log})
	c.own = d
	return func() { d.Close(); files.Close() }
}

// open makes the master of the workspace, with workers that register at endpoints.
func (c *masterCommand) open(lock *master.WorkspaceLock, registry load.Registry, connect fleet.Connect, token string, endpoints []string, log *slog.Logger) (*master.Master, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	m, err := master.New(master.Config{
		Workspace: c.Workspace, Lock: lock, Registry: registry, Connect: connect, Token: token, Own: c.own,
		AllowedHosts: c.Hosts, Version: imprint.Own().Version, LookupEnv: c.lookupEnv, Lua: newLua(), Page: webui.Files(), Log: log,
		Scripts: newScriptTools(c.err), Binary: binary, Join: master.JoinConfig{Etcd: endpoints, Flags: c.workerFlags()}, StartHere: c.here.start,
	})
	if err != nil {
		return nil, fmt.Errorf("open the workspace: %w", err)
	}
	return m, nil
}

// etcd is the endpoints to use. done is closed when an embedded server is gone.
func (c *masterCommand) etcd(ctx context.Context, token string, log *slog.Logger) (endpoints []string, done <-chan struct{}, err error) {
	if len(c.Endpoints) > 0 {
		closed := make(chan struct{})
		close(closed)
		return c.Endpoints, closed, nil
	}
	dir, err := master.PrivateDir(c.Workspace)
	if err != nil {
		return nil, nil, err
	}
	server := etcd.ServerConfig{Dir: filepath.Join(dir, "etcd"), Listen: c.EtcdListen, Password: token}
	e, endpoint, err := startEtcd(ctx, server, c.etcdAsked, log)
	if err != nil {
		return nil, nil, err
	}
	return []string{endpoint}, e.done, nil
}

// serveHTTP serves the API beside the master's own work; whichever ends takes the
// other with it.
func (c *masterCommand) serveHTTP(ctx context.Context, l net.Listener, m *master.Master) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		Handler: m.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(logTo(c.err, slog.LevelWarn).Handler(), slog.LevelWarn),
	}
	var work sync.WaitGroup
	var runErr error
	work.Go(func() {
		defer cancel()
		runErr = m.Run(ctx)
	})
	work.Go(func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
		defer cancel()
		if server.Shutdown(last) != nil {
			server.Close()
		}
	})
	err := server.Serve(l)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	cancel()
	work.Wait()
	return errors.Join(runErr, err)
}

// connector dials workers for a master.
func connector(token string) fleet.Connect {
	return func(_ context.Context, n load.Node) (fleet.Connection, error) {
		return proto.Dial(n.Address, proto.DialOptions{Token: token})
	}
}
