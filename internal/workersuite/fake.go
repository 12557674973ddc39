package workersuite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Fake is a load.Worker without an engine, for tests of what carries or uses one. It
// sends real requests in the simplest way: setup is GET /setup, users GET /page as
// fast as every 5 ms, teardown is GET /teardown, all below the base_url of the plan.
// A plan with the word "nonsense" cannot be compiled; one with "broken" has a setup
// that fails. Only the users model and the first share of a job are played.
//
// It counts how often each method was carried out, so that a test can tell once from
// twice. Set the fields before use.
type Fake struct {
	// Cadence is the time between two reports; 0: 1 s.
	Cadence time.Duration
	// Skew is added to the worker's clock.
	Skew time.Duration
	// During is called within Prepare, Setup, Teardown, Finish, Store, Yield and Grant,
	// with their name.
	During func(ctx context.Context, method string) error

	Prepares, Setups, Gos, Changes, Stops, Teardowns, Finishes, Closes, Stores, Yields atomic.Int64
	// Requests is how many requests users have sent.
	Requests atomic.Int64

	files fakeFiles

	mu      sync.Mutex // guards what follows
	held    *fakeSession
	job     load.Job
	sent    load.SendRequest
	granted []load.Grant
}

var _ load.Worker = (*Fake)(nil)

var baseURL = regexp.MustCompile(`base_url"?:\s*"?([^"\s,}]+)`)

func compile(plan []byte) (base string, err error) {
	m := baseURL.FindSubmatch(plan)
	if m == nil || strings.Contains(string(plan), "nonsense") {
		return "", &load.PlanError{Message: "the plan makes no sense"}
	}
	return string(m[1]), nil
}

// during gives the test its turn.
func (f *Fake) during(ctx context.Context, method string) error {
	if f.During == nil {
		return nil
	}
	return f.During(ctx, method)
}

// Prepare takes the worker.
func (f *Fake) Prepare(ctx context.Context, job load.Job) (load.Session, error) {
	if err := f.during(ctx, "Prepare"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if s := f.held; s != nil {
		if s.job.Run == job.Run && job.Epoch >= s.job.Epoch {
			s.job.Epoch = job.Epoch
			return s, nil
		}
		return nil, fmt.Errorf("%w: run %s of %s has it", load.ErrBusy, s.job.Run, s.job.Owner)
	}
	base, err := compile(job.Plan)
	if err != nil {
		return nil, err
	}
	if err := f.has(job.Files); err != nil {
		return nil, err
	}
	f.Prepares.Add(1)
	f.job = job
	f.held = newFakeSession(f, job, base)
	return f.held, nil
}

func (f *Fake) free(s *fakeSession) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held == s {
		f.held = nil
	}
}

// SendOnce gets /page.
func (f *Fake) SendOnce(ctx context.Context, r load.SendRequest) (*load.Exchange, error) {
	base, err := compile(r.Plan)
	if err == nil {
		err = f.has(r.Files)
	}
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.sent = r
	f.mu.Unlock()
	status, body, err := get(ctx, base+"/page")
	a := load.Attempt{Method: "GET", URL: base + "/page", Status: status, ResponseBody: body}
	step := load.StepExchange{Transaction: "visit", Step: "page", OK: err == nil && status < 400}
	if err != nil {
		a.Class, a.Message, a.Fate = load.ClassConnRefused, err.Error(), load.UnsentConnect
		step.Class, step.Message = a.Class, a.Message
	}
	step.Attempts = []load.Attempt{a}
	return &load.Exchange{Steps: []load.StepExchange{step}, OK: step.OK}, nil
}

