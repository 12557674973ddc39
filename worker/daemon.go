// Package worker is the daemon of a load host. It takes one run at a time, starts an
// engine process for it, and lives on whatever that process does. It passes the run's
// session through, and adds what must not be in the engine's hands: who has the
// worker, what happens when the master falls silent, and what becomes of the last
// counts when the engine or the master is gone.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/load"
)

// Engine is a process that can run one job, as a worker of its own.
type Engine interface {
	load.Worker
	// Kill ends the process at once. It may be called in any state and any number of
	// times, and Done is closed soon after.
	Kill()
	// Done is closed when the process has ended.
	Done() <-chan struct{}
	// Err is how the process ended: the exit code or signal, and what it last said on
	// stderr. Read it after Done.
	Err() error
}

// Bounds of what a daemon keeps and allows.
const (
	MaxSends  = 4                // SendOnce calls under way; others wait
	SendLimit = 60 * time.Second // of one SendOnce, waiting included
	MaxParked = 4                // ended runs whose master has not fetched the last reports
	ParkLimit = time.Hour        // how long each of them is kept
	PrepLimit = 60 * time.Second // for an engine to start and to compile
)

// Config is what a Daemon needs.
type Config struct {
	// Start starts an engine process. ctx bounds the starting only.
	Start func(ctx context.Context) (Engine, error)
	// Files keeps the files of runs; its owner closes it after the daemon. nil: jobs
	// with files are refused.
	Files *blobs.Store
	Log   *slog.Logger // nil: slog.Default
	// Journal is where Log writes, too, for Inspect; nil: nowhere.
	Journal *Journal
	// Mask makes a function that hides the values of a run's secrets in a text: nothing of
	// them is written to Journal while the run is there. nil: nothing is hidden.
	Mask func(secrets map[string]string) func(string) string
	// Setup is what Inspect says of the process.
	Setup load.Setup
}

// Daemon is a load.Worker over engine processes. The daemon itself is the lock on its
// load host: it accepts one run, and within it the newest epoch.
type Daemon struct {
	start  func(ctx context.Context) (Engine, error)
	files  *blobs.Store
	log    *slog.Logger
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup
	sends  chan struct{} // a place for each SendOnce
	stores chan struct{} // and for each Store

	journal        *Journal
	mask           func(secrets map[string]string) func(string) string
	setup          load.Setup
	drained        chan struct{} // closed when it drains and nothing is left
	moved          chan struct{} // one place: something has ended
	parkedPatience time.Duration // tests shorten it

	mu       sync.Mutex // guards what follows; taken before a tenure's
	closed   bool
	draining bool
	sending  int       // calls of SendOnce
	current  *tenure   // has the worker
	parked   []*tenure // oldest first
}

var _ load.Worker = (*Daemon)(nil)

var errClosed = errors.New("the worker is shutting down")

// NewDaemon starts nothing.
func NewDaemon(c Config) *Daemon {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	d := &Daemon{
		start: c.Start, files: c.Files, log: c.Log, sends: make(chan struct{}, MaxSends), stores: make(chan struct{}, MaxStores),
		journal: c.Journal, mask: c.Mask, setup: c.Setup,
		drained: make(chan struct{}), moved: make(chan struct{}, 1), parkedPatience: parkedPatience,
	}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	return d
}

// Close ends everything that the daemon has started, at once, and waits for it.
// Reports that nobody fetched are lost. Safe to call twice.
func (d *Daemon) Close() error {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.cancel()
	d.wg.Wait()
	return nil
}

// Holder says which run has the worker, and whose that is; both are empty when it is
// free.
func (d *Daemon) Holder() (run, owner string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.current == nil {
		return "", ""
	}
	return d.current.job.Run, d.current.job.Owner
}

// Prepare takes the worker for the job's run, in a new engine process. The run and
// epoch that have the worker already get the same session again; a newer epoch takes
// the session over, and the older master's calls then fail with load.ErrGone. Every
// other job gets load.ErrBusy with the name of the holder. A run that ended while its
// master was away, or whose engine died, is handed back in order that its last
// reports can be fetched.
func (d *Daemon) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	if job.Run == "" {
		return nil, &load.PlanError{Message: "the job has no run id"}
	}
	for {
		t, leaving, err := d.claim(job)
		if err != nil {
			return nil, err
		}
		if leaving == nil {
			return t.join(ctx, job)
		}
		select { // a run that is over but not cleared away is no reason to refuse
		case <-leaving:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// claim finds or makes the tenure for job. Instead, leaving is set while the one
// before is being cleared away: claim again when it is closed.
func (d *Daemon) claim(job load.Job) (t *tenure, leaving <-chan struct{}, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, nil, errClosed
	}
	for _, t := range d.parked {
		if t.job.Run == job.Run {
			return t, t.ifLeaving(), nil
		}
	}
	if t = d.current; t != nil {
		if leaving = t.ifLeaving(); leaving != nil || t.job.Run == job.Run {
			return t, leaving, nil
		}
		return nil, nil, fmt.Errorf("%w: run %s of %s has it", load.ErrBusy, t.job.Run, ownerName(t.job.Owner))
	}
	if d.draining {
		return nil, nil, errDraining
	}
	t = newTenure(d, job)
	d.current = t
	d.wg.Go(t.run)
	return t, nil, nil
}

func ownerName(owner string) string {
	if owner == "" {
		return "an unnamed owner"
	}
	return owner
}

// park makes the worker free while t's reports wait for their master. The oldest of
// too many is given up.
func (d *Daemon) park(t *tenure) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.current != t {
		return
	}
	d.current = nil
	d.stirred()
	d.parked = append(d.parked, t)
	for _, old := range d.parked[:max(0, len(d.parked)-MaxParked)] {
		old.leave(fmt.Errorf("%w: too many runs ended without their masters", load.ErrGone))
	}
}

