package engine

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/worker/record"
)

// Request is the request at hand.
func (l *lua) Request() scripting.Request {
	if c := l.top(); c.phase == noRequest {
		return nil
	}
	return &l.edit
}

// Response is the response at hand.
func (l *lua) Response() scripting.Response {
	c := l.top()
	if c.phase != answered {
		return nil
	}
	if c.reply != nil {
		return c.reply
	}
	return &l.live
}

// Who is the user.
func (l *lua) Who() scripting.Who {
	u := l.u
	w := scripting.Who{ID: u.scope.User, Iteration: u.scope.Iteration, Worker: u.scope.Worker}
	if u.scene != nil {
		w.Scenario = u.scene.name
	}
	return w
}

// Var is a variable of the user.
func (l *lua) Var(name string) load.Value {
	s := &l.u.scope
	slot, ok := l.u.run.program.Slot(name)
	if !ok {
		if v, own := l.extra[name]; own {
			return v
		}
		return l.u.run.extra[name]
	}
	if v := s.Vars[slot]; v.Kind != load.Unset {
		return v
	}
	return s.Consts[slot]
}

// SetVar changes a variable of the user.
func (l *lua) SetVar(name string, v load.Value) {
	if slot, ok := l.u.run.program.Slot(name); ok {
		l.u.scope.Vars[slot] = v
		return
	}
	if l.extra == nil {
		l.extra = make(map[string]load.Value)
	}
	l.extra[name] = v
}

