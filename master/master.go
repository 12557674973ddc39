// Package master is the control side: the HTTP API, the plans of a workspace, the
// fleet, and the runs. It meets workers as load.Worker and their registry as
// load.Registry; how either is reached is cmd's business.
package master

import (
	"context"
	"errors"
	"io"
	"io/fs"
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
	"github.com/locust-http/locust-http/master/history"
	"github.com/locust-http/locust-http/master/live"
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
	// Lock is that of the workspace, which the caller ends after the master; nil: New takes
	// it.
	Lock     *WorkspaceLock
	Registry load.Registry
	// Own plays Send once where no worker is asked for and none is there, or where OwnEngine
	// is; it runs no load. nil: there is none.
	Own load.Worker
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
	// Scripts is what else needs the language; the calls that need it fail without it.
	Scripts ScriptTools
	// Binary is the file of this program, for load hosts to download; empty: none.
	Binary string
	// Join is how workers reach the registry.
	Join JoinConfig
	// StartHere starts a worker on the master's own machine, which registers like any other;
	// ErrHere when there is one. nil: it cannot.
	StartHere func() error
	// Page are the files of the web page, index.html among them; nil: there is none.
	Page fs.FS
	Log  *slog.Logger // nil: none
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
	editing      editing      // the files of the workspace, as people edit them
	history      *history.Store
	closers      []io.Closer // all of these

	page     *page
	hub      *live.Hub
	imprints imprints // of the programs for load hosts
	sessions sessions
	started  time.Time

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
	page, err := newPage(c.Page)
	if err != nil {
		return nil, err
	}
	m := &Master{
		page: page, started: time.Now(), config: c, log: c.Log, runs: map[string]*entry{},
		fleet:   fleet.New(c.Registry, fleet.Connect(c.Connect), c.Log),
		epoch:   uint64(time.Now().UnixMilli()),
		hashing: make(chan struct{}, 1), uploading: make(chan struct{}, maxUploads), sending: make(chan struct{}, maxSends),
	}
	m.hub = live.New(live.Config{Hello: m.hello, Log: c.Log})
	if err := m.open(); err != nil {
		return nil, errors.Join(err, m.close())
	}
	return m, nil
}

// Run keeps the fleet and plays runs until ctx ends. Runs are then stopped gracefully;
// it returns when they and everything else have ended. Call it once.
func (m *Master) Run(ctx context.Context) error {
	// The fleet and those who watch outlive the runs, which come to their end first.
	seen, leave := context.WithCancel(context.WithoutCancel(ctx))
	defer leave()
	life, stop := context.WithCancel(ctx)
	defer stop()
	m.mu.Lock()
	m.life = life
	m.mu.Unlock()
	watched := make(chan error, 1)
	go func() { watched <- m.fleet.Run(seen) }()
	var watchers sync.WaitGroup
	for _, watch := range []func(context.Context){m.hub.Run, m.announce, m.thin, m.watchFiles} {
		watchers.Go(func() { watch(seen) })
	}
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
	watchers.Wait()
	if !ended {
		err = <-watched
	}
	return errors.Join(err, m.close())
}

// hello is what every viewer is told first.
func (m *Master) hello() any {
	return struct {
		ServerTime int64  `json:"server_time"` // ms
		Version    string `json:"version"`
		Build      string `json:"build"` // of the page
		Protocol   int    `json:"protocol"`
	}{time.Now().UnixMilli(), m.config.Version, m.page.build, load.Protocol}
}

// Handler is the HTTP API, the socket and the page.
func (m *Master) Handler() http.Handler { return m.guard(new(compressor).wrap(m.routes())) }
