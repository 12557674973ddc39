package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// ChangeRequest asks for another load from shortly on, or, for a scenario that has not
// begun, from its begin on. Set Users (closed model) or
// Rate (arrivals) for a level, Scale for a multiple of what the profile has left, or
// Stages for a new course; they exclude each other.
//
// The named stages of the plan that the change replaces end where it begins; those that
// come with a change are not summarised.
type ChangeRequest struct {
	Scenario string   // empty: the only one; with Scale: all that have not ended
	Users    *int     // that many users, SpawnRate more (or fewer) each second
	Rate     *float64 // that many starts per second
	// SpawnRate is how fast the new level is reached; nil: at once.
	SpawnRate *float64
	// Duration is how long the load goes on; nil: until it would have ended anyway.
	Duration *time.Duration
	Scale    *float64
	Stages   []load.Stage
	By       string // who asks, for the list of events
}

// Errors of Change; nothing has changed then.
var (
	// ErrNotRunning: the load of a run can be changed only while it is on.
	ErrNotRunning = errors.New("the run has no load that could be changed now")
	// ErrChanging: changes are made one after the other.
	ErrChanging = errors.New("another change of the load is on its way to the workers")
)

// RequestError is a change that does not fit the run.
type RequestError struct{ Message string }

func (e *RequestError) Error() string { return e.Message }

func refuse(format string, args ...any) error { return &RequestError{fmt.Sprintf(format, args...)} }

// changeAhead is how far ahead a change is set, so that all workers make it together.
const changeAhead = 1500 * time.Millisecond

// maxRate bounds starts per second; maxLength the run time of any load.
const (
	maxRate   = 1e6
	maxStages = 1000
	maxLength = 366 * 24 * time.Hour
)

// changes are the loads as they now are.
type changes struct {
	loads []scenario
	busy  bool // a change is on its way to the workers
}

// length is the run time at which the last load ends by itself; 0 when one has no end.
func (c *changes) length() time.Duration {
	sh := shape{loads: c.loads}
	return sh.length()
}

// Change changes the load on all workers and returns when they have taken it: it then
// holds from about a second later on. A worker that is lost takes it when it is back.
// ErrNotRunning, ErrChanging and *RequestError mean that nothing changed; the end of
// ctx ends the waiting and no more; after any other error workers may differ, and the
// run's reason says so.
func (r *Run) Change(ctx context.Context, q ChangeRequest) error {
	answer := make(chan error, 1)
	if !r.ask(func(c *conductor) { c.change(q, answer) }) {
		return ErrNotRunning
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-r.done:
		return ErrNotRunning
	}
}

func (c *conductor) change(q ChangeRequest, answer chan<- error) {
	switch {
	case c.state != load.StateRunning || c.cause != nil:
		answer <- ErrNotRunning
		return
	case c.changes.busy:
		answer <- ErrChanging
		return
	}
	at := time.Since(c.t0) + changeAhead
	next, changed, err := c.changes.apply(q, at)
	if err == nil {
		sh := shape{loads: next}
		if n, most := sh.peakUsers(), load.MaxUsers*len(c.members); n > most {
			err = refuse("%d users are more than the %d that %d workers can have", n, most, len(c.members))
		} else {
			err = within(c.spec.Limits, next, n)
		}
	}
	if err != nil {
		answer <- err
		return
	}
	old := c.changes.loads
	c.changes.loads, c.changes.busy = next, true
	for _, s := range changed {
		i := c.shape.scenario(s.name)
		c.stats.stages.end(i, s.startAt)
		c.feed.stages[i] = 0
		was := old[i].profile.Level(s.startAt - old[i].startAt)
		c.happened(load.Event{Kind: load.EventLoad, Name: s.name, From: was, To: last(s.profile), By: q.By})
	}
	c.spread(changed, answer)
}

// within refuses loads that the environment does not allow. Their peaks are added up, as
// where the run began: they may meet.
func within(limits load.Limits, loads []scenario, users int) error {
	rate := 0.0
	for _, s := range loads {
		if s.profile.Model != load.ArrivalsModel {
			continue
		}
		peak := s.profile.Begin
		for _, stage := range s.profile.Stages {
			peak = max(peak, stage.Target)
		}
		rate += peak
	}
	switch {
	case limits.MaxUsers > 0 && users > limits.MaxUsers:
		return refuse("the environment of this run allows at most %d users, not %d", limits.MaxUsers, users)
	case limits.MaxRate > 0 && rate > limits.MaxRate:
		return refuse("the environment of this run allows at most %v starts per second, not %v", limits.MaxRate, rate)
	}
	return nil
}

// spread tells all workers, each about all loads that changed.
func (c *conductor) spread(changed []scenario, answer chan<- error) {
	left := 0
	var failed error
	finish := func() {
		if left == 0 {
			c.changes.busy = false
			answer <- failed
		}
	}
	for _, m := range c.members {
		for _, s := range changed {
			m.owe(load.Change{Scenario: s.name, At: s.startAt, Profile: s.profile.Share(m.index, len(c.members))})
		}
		if m.takesChanges() {
			left++
			c.deliver(m, func(err error) { left--; failed = errors.Join(failed, err); finish() })
		}
	}
	finish()
}