// forget is called at the end of t.
func (d *Daemon) forget(t *tenure) {
	d.mu.Lock()
	defer d.mu.Unlock()
	defer d.stirred()
	if d.current == t {
		d.current = nil
	}
	for i, p := range d.parked {
		if p == t {
			d.parked = append(d.parked[:i:i], d.parked[i+1:]...)
			return
		}
	}
}

// SendOnce plays one transaction in an engine of its own, beside whatever run has the
// worker. At most MaxSends are under way, others wait; each takes at most SendLimit.
func (d *Daemon) SendOnce(ctx context.Context, req load.SendRequest) (*load.Exchange, error) {
	done, err := d.enterSend()
	if err != nil {
		return nil, err
	}
	defer done()
	defer d.hide(req.Secrets)()
	ctx, cancel := context.WithTimeout(ctx, SendLimit)
	defer cancel()
	defer context.AfterFunc(d.ctx, cancel)()
	select {
	case d.sends <- struct{}{}:
		defer func() { <-d.sends }()
	case <-ctx.Done():
		return nil, fmt.Errorf("send once: %d others are under way: %w", MaxSends, ctx.Err())
	}
	dir, release, err := d.hold(req.Files)
	if err != nil {
		return nil, err
	}
	defer release() // when the engine is gone
	req.Dir = dir
	p, err := d.startProcess(ctx)
	if err != nil {
		return nil, err
	}
	defer p.end()
	ctx, stop := p.bind(ctx)
	defer stop()
	x, err := p.engine.SendOnce(ctx, req)
	return x, p.explain(err)
}

// enter counts a call that Close has to wait for.
func (d *Daemon) enter() (done func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, errClosed
	}
	d.wg.Add(1)
	return d.wg.Done, nil
}

// enterSend counts a call that a daemon that drains has to wait for, too, and refuses it
// when it does already.
func (d *Daemon) enterSend() (done func(), err error) {
	left, err := d.enter()
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.draining {
		left()
		return nil, errDraining
	}
	d.sending++
	return func() {
		d.mu.Lock()
		d.sending--
		d.mu.Unlock()
		d.stirred()
		left()
	}, nil
}

// hide keeps secrets out of the journal until end is called.
func (d *Daemon) hide(secrets map[string]string) (end func()) {
	if d.mask == nil || len(secrets) == 0 {
		return func() {}
	}
	return d.journal.hide(d.mask(secrets))
}

// process is a started engine.
type process struct {
	engine Engine
	life   context.Context // ends with the process; its cause wraps load.ErrEngine
	seen   chan struct{}   // closed after life has ended
}

// startProcess starts an engine; the caller has to call end.
func (d *Daemon) startProcess(ctx context.Context) (*process, error) {
	e, err := d.start(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: it could not be started: %w", load.ErrEngine, err)
	}
	p := &process{engine: e, seen: make(chan struct{})}
	var cancel context.CancelCauseFunc
	p.life, cancel = context.WithCancelCause(context.Background())
	go func() {
		defer close(p.seen)
		<-e.Done()
		cancel(fmt.Errorf("%w: %s", load.ErrEngine, howItDied(e.Err())))
	}()
	return p, nil
}

// end kills the engine and waits until it is gone.
func (p *process) end() {
	p.engine.Kill()
	<-p.seen
}

// bind is ctx that ends with the process too.
func (p *process) bind(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(p.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// explain is err, or how the engine died if that is why.
func (p *process) explain(err error) error {
	if err == nil || p.life.Err() == nil {
		return err
	}
	return context.Cause(p.life)
}

const maxObituary = 1 << 10

// howItDied is one clean line about the end of a process: what a child has written
// to its stderr may be anything.
func howItDied(err error) string {
	if err == nil {
		return "it exited by itself"
	}
	clean := strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return ' '
		}
		if !unicode.IsPrint(c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(err.Error(), ""))
	clean = strings.Join(strings.Fields(clean), " ")
	if len(clean) > maxObituary { // the end says why
		clean = clean[:100] + " … " + strings.ToValidUTF8(clean[len(clean)-maxObituary+110:], "")
		clean = strings.ToValidUTF8(clean, "")
	}
	return clean
}
