// Package etcd is the fleet's meeting point: workers announce themselves, masters
// watch them and hold those that a run needs, all as keys under leases in etcd
// (https://etcd.io/docs/v3.6/learning/api/). It also runs the embedded server, as a
// supervised child process. It is the only package that imports etcd's packages.
//
// Keys, all below a prefix:
//
//	workers/<worker id>   JSON of the worker's load.Node, under the worker's lease
//	holds/<worker id>     id of the run that holds it, under the run's lease
//
// Nothing in etcd outlives a lease, so a wiped etcd is a delay and not a loss:
// everyone writes again what is theirs.
package etcd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"

	"github.com/locust-http/locust-http/load"
)

// Defaults of Config.
const (
	DefaultPrefix = "/locust-http/"
	DefaultTTL    = 10 * time.Second
)

const (
	requestTimeout = 3 * time.Second
	loginTimeout   = 10 * time.Second // etcd's password hash is slow on purpose
	minTTL         = 2 * time.Second  // etcd grants no shorter lease with its default election timeout
	firstBackoff   = 100 * time.Millisecond
	maxBackoff     = 2 * time.Second
	farewell       = 2 * time.Second // for taking our keys off at the end
)

// Config says which etcd, and how to speak to it.
type Config struct {
	// Endpoints are host:port, or http:// and https:// URLs, without a user. At least one.
	Endpoints []string
	// User and Password log in when User is not empty. The password is never logged.
	User, Password string
	// TLS is used for every endpoint; nil: plain, or the system's roots for https://.
	TLS *tls.Config
	// Prefix separates fleets that share one etcd; empty: DefaultPrefix.
	Prefix string
	// TTL is how long a key outlives its owner, in whole seconds from 2 s; 0: DefaultTTL.
	TTL time.Duration
	// Log takes losses and returns of etcd; nil: slog.Default.
	Log *slog.Logger
}

// Registry is load.Registry over etcd. It outlives every loss of etcd: what cannot be
// done now is tried again, at least every 2 s, until the caller's context ends.
// Methods may be called from any goroutine.
type Registry struct {
	cfg    Config
	log    *slog.Logger
	link   *link
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup
	opened chan struct{}    // closed once client is set
	client *clientv3.Client // set before opened is closed

	ignored atomic.Int64

	mu  sync.Mutex // guards err
	err error
}

var _ load.Registry = (*Registry)(nil)

var errNeverReached = errors.New("etcd was not reached yet")

// Open begins to connect and returns at once: etcd may be down. An error is about
// the configuration. The registry ends with Close, or when ctx does; Close must be
// called in either case.
func Open(ctx context.Context, cfg Config) (*Registry, error) {
	if err := cfg.fill(); err != nil {
		return nil, err
	}
	r := &Registry{cfg: cfg, log: cfg.Log, opened: make(chan struct{}), err: errNeverReached,
		link: &link{user: cfg.User, password: cfg.Password}}
	r.ctx, r.cancel = context.WithCancel(ctx)
	r.wg.Go(r.connect)
	return r, nil
}

