package fleet

import (
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// maxTrend is how many values a trend has: one of each probe.
const maxTrend = 60

// Trend is how a worker did in the last minutes: one value of every Step ms, the oldest
// first, the newest of At.
type Trend struct {
	Step   float64   `json:"step"`
	At     time.Time `json:"at"`
	CPU    []float64 `json:"cpu"` // share of its cores, 0–1
	Users  []int     `json:"users"`
	RPS    []float64 `json:"rps"`
	Lag    []float64 `json:"lag"`    // ms
	Memory []int64   `json:"memory"` // bytes
}

// moment is one value of a trend.
type moment struct {
	cpu, rps float64
	users    int
	lag      time.Duration
	memory   int64
}

// maxCPU is more than the CPU of a worker can be, as a share of its cores.
const maxCPU = 1e4

// observedFor is how long what a run has said of its worker counts for more than what the
// worker's daemon says: the load comes from the engine.
const observedFor = probeEvery

// comparedFor is how long what a probe has said of a clock counts for more than what slower
// ones say.
const comparedFor = time.Minute

// pulse is what is known of how a worker does. The fleet's mutex guards it.
type pulse struct {
	users    int
	rps      float64
	cpu      float64
	memory   int64
	lag      time.Duration
	offset   time.Duration // of the worker's clock: positive is ahead
	trip     time.Duration // of the probe that said so: the offset may be wrong by half of it
	compared time.Time     // when that was
	heard    time.Time     // the last word of it; zero: none
	observed time.Time     // the last word of its run
	trend    []moment      // oldest first
}

// probed takes what the worker answered to a probe that was sent at one moment and
// answered at another.
func (p *pulse) probed(v load.Vitals, sent, answered time.Time) {
	p.heard = answered
	v = sane(v)
	// Of the probes of a minute the fastest knows best.
	if trip := answered.Sub(sent); !v.Clock.IsZero() && (p.compared.IsZero() || trip <= p.trip || answered.Sub(p.compared) >= comparedFor) {
		p.offset, p.trip, p.compared = v.Clock.Sub(sent.Add(trip/2)), trip, answered
	}
	if answered.Sub(p.observed) >= observedFor {
		p.users, p.rps, p.cpu, p.memory, p.lag = 0, 0, v.CPU, v.Memory, v.Lag
	}
	p.trend = append(p.trend, moment{p.cpu, p.rps, p.users, p.lag, p.memory})
	p.trend = p.trend[max(0, len(p.trend)-maxTrend):]
}

// sane is v without what cannot be: it came over the wire, and one worker's NaN would keep
// the list of all of them from being written as JSON.
func sane(v load.Vitals) load.Vitals {
	if !(v.CPU >= 0 && v.CPU <= maxCPU) { // NaN too
		v.CPU = 0
	}
	v.Memory, v.Lag = max(v.Memory, 0), max(v.Lag, 0)
	return v
}

// rest is the end of a run.
func (p *pulse) rest() { p.users, p.rps, p.observed = 0, 0, time.Time{} }

// Observe takes what a run has counted on one of its workers in its newest second. It is
// ignored for a worker that no run has.
func (f *Fleet) Observe(worker string, s load.WorkerSecond) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.nodes[worker]
	if n == nil || n.run == "" {
		return
	}
	now := time.Now()
	p := &n.pulse
	p.users, p.rps, p.cpu, p.memory, p.lag = s.Users, float64(s.Requests), s.CPU, s.Memory, s.Lag
	p.heard, p.observed = now, now
	f.changed()
}

// show adds the pulse to what people see.
func (p *pulse) show(w *Worker) {
	w.Users, w.RPS, w.CPU, w.Memory = p.users, p.rps, p.cpu, p.memory
	w.Lag, w.ClockOffset = milliseconds(p.lag), milliseconds(p.offset)
	w.CPUTrend = []float64{}
	for _, m := range p.trend {
		w.CPUTrend = append(w.CPUTrend, m.cpu)
	}
	if w.State == Lost || p.heard.IsZero() {
		w.Users, w.RPS, w.CPU, w.Memory, w.Lag = 0, 0, 0, 0, 0
	}
	if !p.heard.IsZero() {
		w.Beat = milliseconds(time.Since(p.heard))
	}
	if w.State == Lost && !p.heard.IsZero() {
		seen := p.heard
		w.LastSeen = &seen
	}
}

