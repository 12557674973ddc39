package engine

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/record"
	"github.com/locust-http/locust-http/worker/send"
)

// run is one job at work: what its users share. It is made by Prepare; conduct owns
// its course from Go to the last user's end.
type run struct {
	job      load.Job
	program  *plan.Program
	rec      *record.Recorder
	life     lifecycle
	scenes   []*scene
	files    *files
	scripts  *scripts // nil: the plan has none
	metrics  metrics
	columns  [][]string            // of each source that users have: those of program.Data, then what scripts may ask for
	extra    map[string]load.Value // of setup's scripts, by names that templates do not know; from begin on
	sources  []*source             // by number of program.Data; nil for those that nothing asks for
	larder   larder
	usedUp   atomic.Bool // a source has no rows any more
	mask     *masker
	proxies  proxies
	tls      *send.TLSConfigs
	reporter *reporter // nil for Send once
	wire     *wire     // of setup and Send once; each scene has its own
	after    *wire     // of user_stop
	last     *wire     // of teardown: that user_stop took too long does not keep it from being played
	jar      *send.Jar // shared cookies
	crowd    crowd
	kits     sync.Pool
	logs     logBook

	phases  phases
	t0      atomic.Pointer[time.Time]
	seq     atomic.Int64
	ids     atomic.Int64
	samples bool   // of failures are kept
	tag     string // prefix of X-LT-Id; empty: requests are not tagged
	tags    atomic.Int64

	mu      sync.Mutex   // guards the fields below
	base    []load.Value // variables that every user begins with
	cookies []load.Cookie
	people  int
	empty   chan struct{} // closed while there are no users
	reason  string
	aborts  *load.Reason // what asks for the end of the run everywhere; nil: nothing does

	stopOnce sync.Once
	stopping chan struct{} // closed by stop and abort
	nowOnce  sync.Once
	now      chan struct{} // closed by stopNow
}

func newRun(job load.Job, program *plan.Program) (*run, error) {
	settings := program.Plan.Samples
	samples := load.MaxSamples
	if settings.Failures != nil {
		samples = *settings.Failures
	}
	r := &run{
		job:      job,
		program:  program,
		rec:      record.New(samples),
		samples:  samples > 0,
		jar:      send.NewJar(),
		base:     make([]load.Value, len(program.Vars)),
		stopping: make(chan struct{}),
		now:      make(chan struct{}),
		empty:    make(chan struct{}),
	}
	close(r.empty)
	r.kits.New = func() any { return newKit() }
	options := send.Options{Connections: program.Plan.Connections}
	r.wire, r.after, r.last = newWire(options), newWire(options), newWire(options)
	if program.Plan.Run.TagRequests {
		r.tag = job.Run + "." + job.Worker + "." + strconv.FormatUint(job.Epoch, 10) + "."
	}
	r.mask = newMasker(job.Secrets, program.Plan.Samples.Mask)
	r.files = newFiles(job.Files, job.Dir, program.Plan.Files)
	r.tls = &send.TLSConfigs{Read: r.files.read}
	var err error
	if r.scripts, err = compileScripts(program, &r.job); err != nil {
		return nil, err
	}
	if err := r.openSources(); err != nil {
		r.scripts.close()
		return nil, err
	}
	if err := r.bind(); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// close gives back what the run has open. Nothing of it may be in use.
func (r *run) close() {
	r.wire.client.Close()
	for _, sc := range r.scenes {
		sc.wire.client.Close()
	}
	r.after.client.Close()
	r.last.client.Close()
	closeSources(r.sources)
	r.scripts.close()
}

// bind gives every step its row and every share its scene.
func (r *run) bind() (err error) {
	b := r.binder()
	if r.life, err = b.lifecycle(); err != nil {
		return err
	}
	for _, s := range r.job.Shares {
		c, err := r.choice(b, s)
		if err != nil {
			return err
		}
		if peak := s.Profile.PeakUsers(); peak > load.MaxUsers {
			return fmt.Errorf("%d users on one worker, which can run %d: use more workers", peak, load.MaxUsers)
		}
		r.scenes = append(r.scenes, r.newScene(s, c))
	}
	return nil
}

func (r *run) choice(b *binder, s load.Share) (c choice, err error) {
	weights := make(map[string]int, len(s.Weights))
	for _, w := range s.Weights {
		weights[w.Transaction] = w.Weight
	}
	lists := [][]*plan.Step{r.program.UserStart, r.program.UserStop}
	var scripts []string
	for _, t := range r.program.Transactions {
		weight := t.Weight
		if s.Weights != nil {
			weight = weights[t.Name]
		}
		if weight <= 0 || r.program.Plan.Transactions[t.Index].Off {
			continue
		}
		bound, err := b.transaction(t, s.Scenario)
		if err != nil {
			return c, err
		}
		c.add(bound, weight)
		lists, scripts = append(lists, t.Steps), append(scripts, scriptPath(t))
	}
	c.data = b.uses(load.RowPerUser, scripts, lists...)
	if c.total() == 0 {
		return c, fmt.Errorf("scenario %q has no transaction with a weight over 0", s.Scenario)
	}
	return c, nil
}

// begin gives every future user its variables and cookies.
func (r *run) begin(vars load.Vars) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, value := range vars.Values {
		if slot, ok := r.program.Slot(name); ok {
			r.base[slot] = value
		} else if r.scripts != nil {
			if r.extra == nil {
				r.extra = make(map[string]load.Value)
			}
			r.extra[name] = value
		}
	}
	r.cookies = vars.Cookies
	// Cookies of setup come out of a jar.
	_ = r.jar.Fill(vars.Cookies)
}

