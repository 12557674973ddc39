package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/locust-http/locust-http/internal/etcd"
	"github.com/locust-http/locust-http/internal/imprint"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto"
	"github.com/locust-http/locust-http/worker"
	"github.com/locust-http/locust-http/worker/engine"
	machine "github.com/locust-http/locust-http/worker/usage"
)

const workerPort = "8090"

// workerCommand is the daemon on a load host.
type workerCommand struct {
	*process
	etcdFlags
	logFlags
	cacheFlags
	Listen    string
	Advertise string
	Labels    []string
	ID        string
	TokenFile string
	Insecure  bool
	UntilEOF  bool

	flags *pflag.FlagSet // all of the above
}

func newWorker(p *process) *cobra.Command {
	c := &workerCommand{process: p}
	cmd := command{
		use: "worker", short: "Offer this machine to a master as a load host",
		example: "locust-http worker --etcd 10.0.0.1:2379 --token-file token --label site=eu", run: c.Run,
	}.cobra()
	f := cmd.Flags()
	c.flags = f
	c.etcdFlags.bind(f, " in which the worker is announced; required")
	f.StringVar(&c.Listen, "listen", "", "`HOST:PORT` to serve the master on (default: the port of --advertise, else "+workerPort+", of the address from which etcd is reached, or a free port)")
	f.StringVar(&c.Advertise, "advertise", "", "`HOST:PORT` that the master dials (default: the address listened on)")
	f.StringArrayVar(&c.Labels, "label", nil, "label `name=value` to choose workers by; repeatable")
	f.StringVar(&c.ID, "id", "", "`NAME` of the worker, unique in the fleet (default: host name and port)")
	f.StringVar(&c.TokenFile, "token-file", "", "`FILE` with the token that the master must show")
	f.BoolVar(&c.Insecure, "insecure", false, "let anyone who reaches this worker send load from it")
	c.cacheFlags.bind(f)
	c.logFlags.bind(f)
	f.BoolVar(&c.UntilEOF, "until-eof", false, "end when standard input does, and ignore Ctrl-C")
	f.MarkHidden("until-eof")
	return cmd
}

// Run serves until it is told to end.
func (c *workerCommand) Run(ctx context.Context) error {
	if len(c.Endpoints) == 0 {
		return usage("for example: locust-http worker --etcd 10.0.0.1:2379", "--etcd is required: it is how the master finds the worker")
	}
	token, err := readToken(c.TokenFile)
	if err != nil {
		return err
	}
	labels, err := pairs("label", c.Labels)
	if err != nil {
		return err
	}
	ctx, cancel := c.lifetime(ctx)
	defer cancel()
	listener, err := c.listen(token)
	if err != nil {
		return err
	}
	node, err := c.node(listener.Addr(), labels)
	if err != nil {
		listener.Close()
		return err
	}
	return c.serve(ctx, listener, node, token)
}

// hello tells people where the worker is, unless only warnings are wanted.
func (c *workerCommand) hello(format string, args ...any) {
	if slog.Level(c.Level) <= slog.LevelInfo {
		fmt.Fprintf(c.err, format, args...)
	}
}

// lifetime ends with Ctrl-C and SIGTERM, or for a child with its standard input.
func (c *workerCommand) lifetime(ctx context.Context) (context.Context, context.CancelFunc) {
	if !c.UntilEOF {
		return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	}
	ctx, cancel := asChild(ctx)
	ctx, cancelEOF := untilEOF(ctx, c.in)
	return ctx, func() { cancelEOF(); cancel() }
}

func (c *workerCommand) listen(token string) (net.Listener, error) {
	address, asked := c.Listen, c.Listen != ""
	if !asked {
		host, err := routeTo(bareAddress(c.Endpoints[0]))
		if err != nil {
			return nil, usage("for example: --etcd 10.0.0.1:2379", "--etcd %s: %w", c.Endpoints[0], err)
		}
		address = net.JoinHostPort(host, c.port())
	}
	if err := guarded("listen", address, token, c.Insecure); err != nil {
		return nil, err
	}
	return listen("the worker", address, asked, c.err)
}

// port is where to listen unless told otherwise: that of the address that is announced,
// or nobody would answer there.
func (c *workerCommand) port() string {
	if _, port, err := net.SplitHostPort(c.Advertise); err == nil && port != "" {
		return port
	}
	return workerPort
}

// bareAddress is host:port of an endpoint that may be a URL.
func bareAddress(endpoint string) string {
	_, after, isURL := strings.Cut(endpoint, "://")
	if isURL {
		return strings.TrimSuffix(after, "/")
	}
	return endpoint
}