// owe notes a change that m has to be told of. The newest of a scenario replaces the
// others: it holds from later on, and for good.
func (m *member) owe(c load.Change) {
	m.owed = slices.DeleteFunc(m.owed, func(old load.Change) bool { return old.Scenario == c.Scenario })
	m.owed = append(m.owed, c)
}

// takesChanges says whether m has something to be told, and can be.
func (m *member) takesChanges() bool {
	return len(m.owed) > 0 && !m.telling && !m.gone() && !m.ended
}

// deliver tells m what it is owed. What does not reach it in time is tried again; told
// is executed by the owner once the first try is over.
func (c *conductor) deliver(m *member, told func(error)) {
	changes := m.owed
	m.owed, m.telling = nil, true
	c.spawn(func() func() {
		ctx, cancel := context.WithTimeout(c.ctx, slack)
		defer cancel()
		var err error
		for i := 0; i < len(changes) && err == nil; i++ {
			err = m.session.Change(ctx, changes[i])
		}
		return func() {
			m.telling = false
			if err != nil {
				err = fmt.Errorf("worker %s: %w", m.ID, err)
				c.undelivered(m, changes, err)
			}
			told(err)
		}
	})
}

// undelivered keeps the changes that a silent worker has not answered: it is asked
// again, as taking one twice is taking it once. One that says no stays as it is.
func (c *conductor) undelivered(m *member, changes []load.Change, err error) {
	if errors.Is(err, context.DeadlineExceeded) {
		m.owed = append(changes, m.owed...)
		return
	}
	if c.ctx.Err() != nil {
		return // the run is over
	}
	c.stats.note(load.Reason{Code: load.WhyChangeLost, Text: "a change of the load did not reach all workers", Of: []load.Reason{load.ReasonOf(err)}})
}

// deliverLate tells workers what they could not be told when it was changed.
func (c *conductor) deliverLate() {
	for _, m := range c.members {
		if m.takesChanges() {
			c.deliver(m, func(error) {})
		}
	}
}

// apply is the loads after q, and those of them that changed; their profiles begin at
// the run time at, or when they were to begin.
func (c *changes) apply(q ChangeRequest, at time.Duration) (all, changed []scenario, err error) {
	if err := q.validate(); err != nil {
		return nil, nil, err
	}
	every := q.Scenario == "" && q.Scale != nil && len(c.loads) > 1
	if q.Scenario == "" && !every && len(c.loads) > 1 {
		return nil, nil, refuse("this run has several scenarios: say which one is to change: %s", c.names())
	}
	all = slices.Clone(c.loads)
	for i := range all {
		s := &all[i]
		if s.name != q.Scenario && !every && !(q.Scenario == "" && len(all) == 1) {
			continue
		}
		from := max(at, s.startAt)
		p, err := q.profile(s.profile, from-s.startAt)
		if every && errors.Is(err, ErrNotRunning) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		s.profile, s.startAt = p, from
		changed = append(changed, *s)
	}
	switch {
	case len(changed) > 0:
		return all, changed, nil
	case every:
		return nil, nil, ErrNotRunning
	case len(all) == 1 && all[0].name == "":
		return nil, nil, refuse("no scenario %q in this run: it has one load, without a name", q.Scenario)
	}
	return nil, nil, refuse("no scenario %q in this run; there are: %s", q.Scenario, c.names())
}

// names are the scenarios, for people.
func (c *changes) names() string {
	var names []string
	for _, s := range c.loads {
		names = append(names, s.name)
	}
	return strings.Join(names, ", ")
}

func (q *ChangeRequest) validate() error {
	kinds := 0
	for _, set := range []bool{q.Users != nil, q.Rate != nil, q.Scale != nil, q.Stages != nil} {
		if set {
			kinds++
		}
	}
	bad := func(x *float64, most float64) bool { return x != nil && !(*x >= 0 && *x <= most) }
	switch {
	case kinds > 1:
		return refuse("users, rate, scale and stages exclude each other")
	case kinds == 0 && q.Duration == nil:
		return refuse("nothing to change: give users, rate, scale, stages or duration")
	case q.SpawnRate != nil && q.Users == nil && q.Rate == nil:
		return refuse("spawn_rate needs users or rate")
	case q.Users != nil && (*q.Users < 0 || *q.Users > 1e9), bad(q.Rate, maxRate), bad(q.Scale, 1e6):
		return refuse("a level must be a number from 0 up, within reason")
	case q.SpawnRate != nil && !(*q.SpawnRate > 0 && *q.SpawnRate <= 1e9):
		return refuse("spawn_rate must be above 0")
	case q.Duration != nil && (*q.Duration <= 0 || *q.Duration > maxLength):
		return refuse("duration must be above 0 and at most a year")
	case len(q.Stages) > maxStages:
		return refuse("%d stages are more than %d", len(q.Stages), maxStages)
	}
	for i, s := range q.Stages {
		last := i == len(q.Stages)-1
		if !(s.Target >= 0 && s.Target <= 1e9) || s.Duration < 0 || s.Duration > maxLength || s.Duration == 0 && !last {
			return refuse("stages[%d]: a target from 0 up and a duration above 0", i)
		}
	}
	return nil
}

// last is the level that p ends with.
func last(p load.Profile) float64 {
	if n := len(p.Stages); n > 0 {
		return p.Stages[n-1].Target
	}
	return p.Begin
}
