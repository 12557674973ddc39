// Package fleet knows the workers that a master can see: it dials those that the
// registry lists, says how each is, and hands them out to runs, which have them alone.
package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Connection is a worker that was dialed. Its sessions end with it.
type Connection interface {
	load.Worker
	// Info asks the worker who it is and how it does: ErrProtocol when it speaks another
	// protocol.
	Info(ctx context.Context) (load.Info, error)
	// Close hangs up.
	Close() error
}

// Connect dials a node. It may return before the worker has answered.
type Connect func(ctx context.Context, n load.Node) (Connection, error)

// State is how a worker is.
type State string

// The states of a worker. Busy: a run has it, one of ours or another master's. Draining: it
// takes no new run, and ends when it has finished.
const (
	Connecting   State = "connecting"
	Ready        State = "ready"
	Busy         State = "busy"
	Draining     State = "draining"
	Lost         State = "lost"
	Incompatible State = "incompatible"
)

// Worker is a worker as people and the API see it.
type Worker struct {
	ID       string            `json:"id"`
	Host     string            `json:"host"`
	Address  string            `json:"address"`
	Labels   map[string]string `json:"labels"`
	Version  string            `json:"version"`
	Protocol int               `json:"protocol"`
	OS       string            `json:"os"`
	CPUs     int               `json:"cpus"`
	Started  time.Time         `json:"started"`
	State    State             `json:"state"`
	Run      string            `json:"run"` // of this master, that has it
	Held     *Holder           `json:"held,omitempty"`
	Error    string            `json:"error"`         // the last one
	Why      *load.Reason      `json:"why,omitempty"` // Error, for other languages

	// How it does: what its run has counted in the newest second, else what its daemon says.
	Users       int       `json:"users"`
	RPS         float64   `json:"rps"`
	CPU         float64   `json:"cpu"`          // share of its cores, 0–1
	Memory      int64     `json:"memory"`       // bytes
	Lag         float64   `json:"lag"`          // ms: the worst lateness of its clock
	Beat        float64   `json:"beat"`         // ms since it was heard of
	ClockOffset float64   `json:"clock_offset"` // ms that its clock is ahead
	CPUTrend    []float64 `json:"cpu_trend"`    // one of every 5 s, at most 60, oldest first

	Excluded bool       `json:"excluded"`            // runs leave it out unless they name it
	LastSeen *time.Time `json:"last_seen,omitempty"` // of a lost one
}

// Holder is a run that has a worker and that this master does not conduct: another master
// does, or one that is gone.
type Holder struct {
	Run    string     `json:"run"`
	Owner  string     `json:"owner"`
	Silent float64    `json:"silent"`          // ms since the worker has heard of its master; 0: it is there
	Until  *time.Time `json:"until,omitempty"` // when the worker is expected to be free if that stays away
}

// Bounds of a fleet.
const (
	MaxWorkers = 10_000
	MaxQueue   = 100
	probeEvery = 5 * time.Second
	heldPause  = 5 * time.Second // before a worker that another master holds is asked for again
)

// Errors of a fleet. Test with errors.Is.
var (
	// ErrQueueFull: too many runs wait already.
	ErrQueueFull = errors.New("too many runs wait for workers")
	// ErrUnknown: there is no such worker.
	ErrUnknown = errors.New("no such worker")
	// ErrNotLost: the worker is there, or a run has it.
	ErrNotLost = errors.New("the worker is not lost")
	// ErrAway: the worker cannot be asked.
	ErrAway = errors.New("the worker does not answer")
)

// Fleet is all workers that a master can see. Its methods may be called from any
// goroutine; workers come and go while Run runs.
type Fleet struct {
	registry load.Registry
	connect  Connect
	log      *slog.Logger
	news     chan struct{} // see Changed

	mu      sync.Mutex // guards all below; never held over a call to a worker or the registry
	life    context.Context
	watched bool // the registry has sent a set
	nodes   map[string]*node
	gone    map[string]gone // none of them is in nodes
	// excluded are ids of nodes and gone.
	excluded map[string]bool
	former   former
	queue    []*waiter
	dials    sync.WaitGroup
}

// node is one worker with its connection.
type node struct {
	load.Node
	latest load.Node // as the registry lists it now
	listed bool
	state  State // without regard to who has it
	err    error
	conn   Connection // nil: not dialed, or not in use any more
	run    string     // that has it
	heldTo time.Time  // another master has it; not asked again before
	tenant *tenant    // a run that has it, and is none of ours; nil: none, or not known yet
	// relieved is the run of before that it was told to give up.
	relieved string
	// lastRun is the one of ours that had it before, until freed.
	lastRun  string
	freed    time.Time
	draining bool
	hangUp   context.CancelFunc
	pulse    pulse
	// dismissed: nobody wants to see that it is lost.
	dismissed bool
}

// New makes a fleet. It starts nothing. A nil log discards.
func New(registry load.Registry, connect Connect, log *slog.Logger) *Fleet {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Fleet{
		registry: registry, connect: connect, log: log, news: make(chan struct{}, 1),
		nodes: map[string]*node{}, gone: map[string]gone{}, excluded: map[string]bool{},
	}
}

// Run watches the registry and keeps connections until ctx ends; it returns when every
// goroutine that it started has ended.
func (f *Fleet) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f.mu.Lock()
	f.life = ctx
	f.mu.Unlock()
	sets := make(chan []load.Node)
	watched := make(chan error, 1)
	go func() { watched <- f.registry.Watch(ctx, sets) }()
	retry := time.NewTicker(heldPause)
	defer retry.Stop()
	var err error
	for ended := false; !ended; {
		select {
		case nodes := <-sets:
			f.update(nodes)
		case <-retry.C:
			f.expire()
			f.dispatch()
		case err = <-watched:
			ended = true
		}
	}
	cancel()
	f.dials.Wait()
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return nil
	}
	return fmt.Errorf("watch workers: %w", err)
}

