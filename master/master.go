// Package master is the control side: the HTTP API, the plans of a workspace, the
// fleet, and the runs. It meets workers as load.Worker and their registry as
// load.Registry; how either is reached is cmd's business.
package master

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/environments"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/master/plans"
	"github.com/locust-http/locust-http/master/secrets"
)

// Connection is a worker that was dialed.
type Connection = fleet.Connection

// Config is what a master needs from outside.
type Config struct {
	// Workspace is the folder with plans/, environments/ and the files that plans name. The
	// master keeps what is not the user's in PrivateFolder of it.
	Workspace string
	Registry  load.Registry
	// Connect dials a worker. It need not wait for an answer.
	Connect func(ctx context.Context, n load.Node) (Connection, error)
	// Token must be shown as "Authorization: Bearer …" by every call but the health
	// checks. Empty: none is asked for, which is for loopback only; the Host of a
	// request must then be a loopback name, an IP address or one of AllowedHosts, so
	// that no web page can reach the master through a name of its own (DNS rebinding).
	Token        string
	AllowedHosts []string // names without port
	Version      string
	// Grace is how long workers go on without a word from the master; 30 s if 0.
	Grace time.Duration
	// LookupEnv resolves {{$env NAME}} where the start of a run gives no value; nil:
	// this process's environment. It is asked for names that the plan lists only, and
	// never for names that begin with LOCUST_HTTP_, which are the master's own.
	LookupEnv func(name string) (string, bool)
	// Lua is how the scripts of plans are found and checked. Without it only those that stand
	// in a plan are played, and nothing is said of them before.
	Lua workspace.Lua
	Log *slog.Logger // nil: none
}

// Master is the control side of one workspace. New starts nothing; Run runs it.
type Master struct {
	config Config
	log    *slog.Logger
	fleet  *fleet.Fleet
	epoch  uint64

	plans        *plans.Store
	environments *environments.Store
	secrets      *secrets.Store
	workspace    *workspace.Workspace
	uploads      *blobs.Store // what callers have brought along
	closers      []io.Closer  // all of these

	// Semaphores: a place is taken by sending to them.
	hashing, uploading, sending chan struct{}

	mu    sync.Mutex // guards what follows
	life  context.Context
	runs  map[string]*entry
	order []*entry // oldest first
	work  sync.WaitGroup
}

// New opens the workspace.
func New(c Config) (*Master, error) {
	if c.Registry == nil || c.Connect == nil {
		return nil, errors.New("a master needs a registry and a way to connect to workers")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Grace == 0 {
		c.Grace = 30 * time.Second
	}
	if c.LookupEnv == nil {
		c.LookupEnv = os.LookupEnv
	}
	m := &Master{
		config: c, log: c.Log, runs: map[string]*entry{},
		fleet:   fleet.New(c.Registry, fleet.Connect(c.Connect), c.Log),
		epoch:   uint64(time.Now().UnixMilli()),
		hashing: make(chan struct{}, 1), uploading: make(chan struct{}, maxUploads), sending: make(chan struct{}, maxSends),
	}
	if err := m.open(); err != nil {
		return nil, errors.Join(err, m.close())
	}
	return m, nil
}

// Run keeps the fleet and plays runs until ctx ends. Runs are then stopped gracefully;
// it returns when they and everything else have ended. Call it once.
func (m *Master) Run(ctx context.Context) error {
	// The fleet outlives the runs, which need its connections to come to their end.
	seen, leave := context.WithCancel(context.WithoutCancel(ctx))
	defer leave()
	life, stop := context.WithCancel(ctx)
	defer stop()
	m.mu.Lock()
	m.life = life
	m.mu.Unlock()
	watched := make(chan error, 1)
	go func() { watched <- m.fleet.Run(seen) }()
	var err error
	ended := false
	select {
	case <-ctx.Done():
	case err = <-watched:
		ended = true
	}
	m.mu.Lock()
	m.life = nil // no run can start any more
	m.mu.Unlock()
	stop()
	m.work.Wait()
	leave()
	if !ended {
		err = <-watched
	}
	return errors.Join(err, m.close())
}

// Handler is the HTTP API.
func (m *Master) Handler() http.Handler { return m.guard(m.routes()) }