// fill sets defaults and refuses what cannot work.
func (c *Config) fill() error {
	if len(c.Endpoints) == 0 {
		return errors.New("no etcd endpoint given: host:port,… is needed")
	}
	for _, e := range c.Endpoints {
		// The client would ignore it, but logs, errors and the page name endpoints.
		if strings.Contains(e, "@") {
			return errors.New("an etcd endpoint has a user or a password in it: they are given by themselves")
		}
		if strings.TrimSpace(e) == "" || strings.ContainsAny(e, " ,") {
			return fmt.Errorf("%q is no etcd endpoint: host:port is", e)
		}
	}
	if c.User == "" && c.Password != "" {
		return errors.New("a password for etcd was given without a user")
	}
	if c.User != "" && c.Password == "" {
		return fmt.Errorf("no password was given for etcd's user %q", c.User)
	}
	if c.Prefix == "" {
		c.Prefix = DefaultPrefix
	}
	if !strings.HasSuffix(c.Prefix, "/") {
		c.Prefix += "/"
	}
	if c.TTL == 0 {
		c.TTL = DefaultTTL
	}
	if c.TTL < minTTL {
		return fmt.Errorf("a TTL of %v is too short for etcd, at least %v", c.TTL, minTTL)
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return nil
}

// Close ends everything that the registry keeps in etcd (announcements and holds),
// waits for it no longer than a few seconds, and disconnects. Safe to call twice.
func (r *Registry) Close() error {
	r.mu.Lock() // no use of the registry begins after this
	r.cancel()
	r.mu.Unlock()
	r.wg.Wait()
	if r.client == nil {
		return nil
	}
	err := r.client.Close()
	if errors.Is(err, context.Canceled) { // how etcd's client says that all went well
		err = nil
	}
	return err
}

// Err is nil when the last exchange with etcd succeeded; otherwise it says what
// failed. An idle registry notices a loss within its TTL, as long as it announces,
// watches or holds anything.
func (r *Registry) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Ignored is how many keys the newest list of workers had that are no worker: not
// JSON, without an address, of another name than their key.
func (r *Registry) Ignored() int { return int(r.ignored.Load()) }

// note keeps the outcome of an exchange for Err and logs each change once.
func (r *Registry) note(doing string, err error) {
	if err != nil {
		err = fmt.Errorf("etcd: %s: %w", doing, r.explain(err))
	}
	r.mu.Lock()
	before := r.err
	r.err = err
	r.mu.Unlock()
	switch {
	case err != nil && (before == nil || before == errNeverReached):
		r.log.Warn("trouble with etcd; trying until it is over", "error", err, "endpoints", r.cfg.Endpoints)
	case err == nil && before != nil && before != errNeverReached:
		r.log.Info("etcd is fine again", "endpoints", r.cfg.Endpoints)
	}
}

// connect makes the client and asks etcd something, until it answers.
func (r *Registry) connect() {
	var b pause
	for {
		client, err := r.dial()
		if err == nil {
			r.client = client
			close(r.opened)
			break
		}
		if r.ctx.Err() != nil {
			return
		}
		r.note("connect", err)
		if !b.wait(r.ctx) {
			return
		}
	}
	for b = (pause{}); r.ctx.Err() == nil; b.wait(r.ctx) {
		err := r.request(func(ctx context.Context) error {
			_, err := r.client.Get(ctx, r.cfg.Prefix+"workers/", clientv3.WithPrefix(), clientv3.WithCountOnly())
			return err
		})
		if r.ctx.Err() != nil {
			break
		}
		r.note("first request", err)
		if err == nil {
			break
		}
	}
}

func (r *Registry) dial() (*clientv3.Client, error) {
	// The client must outlive r.ctx, to take our keys off, but making it must not.
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.ctx))
	stop := context.AfterFunc(r.ctx, cancel)
	r.link.life = ctx
	client, err := r.newClient(ctx)
	if err == nil && !stop() {
		client.Close()
		err = r.ctx.Err()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	context.AfterFunc(client.Ctx(), cancel) // the client's own context ends with its Close
	return client, nil
}

func (r *Registry) newClient(ctx context.Context) (*clientv3.Client, error) {
	return clientv3.New(clientv3.Config{
		Context:              ctx,
		Endpoints:            r.cfg.Endpoints,
		TLS:                  r.cfg.TLS,
		DialKeepAliveTime:    10 * time.Second,
		DialKeepAliveTimeout: 5 * time.Second,
		Logger:               zap.NewNop(), // its warnings would be lines on stderr at every retry
		DialOptions: append(r.link.options(), grpc.WithConnectParams(grpc.ConnectParams{
			// gRPC's own goes up to two minutes.
			Backoff:           backoff.Config{BaseDelay: firstBackoff, Multiplier: 1.6, Jitter: 0.2, MaxDelay: maxBackoff},
			MinConnectTimeout: requestTimeout,
		})),
	})
}

// use is the client, as soon as there is one, and a context that ends with ctx or
// with the registry. After a nil error the caller must call done.
func (r *Registry) use(ctx context.Context) (_ context.Context, done func(), err error) {
	if ctx.Err() != nil {
		return nil, nil, ctx.Err() // even when the registry is closed too
	}
	select {
	case <-r.opened:
	case <-r.ctx.Done():
		return nil, nil, errClosed
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx.Err() != nil {
		return nil, nil, errClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(r.ctx, cancel)
	r.wg.Add(1)
	return ctx, func() { stop(); cancel(); r.wg.Done() }, nil
}

var errClosed = errors.New("the registry is closed")

// request runs f with the time that one exchange with etcd may take.
func (r *Registry) request(f func(ctx context.Context) error) error {
	return within(r.ctx, requestTimeout, f)
}

func within(ctx context.Context, d time.Duration, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return f(ctx)
}

// pause is the wait between two tries: 0.1 s, growing to 2 s, each cut by up to a
// half at random so that a fleet does not come back all at once.
type pause struct{ next time.Duration }

// wait is false when ctx ended first.
func (p *pause) wait(ctx context.Context) bool {
	p.next = min(max(p.next*2, firstBackoff), maxBackoff)
	t := time.NewTimer(p.next - rand.N(p.next/2))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