// elapsed is the run time: time since t0, 0 before it.
func (r *run) elapsed() time.Duration {
	if t0 := r.t0.Load(); t0 != nil {
		return max(0, time.Since(*t0))
	}
	return 0
}

// instant is the moment of a run time.
func (r *run) instant(t time.Duration) time.Time {
	if t0 := r.t0.Load(); t0 != nil {
		return t0.Add(t)
	}
	return time.Time{}
}

// nextSeq is {{$seq}}: this worker takes every Of-th number.
func (r *run) nextSeq() int64 {
	return 1 + int64(r.job.Index) + int64(max(1, r.job.Of))*(r.seq.Add(1)-1)
}

// nextUser is the id of a new user: 1 + i + n·k, never used again.
func (r *run) nextUser() int64 {
	return 1 + int64(r.job.Index) + int64(max(1, r.job.Of))*(r.ids.Add(1)-1)
}

// tagRequest marks an attempt so that the target's log can be held against ours.
func (r *run) tagRequest(x *send.Exchange) {
	var b [128]byte
	id := strconv.AppendInt(append(b[:0], r.tag...), r.tags.Add(1), 10)
	x.SetHeader("X-LT-Id", id)
}

// enter and leave count the users that exist.
func (r *run) enter() {
	r.mu.Lock()
	if r.people == 0 {
		r.empty = make(chan struct{})
	}
	r.people++
	r.mu.Unlock()
}

func (r *run) leave() {
	r.mu.Lock()
	if r.people--; r.people == 0 {
		close(r.empty)
	}
	r.mu.Unlock()
}

func (r *run) population() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.people
}

// gone is closed once there are no users.
func (r *run) gone() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.empty
}

// reconnects is how many idle connections were found unusable and replaced.
func (r *run) reconnects() int64 {
	n := r.wire.client.Reconnects() + r.after.client.Reconnects() + r.last.client.Reconnects()
	for _, sc := range r.scenes {
		n += sc.wire.client.Reconnects()
	}
	return n
}

// warm lets in the users that are to be ready before time zero and waits for them.
func (r *run) warm(ctx context.Context) error {
	for _, sc := range r.scenes {
		if err := sc.warm(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) log(level, message string) { r.logs.add(level, r.job.Worker, r.mask.text(message)) }
