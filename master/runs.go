package master

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/master/run"
)

// keptRuns is how many finished runs are kept in memory that the history has not taken.
const keptRuns = 100

// maxRuns bounds runs that have not finished: those that wait and those that go on.
const maxRuns = 500

// entry is a run of this master, from the queue to shortly after its end. Then only the
// history has it.
type entry struct {
	id       string
	plan     string // what it is listed under: its plan's name in the workspace, else the one the plan gives itself
	created  time.Time
	want     fleet.Want
	spec     run.Spec
	files    *gathering
	unqueue  context.CancelFunc // takes it out of the queue
	stored   chan struct{}      // closed when the history has taken its beginning, or has not
	assigned chan struct{}      // closed when it has workers
	over     chan struct{}      // closed when it has ended
	told     chan struct{}      // closed when all of it has been stored and told

	mu     sync.Mutex // guards what follows
	run    *run.Run   // nil while it waits for workers
	final  *load.Result
	stop   bool  // asked for while it waited
	drop   bool  // it is to be deleted when it has ended
	number int64 // of the history; 0: it has none
	tick   RunTick
	names  naming
	end    time.Time // when its end was stored and told; zero: not yet
	kept   bool      // by the history, to its end
}

// naming is what can be changed about a run at any time.
type naming struct {
	name, note string
	tags       map[string]string
}

var errClosing = errors.New("the master is not running")

// launch puts a run into the queue; its files may still be looked for. Without an error
// the run gives them up when it has ended. text and order are for the history.
func (m *Master) launch(plan string, spec run.Spec, want fleet.Want, files *gathering, text, order []byte) (*entry, error) {
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
	e := &entry{
		id: spec.ID, plan: plan, created: time.Now(), want: want, spec: spec, files: files, unqueue: cancel,
		stored: make(chan struct{}), assigned: make(chan struct{}), over: make(chan struct{}), told: make(chan struct{}),
		names: naming{spec.Name, spec.Note, run.Queued(spec).Tags},
	}
	m.runs[e.id] = e
	m.order = append(m.order, e)
	life := m.life
	m.work.Go(func() {
		defer cancel()
		defer close(e.over)
		m.conduct(ctx, life, e)
	})
	m.work.Go(func() {
		defer close(e.told)
		m.publish(e, startOf(e, text, order, m.config.Version))
	})
	return e, nil
}

// forget takes runs out of memory that the history has to their end, a while after that,
// and of the others that have ended the oldest over keptRuns.
func (m *Master) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	lone := 0
	for _, e := range m.order {
		if e.finished() && !e.isKept() {
			lone++
		}
	}
	m.order = slices.DeleteFunc(m.order, func(e *entry) bool {
		switch end := e.ended(); {
		case end.IsZero() || time.Since(end) < shownAfterEnd:
			return false
		case !e.isKept() && lone <= keptRuns:
			return false
		case !e.isKept():
			lone--
		}
		m.drop(e)
		return true
	})
}

// drop takes a run that has ended out of memory, but for the list. Called with mu held.
func (m *Master) drop(e *entry) {
	delete(m.runs, e.id)
	m.hub.Drop(topicOf(e.id))
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
	close(e.assigned)
	r.Conduct(life)
}

// refuse ends a run that had no workers yet.
func (e *entry) refuse(err error, stopped bool) {
	r := run.Queued(e.spec)
	now := time.Now().UTC()
	r.State, r.EndedAt = load.StateFailed, &now
	why := load.ReasonOf(err)
	if stopped {
		r.State, why = load.StateStopped, load.Reason{Code: load.WhyStoppedWaiting, Text: "stopped while it waited for workers"}
	}
	r.Why, r.Reason = []load.Reason{why}, why.String()
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

// conclude notes that the end of the run has been told, and whether the history has it.
// discarded says that somebody wants the run to be deleted now.
func (e *entry) conclude(kept bool) (discarded bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.end, e.kept = time.Now(), kept
	return e.drop
}

// discard says whether the run is to be deleted when it has ended. It is false when that
// is too late: the run has.
func (e *entry) discard(yes bool) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.drop = yes
	return e.end.IsZero()
}

// discarded is what was said of that last.
func (e *entry) discarded() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.drop
}

// ended is when the end of the run was told; zero: it was not yet.
func (e *entry) ended() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.end
}

func (e *entry) isKept() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.kept
}

// keep notes the last tick.
func (e *entry) keep(t *RunTick) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tick = *t
}

// latest is the last tick, and the number of the run.
func (e *entry) latest() (RunTick, int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tick, e.number
}

// named is what the run is called now.
func (e *entry) named() naming {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.names
}

// rename changes what is not nil.
func (e *entry) rename(name, note *string, tags map[string]string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if name != nil {
		e.names.name = *name
	}
	if note != nil {
		e.names.note = *note
	}
	if tags != nil {
		e.names.tags = tags
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
	res := m.standing(e)
	n := e.named()
	res.Name, res.Note, res.Tags = n.name, n.note, n.tags
	return res
}

func (m *Master) standing(e *entry) load.Result {
	r, final := e.current()
	switch {
	case r != nil:
		return r.Result()
	case final != nil:
		return *final
	}
	q := run.Queued(e.spec)
	q.Why = m.waits(e)
	q.Reason = load.TextOf(q.Why)
	return q
}

// waits says what keeps a run from beginning.
func (m *Master) waits(e *entry) []load.Reason {
	if reading := e.files.progress(); reading != nil {
		return []load.Reason{*reading}
	}
	return m.fleet.Waiting(e.want)
}

func (m *Master) live(e *entry) run.Live {
	r, final := e.current()
	switch {
	case r != nil:
		return r.Live()
	case final != nil:
		return run.Live{State: final.State, Reason: final.Reason, Why: final.Why, Scenarios: []run.LiveScenario{}}
	}
	why := m.waits(e)
	return run.Live{State: load.StateQueued, Reason: load.TextOf(why), Why: why, Scenarios: []run.LiveScenario{}}
}

// entry is a run in memory, by its id or its number; nil: it is not there.
func (m *Master) entry(id string) *entry {
	m.mu.Lock()
	e := m.runs[id]
	m.mu.Unlock()
	if number, err := strconv.ParseInt(id, 10, 64); e == nil && err == nil && number > 0 {
		for _, other := range m.entries() {
			if _, n := other.latest(); n == number {
				return other
			}
		}
	}
	return e
}

// entries are all runs in memory, the newest first.
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
