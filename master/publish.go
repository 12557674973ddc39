package master

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/history"
)

// How often a run is stored and shown.
const (
	takeEvery = 250 * time.Millisecond // at most
	tickEvery = time.Second            // while the run is under way
	saveEvery = 5 * time.Second        // how it stands as a whole; also at every change of state
	// quietFor is how long a second may be late without a tick that lacks it: two ticks one
	// after the other are twice the work for every page.
	quietFor = tickEvery + takeEvery
	// storeWithin is how long the history may take for one thing.
	storeWithin = 30 * time.Second
	// maxUnstored is how many feeds wait for a history that does not take them. Over it the
	// oldest goes: it is missing in the history, and in nothing else.
	maxUnstored = 300
	// lastTries is how often the end of a run is tried to be stored.
	lastTries = 3
)

// RunTick is what those who watch a run are told, with each second. Rates are of the
// last second, percentiles of the last five, counts of the whole run; times are in ms.
type RunTick struct {
	State    load.State    `json:"state"`
	Reason   string        `json:"reason"` // Why in English
	Why      []load.Reason `json:"why"`
	Storage  string        `json:"storage"` // why the history does not take the run; empty: it does
	Degraded bool          `json:"degraded"`
	Elapsed  float64       `json:"elapsed"`
	Total    float64       `json:"total"`
	Users    int           `json:"users"`
	Target   int           `json:"target"`
	RPS      float64       `json:"rps"`
	Failing  float64       `json:"failing"` // failed requests per second
	Requests int64         `json:"requests"`
	Failures int64         `json:"failures"`
	P50      float64       `json:"p50"`
	P95      float64       `json:"p95"`
	P99      float64       `json:"p99"`
	P999     float64       `json:"p999"`
	Workers  int           `json:"workers"`
	Suspect  int           `json:"suspect"`
	Lost     int           `json:"lost"`

	Seconds     []history.SecondPoint  `json:"seconds"` // those that became known
	Rows        []history.RowSummary   `json:"rows"`    // by the order in which they appeared; the total last
	Thresholds  []load.ThresholdResult `json:"thresholds"`
	Errors      ErrorCount             `json:"errors"`
	Measurement load.Measurement       `json:"measurement"`

	started *time.Time // time zero; nil before
}

// ErrorCount is how many failures there were, and of how many kinds.
type ErrorCount struct {
	Groups int   `json:"groups"`
	Count  int64 `json:"count"`
}

func topicOf(id string) string { return "run:" + id }

// publisher stores one run and tells those who watch it. It is the only one who takes from
// the run, and waits for the disk so that the run never does. One goroutine has it.
type publisher struct {
	m     *Master
	e     *entry
	start history.Start

	begun    bool              // the history knows the run
	unstored []load.Feed       // oldest first
	trouble  map[string]string // what the history does not take, and why
	keys     []load.RowKey     // of the rows so far
	recent   []load.Second     // the last ones, for percentiles
	rates    map[int]load.RowSecond
	lines    int64
	ticked   time.Time
	saved    time.Time
	state    load.State // as it was saved last
	taken    []history.SecondPoint
}

// publish follows a run from the queue to its end.
func (m *Master) publish(e *entry, start history.Start) {
	p := &publisher{m: m, e: e, start: start, trouble: map[string]string{}}
	p.begin()
	close(e.stored)
	p.tick()
	m.invalidate("runs", "runs/"+e.id)
	second := time.NewTicker(tickEvery)
	defer second.Stop()
	quiet := time.NewTimer(quietFor)
	defer quiet.Stop()
	pause := time.NewTimer(0)
	defer pause.Stop()
	assigned := e.assigned
	var news <-chan struct{}
	for ended := false; !ended; {
		select {
		case <-assigned:
			assigned = nil
			pause.Reset(0)
		case <-pause.C:
			if r, _ := e.current(); r != nil {
				news = r.News()
			}
		case <-news:
			news = nil
			pause.Reset(takeEvery)
			p.take()
		case <-second.C:
			p.take()
			p.save(false)
		case <-quiet.C:
			p.take()
			if time.Since(p.ticked) >= quietFor {
				p.tick()
			}
			quiet.Reset(quietFor - time.Since(p.ticked))
		case <-e.over:
			ended = true
		}
	}
	p.end()
}

