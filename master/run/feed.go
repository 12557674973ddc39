package run

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of what waits to be taken.
const (
	// maxPending is how many seconds wait. Over it the oldest joins the next one: a history
	// that is away for a quarter of an hour loses when something was, and no count.
	maxPending = 900
	// maxPendingLogs is how many lines of the log wait; more are counted and left out.
	maxPendingLogs = 1000
)

// feed is what has come about and was not taken yet. The conductor owns it; after the end
// the Run has what is left.
type feed struct {
	news chan struct{} // of the Run

	rows    []load.RowKey
	places  map[load.RowKey]int
	pending map[int]*pendingSecond
	given   int // seconds before it were given
	events  []load.Event
	seq     int64         // of the last event
	stopped time.Duration // when the load was stopped; 0: it goes on
	logs    []load.LogLine
	lost    int64

	// What was told last, so that only changes are events.
	stages  []int // by load
	crossed []bool
}

// pendingSecond is what one second gained since it was taken, or at all.
type pendingSecond struct {
	rows    map[int]*load.RowSecond
	loads   map[int]*load.LoadSecond // by scenario; counts only
	workers map[string]*load.WorkerSecond
	reports int
}

func newFeed(news chan struct{}, sh *shape) *feed {
	f := &feed{
		news: news, places: map[load.RowKey]int{}, pending: map[int]*pendingSecond{},
		stages: make([]int, len(sh.loads)), crossed: make([]bool, len(sh.thresholds)),
	}
	for i := range f.stages {
		f.stages[i] = -1
	}
	return f
}