func get(ctx context.Context, url string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, err
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// fakeSession is owned by its loop; users only count.
type fakeSession struct {
	f    *Fake
	job  load.Job // Epoch is guarded by f.mu
	base string

	reports chan load.Report
	nudge   chan struct{} // acked or finishing has changed
	closing chan struct{}
	once    sync.Once

	requests, lifecycle atomic.Int64
	users               atomic.Int64
	acked               atomic.Uint64
	finishing           atomic.Bool

	mu      sync.Mutex
	err     error
	stop    chan struct{} // closed by the first Stop
	stopped bool
	begun   bool
	t0      time.Time
	ended   chan struct{} // all users have left
	reason  string
	grow    chan int // users to reach
	sources []*fakeRows
}

func newFakeSession(f *Fake, job load.Job, base string) *fakeSession {
	s := &fakeSession{
		f: f, job: job, base: base, reports: make(chan load.Report), nudge: make(chan struct{}, 1),
		closing: make(chan struct{}), stop: make(chan struct{}), ended: make(chan struct{}), grow: make(chan int, 1),
		sources: f.sourcesOf(job.Files),
	}
	go s.loop()
	return s
}

func (s *fakeSession) Setup(ctx context.Context) (load.Vars, error) {
	s.f.Setups.Add(1)
	if err := s.f.during(ctx, "Setup"); err != nil {
		return load.Vars{}, err
	}
	if strings.Contains(string(s.job.Plan), "broken") {
		return load.Vars{}, &load.StepError{Phase: "setup", Step: "prepare", Class: load.ClassStatus, Message: "got 500"}
	}
	s.lifecycle.Add(1)
	if _, _, err := get(ctx, s.base+"/setup"); err != nil {
		return load.Vars{}, err
	}
	return load.Vars{Values: map[string]load.Value{"token": load.StringValue("t-1")}}, nil
}

func (s *fakeSession) Go(_ context.Context, t0 time.Time, _ load.Vars) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begun {
		return nil
	}
	s.f.Gos.Add(1)
	s.begun, s.t0 = true, t0.Add(-s.f.Skew)
	go s.play()
	return nil
}

func (s *fakeSession) Change(_ context.Context, c load.Change) error {
	s.f.Changes.Add(1)
	select {
	case s.grow <- c.Profile.PeakUsers():
	case <-s.closing:
	}
	return nil
}

func (s *fakeSession) Clock(context.Context) (time.Time, error) {
	return time.Now().Add(s.f.Skew), nil
}

func (s *fakeSession) Teardown(ctx context.Context, _ load.Vars) error {
	s.f.Teardowns.Add(1)
	if err := s.f.during(ctx, "Teardown"); err != nil {
		return err
	}
	s.lifecycle.Add(1)
	_, _, err := get(ctx, s.base+"/teardown")
	return err
}

func (s *fakeSession) Finish(ctx context.Context) error {
	s.f.Finishes.Add(1)
	if err := s.f.during(ctx, "Finish"); err != nil {
		return err
	}
	s.halt("stopped")
	s.finishing.Store(true)
	s.poke()
	return nil
}

func (s *fakeSession) Reports() <-chan load.Report { return s.reports }

func (s *fakeSession) Ack(seq uint64) {
	for {
		old := s.acked.Load()
		if seq <= old || s.acked.CompareAndSwap(old, seq) {
			break
		}
	}
	s.poke()
}

func (s *fakeSession) Stop(bool) {
	s.f.Stops.Add(1)
	s.halt("stopped")
}

func (s *fakeSession) Close() error {
	s.once.Do(func() {
		s.f.Closes.Add(1)
		s.halt("closed")
		close(s.closing)
		s.f.free(s)
	})
	return nil
}

func (s *fakeSession) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *fakeSession) poke() {
	select {
	case s.nudge <- struct{}{}:
	default:
	}
}

// halt stops the load, begun or not.
func (s *fakeSession) halt(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return
	}
	s.stopped = true
	if s.reason == "" {
		s.reason = reason
	}
	close(s.stop)
	if !s.begun {
		s.begun = true
		close(s.ended)
	}
}