// take stores and tells what has come about.
func (p *publisher) take() {
	r, _ := p.e.current()
	if r == nil {
		return
	}
	f := r.Take()
	if len(f.Seconds)+len(f.Events)+len(f.Logs) == 0 && f.LogsLost == 0 {
		p.flush()
		return
	}
	p.tell(&f)
	if len(f.Seconds)+len(f.Events) > 0 {
		p.tick()
	}
}

// tell stores a feed and tells of its events and lines; its seconds come with the next
// tick.
func (p *publisher) tell(f *load.Feed) {
	seconds := p.store(f)
	for _, s := range seconds {
		p.taken = append(p.taken, history.EncodeSecond(f.Rows, s))
	}
	p.measure(f)
	topic := topicOf(p.e.id)
	for _, e := range f.Events {
		p.m.hub.Tell(topic, "event", e)
	}
	if lines := p.numbered(f); len(lines) > 0 {
		p.m.hub.Tell(topic, "log", lines)
	}
}

// numbered are the lines of a feed with the numbers that the history gives them; it counts
// one more line that says how many had no room.
func (p *publisher) numbered(f *load.Feed) []history.LogLine {
	lines := make([]history.LogLine, 0, len(f.Logs))
	for _, l := range f.Logs {
		p.lines++
		lines = append(lines, history.LogLine{Seq: p.lines, LogLine: l})
	}
	if f.LogsLost > 0 {
		p.lines++
	}
	return lines
}

// store appends a feed to the history, after those that it has not taken. It returns the
// seconds of f, whole: those that the history does not take are whole as far as f goes.
func (p *publisher) store(f *load.Feed) []load.Second {
	p.unstored = append(p.unstored, *f)
	if len(p.unstored) > maxUnstored {
		p.unstored = p.unstored[1:]
	}
	whole := p.flush()
	if len(p.unstored) == 0 {
		return whole
	}
	return f.Seconds
}

// flush tries to store what is not stored yet, and returns the seconds of the last feed
// that was.
func (p *publisher) flush() (seconds []load.Second) {
	if len(p.unstored) == 0 || !p.begin() {
		return nil
	}
	for len(p.unstored) > 0 {
		err := p.history(func(ctx context.Context) (err error) {
			seconds, err = p.m.history.Append(ctx, p.e.id, &p.unstored[0])
			return err
		})
		if p.failed("seconds", err) {
			return nil
		}
		p.unstored = p.unstored[1:]
	}
	return seconds
}

// measure keeps what rates and percentiles are made of.
func (p *publisher) measure(f *load.Feed) {
	for _, s := range f.Seconds {
		if s.Again {
			continue
		}
		p.recent = append(p.recent, s)
		p.rates = make(map[int]load.RowSecond, len(s.Rows))
		for _, r := range s.Rows {
			p.rates[r.Row] = r
		}
		for _, w := range s.Workers {
			p.m.fleet.Observe(w.Worker, w)
		}
	}
	const window = 5 // seconds, as in run.Live
	p.recent = p.recent[max(0, len(p.recent)-window):]
	p.keys = f.Rows
}

// begin makes the run known to the history, if it is not yet. The number is set then.
func (p *publisher) begin() bool {
	if p.begun {
		return true
	}
	var number int64
	err := p.history(func(ctx context.Context) (err error) {
		number, err = p.m.history.Begin(ctx, p.start)
		return err
	})
	if p.failed("its start", err) {
		return false
	}
	p.begun = true
	p.e.mu.Lock()
	p.e.number = number
	p.e.mu.Unlock()
	return true
}

// save stores how the run stands, now and then.
func (p *publisher) save(always bool) bool {
	if now, _ := p.e.latest(); !always && now.State == p.state && time.Since(p.saved) < saveEvery {
		return true
	}
	if !p.begin() {
		return false
	}
	res := p.m.result(p.e)
	err := p.history(func(ctx context.Context) error { return p.m.history.Save(ctx, p.e.id, &res, p.e.created) })
	if p.failed("its result", err) {
		return false
	}
	if p.saved.IsZero() || p.state != res.State {
		p.m.invalidate("runs", "runs/"+p.e.id)
	}
	p.saved, p.state = time.Now(), res.State
	return true
}

// end stores and tells the last of the run.
func (p *publisher) end() {
	p.take()
	stored := false
	for try := 1; ; try++ {
		p.flush()
		if stored = p.save(true) && len(p.unstored) == 0; stored || try == lastTries {
			break
		}
		time.Sleep(time.Second)
	}
	p.tick()
	discarded := p.e.conclude(stored)
	p.m.invalidate("runs", "runs/"+p.e.id)
	if discarded {
		p.discard()
	}
}

