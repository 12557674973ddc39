package master

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/master/run"
)

// keptRuns is how many finished runs are kept in memory.
const keptRuns = 100

// maxRuns bounds runs that have not finished: those that wait and those that go on.
const maxRuns = 500

// entry is a run of this master, from the queue to the end.
type entry struct {
	id      string
	created time.Time
	want    fleet.Want
	spec    run.Spec
	files   *gathering
	unqueue context.CancelFunc // takes it out of the queue

	mu    sync.Mutex // guards what follows
	run   *run.Run   // nil while it waits for workers
	final *load.Result
	stop  bool // asked for while it waited
}

var errClosing = errors.New("the master is not running")

// launch puts a run into the queue; its files may still be looked for. Without an error
// the run gives them up when it has ended.
func (m *Master) launch(spec run.Spec, want fleet.Want, files *gathering) (*entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.life == nil {
		return nil, errClosing
	}
	unfinished, waiting := 0, 0
	for _, e := range m.order {
		if !e.finished() {
			unfinished++
		}
		if e.waits() {
			waiting++
		}
	}
	if unfinished >= maxRuns || waiting >= fleet.MaxQueue {
		return nil, fleet.ErrQueueFull
	}
	spec.ID, spec.Epoch, spec.Grace, spec.Log = ulid.Make().String(), m.epoch, m.config.Grace, m.log
	spec.Watched = true
	want.Run = spec.ID
	ctx, cancel := context.WithCancel(m.life)
	e := &entry{id: spec.ID, created: time.Now(), want: want, spec: spec, files: files, unqueue: cancel}
	m.runs[e.id] = e
	m.order = append(m.order, e)
	m.trim()
	life := m.life
	m.work.Go(func() {
		defer cancel()
		m.conduct(ctx, life, e)
	})
	return e, nil
}

// trim forgets the oldest finished runs over keptRuns. Called with mu held.
func (m *Master) trim() {
	finished := 0
	for _, e := range m.order {
		if e.finished() {
			finished++
		}
	}
	m.order = slices.DeleteFunc(m.order, func(e *entry) bool {
		if finished <= keptRuns || !e.finished() {
			return false
		}
		finished--
		delete(m.runs, e.id)
		return true
	})
}

// conduct waits for the run's files, then for its workers, and plays it on them.
func (m *Master) conduct(queue, life context.Context, e *entry) {
	defer m.discard(e.files)
	b, no, err := e.files.wait(queue)
	if err != nil || no != nil {
		if err == nil {
			err = errors.New(no.Message)
		}
		e.refuse(err, queue.Err() != nil)
		return
	}
	lease, err := m.fleet.Acquire(queue, e.want)
	if err != nil {
		e.refuse(err, queue.Err() != nil)
		return
	}
	defer lease.Release()
	spec := e.spec
	spec.Members, spec.Files, spec.Open = lease.Members, b.files, b.open
	r, err := run.New(spec)
	if err != nil {
		e.refuse(err, false)
		return
	}
	e.mu.Lock()
	e.run = r
	if e.stop {
		r.Stop(false)
	}
	e.mu.Unlock()
	r.Conduct(life)
}

// refuse ends a run that had no workers yet.
func (e *entry) refuse(err error, stopped bool) {
	r := run.Queued(e.spec)
	now := time.Now().UTC()
	r.State, r.Reason, r.EndedAt = load.StateFailed, err.Error(), &now
	if stopped {
		r.State, r.Reason = load.StateStopped, "stopped while it waited for workers"
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.final = &r
}

func (e *entry) current() (r *run.Run, final *load.Result) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.run, e.final
}

func (e *entry) finished() bool {
	r, final := e.current()
	if r == nil {
		return final != nil
	}
	select {
	case <-r.Done():
		return true
	default:
		return false
	}
}

// waits is true while there are no workers for it.
func (e *entry) waits() bool {
	r, final := e.current()
	return r == nil && final == nil
}

// halt stops the run, also one that still waits.
func (e *entry) halt(now bool) {
	e.mu.Lock()
	r := e.run
	e.stop = true
	e.mu.Unlock()
	if r == nil {
		e.unqueue()
		return
	}
	r.Stop(now)
}

// result is how the run stands.
func (m *Master) result(e *entry) load.Result {
	r, final := e.current()
	switch {
	case r != nil:
		return r.Result()
	case final != nil:
		return *final
	}
	q := run.Queued(e.spec)
	q.Reason = m.waits(e)
	return q
}

// waits says in words what keeps a run from beginning.
func (m *Master) waits(e *entry) string {
	if reading := e.files.progress(); reading != "" {
		return reading
	}
	return m.fleet.Waiting(e.want)
}

func (m *Master) live(e *entry) run.Live {
	r, final := e.current()
	switch {
	case r != nil:
		return r.Live()
	case final != nil:
		return run.Live{State: final.State, Reason: final.Reason, Scenarios: []run.LiveScenario{}}
	}
	return run.Live{State: load.StateQueued, Reason: m.waits(e), Scenarios: []run.LiveScenario{}}
}

func (m *Master) entry(id string) (*entry, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.runs[id]
	return e, ok
}

// entries are all runs, the newest first.
func (m *Master) entries() []*entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Clone(m.order)
	slices.Reverse(list)
	return list
}

// seedOf is the plan's seed, or a new one that JSON can hold exactly.
func seedOf(p *load.Plan) uint64 {
	if p.Run.Seed != nil {
		return *p.Run.Seed
	}
	return rand.Uint64() >> 11
}