// VarNames lists the variables that are set.
func (l *lua) VarNames() []string {
	names := l.sharedNames()
	for slot, v := range l.u.scope.Vars {
		if v.Kind != load.Unset {
			names = append(names, l.u.run.program.Vars[slot])
		}
	}
	for name := range l.extra {
		names = append(names, name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(name string) bool { return l.Var(name).Kind == load.Unset })
}

// Shared is a variable of the plan, or one that setup has made: for setup and teardown what
// their user has, since they may be played where no other user ever was.
func (l *lua) Shared(name string) load.Value {
	r := l.u.run
	if l.u.scope.User == 0 {
		return l.Var(name)
	}
	slot, ok := r.program.Slot(name)
	if !ok {
		return r.extra[name]
	}
	if v := r.baseValue(slot); v.Kind != load.Unset {
		return v
	}
	return r.program.Consts[slot]
}

// baseValue is what every user begins with.
func (r *run) baseValue(slot int) load.Value {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.base[slot]
}

// SharedNames lists what Shared has.
func (l *lua) SharedNames() []string {
	if l.u.scope.User == 0 {
		return l.VarNames()
	}
	return l.sharedNames()
}

// sharedNames lists what all users begin with.
func (l *lua) sharedNames() []string {
	names := slices.Collect(maps.Keys(l.u.run.extra))
	for slot, name := range l.u.run.program.Vars {
		if l.u.run.program.Consts[slot].Kind != load.Unset || l.u.run.baseValue(slot).Kind != load.Unset {
			names = append(names, name)
		}
	}
	return names
}

// Row is a column of the user's row of a data source.
func (l *lua) Row(source, column string) (load.Value, error) {
	u := l.u
	for i := range u.run.program.Data {
		if u.run.program.Data[i].Source.Name != source {
			continue
		}
		at := slices.Index(u.run.columns[i], column)
		switch {
		case u.run.sources[i] == nil || !u.hasRow[i]:
			return load.Value{}, fmt.Errorf("no row of data %s is at hand here", source)
		case at < 0:
			return load.Value{}, fmt.Errorf("data %s has no column %q", source, load.Clip(column, 80))
		case at >= len(u.scope.Rows[i]):
			return load.Value{}, nil
		}
		return u.scope.Rows[i][at], nil
	}
	return load.Value{}, fmt.Errorf("the plan has no data %q", load.Clip(source, 80))
}

// Secret is a secret of the run.
func (l *lua) Secret(name string) (string, error) {
	if v, ok := l.u.run.job.Secrets[name]; ok {
		return v, nil
	}
	return "", fmt.Errorf("there is no secret %q", load.Clip(name, 80))
}

// Run is the run as of now.
func (l *lua) Run() scripting.Run {
	r := l.u.run
	out := scripting.Run{ID: r.job.Run, Elapsed: r.elapsed(), Environment: r.job.Environment}
	if sc := l.u.scene; sc != nil {
		out.Scenario, out.Stage = sc.name, sc.stage()
	}
	return out
}

// stage is the name of the stage that is on; empty: it has none.
func (sc *scene) stage() string {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	i, _ := sc.profile.StageAt(sc.run.elapsed() - sc.base)
	if i < 0 || i >= len(sc.profile.Stages) {
		return ""
	}
	return sc.profile.Stages[i].Name
}

// ShowsChecks is true in Send once, which shows the place of each.
func (l *lua) ShowsChecks() bool { return l.u.watch != nil }

// Check notes a check on what is at hand.
func (l *lua) Check(c scripting.Check) { l.check(l.top(), c) }

func (l *lua) check(on *call, c scripting.Check) {
	if w := l.u.watch; w != nil {
		w.note(load.CheckResult{Rule: c.Name, OK: c.OK, Actual: c.Detail, Place: c.Place})
	}
	if !c.OK {
		on.note(checkFailure(c))
	}
}

func checkFailure(c scripting.Check) failure {
	f := failure{class: load.ClassCheck, rule: c.Name, message: c.Name, place: c.Place}
	if c.Detail != "" {
		f.message += ": " + c.Detail
	}
	return f
}

// metrics are the trends that scripts have made, by name.
type metrics struct {
	known sync.Map
	told  sync.Once // that there are too many
}

// Metric adds to a trend. What is too much for a run is said once.
func (l *lua) Metric(name string, value float64) error {
	r := l.u.run
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("metric %s: %v is no number that can be counted", name, value)
	}
	if l.u.watch != nil {
		r.logs.script("metric", r.job.Worker, "", fmt.Sprintf("%s = %v", r.mask.text(name), value), r.lines())
	}
	m, ok := r.metrics.known.Load(name)
	if !ok {
		shown := r.mask.text(name)
		if err := load.CheckMetricName(shown); err != nil {
			return err
		}
		made, room := r.rec.Metric(shown)
		if !room {
			r.metrics.told.Do(func() {
				r.log("warn", fmt.Sprintf("metric %s and others are not kept: a run has at most %d", shown, load.MaxMetrics))
			})
			return nil
		}
		m, _ = r.metrics.known.LoadOrStore(name, made)
	}
	m.(*record.Metric).Add(value)
	return nil
}

// Log is a line of a script.
func (l *lua) Log(level, place, message string) {
	r := l.u.run
	r.logs.script(level, r.job.Worker, place, r.mask.text(message), r.lines())
}

// linesPerSecond is how many lines scripts of a run may log in a second; more are counted.
const linesPerSecond = 100

// lines is this worker's part of linesPerSecond; Send once shows more.
func (r *run) lines() int {
	if r.reporter == nil {
		return maxShownSteps
	}
	return max(1, linesPerSecond/max(1, r.job.Of))
}

// StopRun ends the run everywhere.
func (l *lua) StopRun(reason string) {
	said := load.Clip(l.u.run.mask.text(reason), maxRule)
	l.u.run.abort(load.Reason{Code: load.WhyScriptStopped, Params: load.Params{"said": said}, Text: "a script stopped the run: " + said})
	l.u.leaving.Store(true)
}

// Retire makes the user leave for good after what it is doing.
func (l *lua) Retire() {
	if l.u.scene != nil {
		l.u.scene.retire(l.u)
	} else {
		l.u.leaving.Store(true)
	}
}