// discard deletes the run, which has ended, unless that is taken back at this moment.
func (p *publisher) discard() {
	err := p.history(func(ctx context.Context) error { return p.m.remove(ctx, subject{p.e.id, p.e}) })
	if err == nil && !p.e.discarded() {
		err = p.history(func(ctx context.Context) error { return p.m.history.Restore(ctx, p.e.id) })
	}
	if err != nil {
		p.m.log.Error("a run that was to be discarded is kept", "run", p.e.id, "error", err)
	}
}

// history does something with the history, in time.
func (p *publisher) history(f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
	defer cancel()
	return f(ctx)
}

// failed notes how the history took something. The log is told of each kind of trouble
// when it begins and when it ends.
func (p *publisher) failed(what string, err error) bool {
	_, before := p.trouble[what]
	switch {
	case err != nil:
		p.trouble[what] = err.Error()
		if !before {
			p.m.log.Error("the history does not take a run, which goes on", "run", p.e.id, "what", what, "error", err)
		}
	case before:
		delete(p.trouble, what)
		p.m.log.Info("the history takes a run again", "run", p.e.id, "what", what)
	}
	return err != nil
}

// storage says what the history does not take; empty: nothing.
func (p *publisher) storage() string {
	for _, what := range slices.Sorted(maps.Keys(p.trouble)) {
		return what + ": " + p.trouble[what]
	}
	return ""
}

// tick tells those who watch how the run stands, with the seconds that became known.
func (p *publisher) tick() {
	t := p.stand()
	t.Seconds = append([]history.SecondPoint{}, p.taken...)
	p.taken, p.ticked = nil, time.Now()
	p.e.keep(&t)
	p.m.hub.Tick(topicOf(p.e.id), &t)
}

// stand is the run as it stands.
func (p *publisher) stand() RunTick {
	l, res := p.m.live(p.e), p.m.result(p.e)
	t := RunTick{
		State: l.State, Reason: l.Reason, Why: l.Why, Storage: p.storage(), Degraded: l.Degraded, Elapsed: l.Elapsed, Total: l.Total,
		Users: l.Users, Target: l.Target, RPS: l.RPS, Failing: l.Failing, Requests: l.Requests, Failures: l.Failures,
		P50: l.P50, P95: l.P95, P99: l.P99, P999: p.p999(), Workers: l.Workers, Suspect: l.Suspect, Lost: l.Lost,
		Rows: p.summaries(&res, l.State == load.StateRunning || l.State == load.StateStopping), Thresholds: res.Thresholds,
		Measurement: res.Measurement, Errors: ErrorCount{Groups: len(res.Errors)}, started: res.StartedAt,
	}
	for _, g := range res.Errors {
		t.Errors.Count += g.Count
	}
	return t
}

// p999 is of the last seconds, as the other percentiles of run.Live are.
func (p *publisher) p999() float64 {
	var sum load.Hist
	for i := range p.recent {
		for _, r := range p.recent[i].Rows {
			if r.Row < len(p.keys) && p.keys[r.Row].Kind == load.StepRow {
				for _, list := range [][]load.Bucket{r.OK, r.Failed} {
					if n := len(list); n > 0 {
						sum.Add(&load.SparseHist{Min: load.BucketLow(int(list[0].Index)), Max: load.BucketHigh(int(list[n-1].Index)), Buckets: list})
					}
				}
			}
		}
	}
	return float64(sum.Quantile(0.999)) / 1000
}

// storedOrder is what is stored of the body of a start: no value of a secret, and nothing
// that is stored by itself.
func storedOrder(s StartRun) ([]byte, error) {
	s.Secrets, s.Inline, s.Scripts, s.Files, s.EnvironmentText = nil, nil, nil, nil, ""
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode the start of a run: %w", err)
	}
	return text, nil
}

// startOf is the beginning of a run as the history keeps it.
func startOf(e *entry, text, order []byte, version string) history.Start {
	spec := &e.spec
	return history.Start{
		ID: e.id, Plan: e.plan, Revision: spec.Revision, Name: spec.Name, Note: spec.Note, Owner: spec.Owner,
		Environment: spec.Environment, Tags: e.names.tags, PlanText: text, PlanJSON: spec.Encoded, Order: order,
		Scripts: spec.Scripts, Version: version, Created: e.created.UTC(),
	}
}