func (c *workerCommand) node(listening net.Addr, labels map[string]string) (load.Node, error) {
	host, err := os.Hostname()
	if err != nil {
		return load.Node{}, fmt.Errorf("find this machine's name: %w", err)
	}
	address := c.Advertise
	if address == "" {
		address = listening.String()
	}
	if h, _, err := net.SplitHostPort(address); err != nil {
		return load.Node{}, usage("for example: --advertise 10.0.0.7:8090", "--advertise %q: %w", address, err)
	} else if ip := net.ParseIP(h); ip != nil && ip.IsUnspecified() {
		return load.Node{}, usage("give --advertise HOST:PORT", "no master can dial %s", address)
	}
	id := c.ID
	if id == "" {
		_, port, _ := net.SplitHostPort(listening.String())
		id = host + "-" + port
	}
	n := load.Node{
		ID: id, Address: address, Host: host, Version: imprint.Own().Version, Protocol: load.Protocol,
		OS: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(), Started: time.Now(),
	}
	for name, value := range labels {
		n.Labels = append(n.Labels, load.Label{Name: name, Value: value})
	}
	slices.SortFunc(n.Labels, func(a, b load.Label) int { return strings.Compare(a.Name, b.Name) })
	return n, nil
}

// serve announces the worker and serves it until ctx ends, and returns when both have.
func (c *workerCommand) serve(ctx context.Context, listener net.Listener, node load.Node, token string) error {
	journal := new(worker.Journal)
	log := slog.New(journal.Handler(c.log(c.err).Handler()))
	cfg, err := c.config(c.Endpoints, token, log)
	if err != nil {
		listener.Close()
		return err
	}
	registry, err := etcd.Open(ctx, cfg)
	if err != nil {
		listener.Close()
		return usage("", "--etcd: %w", err)
	}
	defer registry.Close()
	files, cache, err := c.cacheFlags.open()
	if err != nil {
		listener.Close()
		return usage("give a folder that this user can write to, for example: --cache /var/cache/locust-http", "%w", err)
	}
	defer files.Close()
	daemon := worker.NewDaemon(worker.Config{
		Start: newEngines(journal.Writer(c.err)).start, Files: files, Log: log, Journal: journal, Mask: engine.Masking,
		Setup: c.setup(node, listener.Addr(), cache),
	})
	defer daemon.Close()
	c.hello("worker %s serves on %s, to be announced at etcd %s\n", node.ID, listener.Addr(), strings.Join(c.Endpoints, ", "))
	c.hello("files of runs are kept in %s\n", cache)

	ctx, end := context.WithCancelCause(ctx)
	cancel := func() { end(nil) }
	defer cancel()
	var beside sync.WaitGroup
	beside.Go(func() {
		select {
		case <-daemon.Drained():
			end(errDrained)
		case <-ctx.Done():
		}
	})
	var refused error // a worker that no master can find is of no use
	beside.Go(func() {
		if err := registry.Announce(ctx, node); err != nil && ctx.Err() == nil {
			refused = usage("", "%w", err)
			cancel()
		}
	})
	var vitals worker.Vitals
	beside.Go(func() { vitals.Run(ctx) })
	err = proto.NewServer(daemon, proto.ServerOptions{
		Token: token, Node: node, Vitals: vitals.Now, Standing: daemon.Standing, Log: log,
	}).Serve(ctx, listener)
	why := context.Cause(ctx)
	cancel()
	beside.Wait()
	if err == nil && refused == nil {
		c.hello("worker %s ends: %s\n", node.ID, c.reason(why))
	}
	if refused != nil {
		return refused
	}
	return err
}

// errDrained ends a worker that a master has drained.
var errDrained = errors.New("a master asked it to finish, and nothing is left to do")

// reason is in words why the worker ends.
func (c *workerCommand) reason(why error) string {
	if why == nil || c.UntilEOF && why == context.Canceled { //nolint:errorlint // a signal is one, too
		return "who started it is gone"
	}
	return why.Error()
}

// setup is what people are told of this process. The flags are as they are in force: what
// was not given is what was chosen.
func (c *workerCommand) setup(node load.Node, listening net.Addr, cache string) load.Setup {
	chosen := map[string]string{
		"listen": listening.String(), "advertise": node.Address, "id": node.ID, "cache": cache, "label": strings.Join(c.Labels, ", "),
		"etcd": strings.Join(c.Endpoints, ","),
	}
	s := load.Setup{
		Version: node.Version, Go: runtime.Version(), OS: node.OS, Process: os.Getpid(), Cores: node.CPUs, Threads: runtime.GOMAXPROCS(0),
		Memory: machine.MachineMemory(), OpenFiles: machine.OpenFiles(), Started: node.Started,
	}
	c.flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value := f.Value.String()
		if own, ok := chosen[f.Name]; ok {
			value = own
		}
		s.Flags = append(s.Flags, load.Flag{Name: f.Name, Value: value, Given: f.Changed})
	})
	return s
}