// tell signals that there is something to take.
func (f *feed) tell() {
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// row is the place of a row.
func (f *feed) row(k load.RowKey) int {
	i, ok := f.places[k]
	if !ok {
		i = len(f.rows)
		f.places[k] = i
		f.rows = append(f.rows, k)
	}
	return i
}

// add takes in an interval of a worker. key is the row that is counted for one of the
// report (the rows over the limit have one together).
func (f *feed) add(iv *load.Interval, worker string, key func(row int) load.RowKey, sh *shape) {
	if iv.To <= iv.From || iv.To <= 0 {
		return
	}
	for sec, part := range seconds(iv) {
		p := f.second(sec)
		p.reports++
		w := p.workers[worker]
		if w == nil {
			w = &load.WorkerSecond{Worker: worker}
			p.workers[worker] = w
		}
		w.Users = 0
		for i := range iv.Loads {
			w.Users += min(iv.Loads[i].Users, load.MaxUsers)
			gainLoad(p.load(sh.scenario(iv.Loads[i].Scenario)), &iv.Loads[i], part)
		}
		if iv.To-iv.From >= shortest {
			w.CPU = max(w.CPU, iv.CPU)
		}
		w.Memory, w.Lag = max(w.Memory, iv.Memory), max(w.Lag, iv.Lag)
		for i := range iv.Rows {
			d := &iv.Rows[i]
			k := key(d.Row)
			gainRow(p.row(f.row(k)), d, part)
			if k.Kind == load.StepRow {
				w.Requests += part.of(d.Requests)
				w.Failures += part.of(d.Failures)
			}
		}
	}
}

// second is what is pending of a second.
func (f *feed) second(at int) *pendingSecond {
	p := f.pending[at]
	if p == nil {
		p = &pendingSecond{rows: map[int]*load.RowSecond{}, loads: map[int]*load.LoadSecond{}, workers: map[string]*load.WorkerSecond{}}
		f.pending[at] = p
	}
	return p
}

func (p *pendingSecond) row(i int) *load.RowSecond {
	r := p.rows[i]
	if r == nil {
		r = &load.RowSecond{Row: i}
		p.rows[i] = r
	}
	return r
}

func (p *pendingSecond) load(i int) *load.LoadSecond {
	l := p.loads[i]
	if l == nil {
		l = new(load.LoadSecond)
		p.loads[i] = l
	}
	return l
}

func gainRow(r *load.RowSecond, d *load.RowDelta, part portion) {
	r.Requests += part.of(d.Requests)
	r.Failures += part.of(d.Failures)
	r.Interrupted += part.of(d.Interrupted)
	r.Warnings += part.of(d.Warnings)
	r.BytesIn += part.of(d.BytesIn)
	r.BytesOut += part.of(d.BytesOut)
	for i, n := range d.Status {
		r.Status[i] += part.of(n)
	}
	r.OK = load.MergeBuckets(r.OK, part.buckets(d.OK.Buckets))
	r.Failed = load.MergeBuckets(r.Failed, part.buckets(d.Failed.Buckets))
}

func gainLoad(l *load.LoadSecond, d *load.LoadDelta, part portion) {
	l.Started += part.of(d.Started)
	l.Late += part.of(d.Late)
	l.Dropped += part.of(d.Dropped)
	l.Waiting += part.of(d.Waiting)
}

// join adds what p has to the second after it, which then stands for both.
func (p *pendingSecond) join(next *pendingSecond) {
	for i, r := range p.rows {
		next.row(i).Add(r)
	}
	for i, l := range p.loads {
		to := next.load(i)
		to.Started += l.Started
		to.Late += l.Late
		to.Dropped += l.Dropped
		to.Waiting += l.Waiting
	}
	for id, w := range p.workers {
		to := next.workers[id]
		if to == nil {
			next.workers[id] = w
			continue
		}
		to.Requests += w.Requests
		to.Failures += w.Failures
		to.CPU, to.Memory, to.Lag = max(to.CPU, w.CPU), max(to.Memory, w.Memory), max(to.Lag, w.Lag)
	}
}

// squeeze keeps to maxPending.
func (f *feed) squeeze() {
	if len(f.pending) <= maxPending {
		return
	}
	order := slices.Sorted(maps.Keys(f.pending))
	for _, at := range order[:len(order)-maxPending] {
		f.pending[at].join(f.second(at + 1))
		delete(f.pending, at)
	}
}

// log keeps lines of a worker.
func (f *feed) log(l load.LogLine) {
	if len(f.logs) >= maxPendingLogs {
		f.lost++
		return
	}
	f.logs = append(f.logs, l)
}

// take is what is there of the seconds before upTo, and of those that were given before.
// s knows who the users of each second are, loads what is asked for now, and absent how
// many users a second lacks because their worker is lost.
func (f *feed) take(upTo int, s *series, loads []scenario, absent func(scenario, sec int) int) load.Feed {
	out := load.Feed{Rows: slices.Clone(f.rows), Events: f.events, Logs: f.logs, LogsLost: f.lost}
	f.events, f.logs, f.lost = nil, nil, 0
	at := slices.DeleteFunc(slices.Sorted(maps.Keys(f.pending)), func(at int) bool { return at >= upTo })
	// Seconds of which nobody has said anything are gaps, and given as such; more of them
	// than can be pending come from a clock that jumped.
	for sec := max(f.given, upTo-maxPending); sec < upTo; sec++ {
		if f.pending[sec] == nil {
			f.second(sec)
			at = append(at, sec)
		}
	}
	slices.Sort(at)
	for _, sec := range at {
		second := f.pending[sec].give(sec, sec < f.given, s, loads)
		for i := range loads {
			second.Loads[i].Target += absent(i, sec)
			if !second.Again {
				second.Loads[i].Due = f.due(sec, &loads[i])
			}
		}
		out.Seconds = append(out.Seconds, second)
		delete(f.pending, sec)
	}
	f.given = max(f.given, upTo)
	return out
}

// due is how many starts a load asks for in a second. A load that was changed knows of
// what was before the change only how much it was then.
func (f *feed) due(sec int, s *scenario) int64 {
	if s.profile.Model != load.ArrivalsModel {
		return 0
	}
	from, to := time.Duration(sec)*time.Second, time.Duration(sec+1)*time.Second
	if f.stopped > 0 {
		from, to = min(from, f.stopped), min(to, f.stopped)
	}
	before := max(min(to, s.startAt)-from, 0)
	return s.profile.Starts(to-s.startAt) - s.profile.Starts(max(from-s.startAt, 0)) + int64(math.Round(s.profile.Begin*before.Seconds()))
}

func (p *pendingSecond) give(at int, again bool, s *series, loads []scenario) load.Second {
	out := load.Second{At: at, Again: again, Reports: p.reports}
	for _, i := range slices.Sorted(maps.Keys(p.rows)) {
		out.Rows = append(out.Rows, *p.rows[i])
	}
	for _, id := range slices.Sorted(maps.Keys(p.workers)) {
		out.Workers = append(out.Workers, *p.workers[id])
	}
	var now *point
	if i := at / s.step; i < len(s.points) {
		now = &s.points[i]
	}
	for i := range loads {
		l := load.LoadSecond{}
		if gained := p.loads[i]; gained != nil {
			l = *gained
		}
		l.Scenario = loads[i].name
		if now != nil {
			l.Users, l.Target = int(now.users[i]), int(now.targets[i])
		}
		out.Loads = append(out.Loads, l)
	}
	return out
}

// happened adds an event; its number, time and run time are set here.
func (c *conductor) happened(e load.Event) {
	f := c.feed
	if f.seq >= load.MaxEvents {
		return
	}
	f.seq++
	e.Seq, e.At, e.Second = f.seq, time.Now().UTC(), -1
	if !c.t0.IsZero() {
		e.Second = math.Round(time.Since(c.t0).Seconds()*1000) / 1000
	}
	if e.Why != nil {
		e.Text = e.Why.String()
	}
	e.Name, e.Text, e.By = clip(e.Name, load.MaxMessage), clip(e.Text, load.MaxNote), clip(e.By, 100)
	f.events = append(f.events, e)
	f.tell()
}

// enter makes s the state of the run.
func (c *conductor) enter(s load.State) {
	c.state = s
	e := load.Event{Kind: load.EventState, Name: string(s)}
	if c.cause != nil && c.cause.why.Text != "" {
		e.Why = &c.cause.why
	}
	c.happened(e)
}

// watchLoad notes which stages have begun, and which rules are broken or hold again.
func (c *conductor) watchLoad() {
	elapsed := time.Since(c.t0)
	for i, s := range c.changes.loads {
		at, _ := s.profile.StageAt(elapsed - s.startAt)
		if elapsed < s.startAt || at < 0 || at >= len(s.profile.Stages) || len(s.profile.Stages) < 2 || at == c.feed.stages[i] {
			continue
		}
		c.feed.stages[i] = at
		stage := s.profile.Stages[at]
		name := stage.Name
		if name == "" {
			name = fmt.Sprint(at + 1)
		}
		c.happened(load.Event{Kind: load.EventStage, Name: name, Text: s.name, From: s.profile.Level(elapsed - s.startAt), To: stage.Target})
	}
	measured := c.shape.window.cut(c.upTo(0)).length()
	if measured <= 0 {
		return
	}
	for i, t := range c.shape.thresholds {
		r := c.stats.judgeOne(t, measured)
		if broken := !r.Passed; r.Message == "" && broken != c.feed.crossed[i] {
			c.feed.crossed[i] = broken
			kind := load.EventThresholdRecovered
			if broken {
				kind = load.EventThresholdCrossed
			}
			c.happened(load.Event{Kind: kind, Name: t.Rule, To: r.Value, Text: inUnit(t, r.Value)})
		}
	}
}

// watchSilence notes who has become silent.
func (c *conductor) watchSilence() {
	for _, m := range c.members {
		if suspect := m.suspect(); suspect != m.saidSuspect {
			m.saidSuspect = suspect
			if suspect {
				c.happened(load.Event{Kind: load.EventWorkerSuspect, Worker: m.ID})
			}
		}
	}
}

// News says that Take may have something: one signal waits there, whatever has come about
// since. The end of the run is news too.
func (r *Run) News() <-chan struct{} { return r.news }

// Take is what has come about since it was called before. It is for one caller, who stores
// and shows the run; what he does not fetch for a quarter of an hour is joined. Without
// Spec.Watched seconds are not gathered.
func (r *Run) Take() load.Feed {
	var f load.Feed
	if r.ask(func(c *conductor) { f = c.feed.take(int(c.upTo(0)/time.Second), c.series, c.changes.loads, c.absent) }) {
		return f
	}
	if !r.ended() {
		return f
	}
	if rest := r.final.feed.Swap(nil); rest != nil {
		return *rest
	}
	return load.Feed{Rows: r.final.rows}
}

// ErrEnded: nothing can be added to a run that has ended.
var ErrEnded = errors.New("the run has ended")

// Note adds a note of somebody to the events; ErrEnded once the run has.
func (r *Run) Note(text, by string) error {
	return r.add(load.Event{Kind: load.EventNote, Text: text, By: by})
}

// Mark says that the load is steady from now on; ErrEnded once the run has ended.
func (r *Run) Mark(by string) error {
	return r.add(load.Event{Kind: load.EventSteady, By: by})
}

func (r *Run) add(e load.Event) error {
	if !r.ask(func(c *conductor) { c.happened(e) }) {
		return ErrEnded
	}
	return nil
}