// play is the load.
func (s *fakeSession) play() {
	defer close(s.ended)
	var users sync.WaitGroup
	defer users.Wait()
	if !s.pause(time.Until(s.t0)) {
		return
	}
	target := 0
	profile := load.Profile{}
	if len(s.job.Shares) > 0 {
		profile = s.job.Shares[0].Profile
		target = profile.PeakUsers()
	}
	end := make(<-chan time.Time)
	if d := profile.Length(); d > 0 {
		end = time.After(d)
	}
	for n := 0; ; {
		for ; n < target; n++ {
			users.Go(s.user)
		}
		select {
		case target = <-s.grow:
		case <-end:
			s.halt("completed")
			return
		case <-s.stop:
			return
		}
	}
}

func (s *fakeSession) user() {
	s.users.Add(1)
	defer s.users.Add(-1)
	for s.pause(5 * time.Millisecond) {
		s.f.Requests.Add(1)
		get(context.Background(), s.base+"/page")
		s.requests.Add(1)
	}
}

// pause waits; it is false when the load is to stop.
func (s *fakeSession) pause(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-s.stop:
		return false
	}
}

// loop makes the reports: the next only when the one before is acknowledged.
func (s *fakeSession) loop() {
	defer close(s.reports)
	cadence := s.f.Cadence
	if cadence == 0 {
		cadence = time.Second
	}
	tick := time.NewTicker(cadence)
	defer tick.Stop()
	var (
		current *load.Report
		count   counted
		seq     uint64
		out     chan load.Report // nil: nothing is due
		value   load.Report
	)
	offer := func() {
		if current == nil {
			seq++
			r := s.report(seq, &count)
			current = &r
		}
		out, value = s.reports, *current
	}
	for {
		select {
		case out <- value:
			out = nil
		case <-tick.C:
			offer()
		case <-s.nudge:
			if current != nil && s.acked.Load() >= current.Seq {
				if current.Final {
					s.f.free(s)
					return
				}
				current, out = nil, nil
			}
			if current == nil && s.last() {
				offer()
			}
		case <-s.closing:
			s.mu.Lock()
			s.err = errors.New("the session was closed")
			s.mu.Unlock()
			return
		}
	}
}

// last says that the next report is the final one.
func (s *fakeSession) last() bool {
	if !s.finishing.Load() {
		return false
	}
	<-s.ended
	return true
}

// counted is what the reports so far have said.
type counted struct {
	requests, lifecycle int64
	to                  time.Duration
}

func (s *fakeSession) report(seq uint64, c *counted) load.Report {
	final := s.last()
	s.mu.Lock()
	t0, begun, reason := s.t0, s.begun, s.reason
	s.mu.Unlock()
	r := load.Report{
		Seq: seq, Phase: load.Waiting, Final: final,
		Rows: []load.RowKey{{Kind: load.StepRow, Transaction: "visit", Step: "page"}, {Kind: load.LifecycleRow, Transaction: load.SetupName, Step: "prepare"}},
	}
	select {
	case <-s.ended:
		r.Ended, r.Reason, r.Phase = true, reason, load.Ended
	default:
		if begun {
			r.Phase = load.Running
		}
	}
	requests, lifecycle := s.requests.Load(), s.lifecycle.Load()
	from := c.to
	if begun && !t0.IsZero() {
		c.to = max(time.Since(t0), from)
	}
	i := load.Interval{From: from, To: c.to, Counters: load.Counters{Attempts: requests - c.requests + lifecycle - c.lifecycle}}
	if n := requests - c.requests; n > 0 {
		i.Rows = append(i.Rows, load.RowDelta{Row: 0, Requests: n, OK: load.SparseHist{
			Sum: n * 1000, Min: 1000, Max: 1000, Buckets: []load.Bucket{{Index: uint16(load.BucketOf(1000)), Count: uint32(n)}},
		}})
	}
	if n := lifecycle - c.lifecycle; n > 0 {
		i.Rows = append(i.Rows, load.RowDelta{Row: 1, Requests: n})
	}
	i.Loads = []load.LoadDelta{{Users: int(s.users.Load()), Started: requests - c.requests}}
	c.requests, c.lifecycle = requests, lifecycle
	r.Intervals = []load.Interval{i}
	r.Data = s.data()
	return r
}