// Trend is how a worker did in the last minutes; ErrUnknown when it is not there.
func (f *Fleet) Trend(id string) (Trend, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.nodes[id]
	if n == nil {
		return Trend{}, ErrUnknown
	}
	t := Trend{Step: milliseconds(probeEvery), At: n.pulse.heard, CPU: []float64{}, Users: []int{}, RPS: []float64{}, Lag: []float64{}, Memory: []int64{}}
	for _, m := range n.pulse.trend {
		t.CPU, t.Users, t.RPS = append(t.CPU, m.cpu), append(t.Users, m.users), append(t.RPS, m.rps)
		t.Lag, t.Memory = append(t.Lag, milliseconds(m.lag)), append(t.Memory, m.memory)
	}
	return t, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Changed has room for one signal: what Workers gives may have changed since the last one
// was taken. One goroutine reads it.
func (f *Fleet) Changed() <-chan struct{} { return f.news }

// changed signals it. It never blocks.
func (f *Fleet) changed() {
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// Bounds of the workers that have gone.
const (
	maxGone  = 1_000 // the oldest are forgotten first
	goneKept = 24 * time.Hour
)

// gone is a worker that the registry lists no more.
type gone struct {
	Worker
	at time.Time // when it was heard of last
}

// remember keeps n among the workers that have gone, if it was ever there. Called with mu
// held.
func (f *Fleet) remember(n *node) {
	if n.pulse.heard.IsZero() {
		delete(f.excluded, n.ID)
		return
	}
	n.state = Lost
	w := n.view()
	w.Run = ""
	if w.Error == "" {
		why := unlisted()
		w.Error, w.Why = why.Text, &why
	}
	f.gone[n.ID] = gone{w, n.pulse.heard}
	if len(f.gone) > maxGone {
		oldest := n.ID
		for id, g := range f.gone {
			if g.at.Before(f.gone[oldest].at) {
				oldest = id
			}
		}
		f.discard(oldest)
	}
}

// expire forgets workers that went long ago.
func (f *Fleet) expire() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, g := range f.gone {
		if time.Since(g.at) >= goneKept {
			f.discard(id)
			f.changed()
		}
	}
}

// discard forgets a worker that has gone. Called with mu held.
func (f *Fleet) discard(id string) {
	delete(f.gone, id)
	delete(f.excluded, id)
}

// lost are the workers that have gone, as people see them. Called with mu held.
func (f *Fleet) lost() []Worker {
	out := make([]Worker, 0, len(f.gone))
	for id, g := range f.gone {
		w := g.Worker
		w.Beat, w.Excluded = milliseconds(time.Since(g.at)), f.excluded[id]
		w.CPUTrend = slices.Clone(w.CPUTrend)
		out = append(out, w)
	}
	return out
}

// Exclude keeps a worker out of the runs to come, or lets it in again. A run that names it
// by its id takes it all the same; one that has it keeps it. It holds as long as this
// process knows the worker. false: there is no such worker.
func (f *Fleet) Exclude(id string, excluded bool) bool {
	f.mu.Lock()
	_, left := f.gone[id]
	known := left || f.nodes[id] != nil
	switch {
	case !known:
	case excluded:
		f.excluded[id] = true
	default:
		delete(f.excluded, id)
	}
	f.changed()
	f.mu.Unlock()
	f.dispatch()
	return known
}

// Dismiss takes a lost worker off the list. One that the registry still lists is shown
// again when it answers.
func (f *Fleet) Dismiss(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, left := f.gone[id]; left {
		f.discard(id)
		f.changed()
		return nil
	}
	n := f.nodes[id]
	switch {
	case n == nil || n.dismissed:
		return ErrUnknown
	case n.state != Lost || n.run != "":
		return ErrNotLost
	}
	n.dismissed = true
	f.changed()
	return nil
}