// Watched says whether the registry has been heard of.
func (f *Fleet) Watched() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.watched
}

// Workers are all workers by id, also those that went within the last day.
func (f *Fleet) Workers() []Worker {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.lost()
	for _, n := range f.nodes {
		if !n.dismissed {
			w := n.view()
			w.Excluded = f.excluded[n.ID]
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b Worker) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func (n *node) view() Worker {
	w := Worker{
		ID: n.ID, Host: n.Host, Address: n.Address, Labels: map[string]string{},
		Version: n.Version, Protocol: n.Protocol, OS: n.OS, CPUs: n.CPUs, Started: n.Started,
		State: n.state, Run: n.run,
	}
	for _, l := range n.Labels {
		w.Labels[l.Name] = l.Value
	}
	if n.err != nil {
		w.Error, w.Why = n.err.Error(), whyOf(n.err)
	}
	if w.State == Ready && (n.run != "" || n.tenant != nil || time.Now().Before(n.heldTo)) {
		w.State = Busy
	}
	if n.draining && w.State != Incompatible {
		w.State = Draining
	}
	if w.State != Lost {
		w.Held = n.tenant.view()
	}
	n.pulse.show(&w)
	return w
}

// update takes the newest set of the registry.
func (f *Fleet) update(nodes []load.Node) {
	f.mu.Lock()
	f.watched = true
	for _, n := range f.nodes {
		n.listed = false
	}
	for _, fresh := range nodes[:min(len(nodes), MaxWorkers)] {
		n := f.nodes[fresh.ID]
		if n == nil {
			n = f.add(fresh)
		}
		n.latest, n.listed = fresh, true
		f.renew(n)
	}
	for _, n := range f.nodes {
		f.forget(n)
	}
	f.changed()
	f.mu.Unlock()
	f.dispatch()
}

// add takes a new node in. Called with mu held.
func (f *Fleet) add(fresh load.Node) *node {
	n := &node{Node: fresh, latest: fresh, listed: true}
	f.nodes[fresh.ID] = n
	delete(f.gone, fresh.ID)
	f.dial(n)
	return n
}

// renew dials again a worker that has started anew, unless a run has it: its session
// finds the way by itself. Called with mu held.
func (f *Fleet) renew(n *node) {
	if n.run == "" && (n.Address != n.latest.Address || !n.Started.Equal(n.latest.Started)) {
		f.drop(n)
		f.add(n.latest)
	}
}

// forget drops n unless it is listed or a run has it: an entry may vanish while its
// worker runs on.
func (f *Fleet) forget(n *node) {
	if !n.listed && n.run == "" && f.nodes[n.ID] == n {
		f.drop(n)
		if n.draining { // it was told to end
			delete(f.excluded, n.ID)
			return
		}
		f.remember(n)
	}
}

// drop hangs up and takes n off the list. Called with mu held.
func (f *Fleet) drop(n *node) {
	if f.nodes[n.ID] == n {
		delete(f.nodes, n.ID)
	}
	n.hangUp()
}

// dial begins to look after n. Called with mu held.
func (f *Fleet) dial(n *node) {
	n.state = Connecting
	if n.Protocol != load.Protocol {
		n.state, n.hangUp = Incompatible, func() {}
		n.err = incompatible(n.Protocol)
		return
	}
	ctx, cancel := context.WithCancel(f.life)
	n.hangUp = cancel
	known := n.Node
	f.dials.Go(func() { f.attend(ctx, n, known) })
}

// attend keeps a connection to one worker until ctx ends, and asks it every few
// seconds whether it is there.
func (f *Fleet) attend(ctx context.Context, n *node, known load.Node) {
	var conn Connection
	defer func() {
		if conn != nil {
			if err := conn.Close(); err != nil {
				f.log.Warn("hang up on worker", "worker", known.ID, "error", err)
			}
		}
	}()
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		if conn == nil {
			fresh, err := f.connect(ctx, known)
			if err != nil {
				f.mark(n, nil, unreached(&known, err))
			} else {
				conn = fresh
			}
		}
		if conn != nil {
			f.probe(ctx, n, conn)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

func (f *Fleet) probe(ctx context.Context, n *node, conn Connection) {
	asked, cancel := context.WithTimeout(ctx, probeEvery)
	defer cancel()
	sent := time.Now()
	info, err := conn.Info(asked)
	answered := time.Now()
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		f.mark(n, conn, unanswering(n.ID, err))
		return
	}
	f.mu.Lock()
	n.pulse.probed(info.Vitals, sent, answered)
	n.dismissed = false
	eased := n.stands(info.Standing, sent, answered)
	disowned := f.disowned(n)
	f.mu.Unlock()
	f.mark(n, conn, nil)
	if eased {
		f.dispatch()
	}
	if disowned != "" {
		f.relieve(ctx, n, conn, disowned)
		f.probe(ctx, n, conn)
	}
}

// mark notes how n is.
func (f *Fleet) mark(n *node, conn Connection, err error) {
	f.mu.Lock()
	before := n.state
	n.conn, n.err = conn, err
	switch {
	case err == nil:
		n.state = Ready
	case errors.Is(err, load.ErrProtocol):
		n.state = Incompatible
	default:
		n.state = Lost
	}
	now := n.state
	f.changed()
	f.mu.Unlock()
	if now != before {
		f.log.Info("worker", "worker", n.ID, "state", now, "error", err)
		f.dispatch()
	}
}
