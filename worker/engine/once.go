package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/worker/send"
)

// Bounds of what Send once keeps. Beyond them steps are played and not shown.
const (
	maxShownBody   = 5 << 20  // bytes of one body
	maxShownBodies = 32 << 20 // bytes of all bodies
	maxShownSteps  = 1_000
	maxShownChecks = 4 << 20 // bytes of what all checks of scripts say
	maxShownVars   = 4 << 20 // bytes of all variables that steps have changed
)

// late is what is said of what there was no more time for.
const late = "it takes too long, and was ended here"

// answerTime is what is left of the time of Send once, where its caller has set one, for
// the answer: what was played until then is shown, too.
const answerTime = 5 * time.Second

// watcher notes everything one user does, for Send once. The user's goroutine owns it.
type watcher struct {
	transaction  string
	steps        []load.StepExchange
	open         []openStep         // that are played now: requests of scripts are within others
	scriptChecks []load.CheckResult // made while no step was played
	unseen       int                // steps over the bound
	room         int                // for bodies, in bytes
	words        int                // for checks of scripts, in bytes
	unnoted      int                // checks of scripts over the bounds
}

// openStep is a step that is played.
type openStep struct {
	at     int                   // in steps; -1: it is not shown
	hidden *load.StepExchange    // that one
	before []load.Value          // variables before it, by slot
	own    map[string]load.Value // those that only scripts know
}

func newWatcher() *watcher {
	return &watcher{room: maxShownBodies, words: maxShownChecks}
}

func (w *watcher) begin(u *user, s *step) {
	o := openStep{at: len(w.steps), before: slices.Clone(u.scope.Vars)}
	if u.lua != nil {
		o.own = maps.Clone(u.lua.extra)
	}
	shown := load.StepExchange{Transaction: w.transaction, Step: s.plan.Name}
	switch {
	case len(w.steps) < maxShownSteps:
		w.steps = append(w.steps, shown)
	case len(w.open) > 0: // the step that it is within stays
		w.unseen++
		o.at, o.hidden = -1, &shown
	default:
		w.unseen++
		o.at = maxShownSteps - 1
		w.steps[o.at] = shown // the last one that is shown is the last one played
	}
	w.open = append(w.open, o)
}

// now is the step that is played, the innermost one.
func (w *watcher) now() *load.StepExchange {
	o := &w.open[len(w.open)-1]
	if o.hidden != nil {
		return o.hidden
	}
	return &w.steps[o.at]
}

// depth is how many steps are played, one within another; cut ends those beyond it.
func (w *watcher) depth() int {
	if w == nil {
		return 0
	}
	return len(w.open)
}

func (w *watcher) cut(depth int) {
	if w != nil && len(w.open) > depth {
		clear(w.open[depth:])
		w.open = w.open[:depth]
	}
}

// note notes a check that a script made.
func (w *watcher) note(c load.CheckResult) {
	const each = 32 // what one takes beside its texts
	list := &w.scriptChecks
	if len(w.open) > 0 {
		list = &w.now().Checks
	}
	size := each + min(len(c.Rule), load.MaxMessage) + len(c.Actual) + len(c.Place)
	if len(*list) >= maxShownSteps || size > w.words {
		w.unnoted++
		return
	}
	w.words -= size
	*list = append(*list, c)
}

// detach takes the step that is played out of sight: what comes is no part of it, until
// attach says that it is again.
func (w *watcher) detach() openStep {
	n := len(w.open) - 1
	o := w.open[n]
	w.open = w.open[:n]
	return o
}

func (w *watcher) attach(o openStep) { w.open = append(w.open, o) }

// skip ends a step that a script skipped.
func (w *watcher) skip(u *user, reason string) {
	w.now().Skipped = reason
	w.finish(u, failure{}, 0)
}

// loose shows what the script of a whole transaction, or of a part of the lifecycle,
// checked or did wrong outside of any request.
func (w *watcher) loose(u *user, s *step, f failure) {
	if len(w.scriptChecks) == 0 && f.class == "" {
		return
	}
	w.begin(u, s)
	w.now().Checks = w.scriptChecks
	w.scriptChecks = nil
	w.finish(u, f, 0)
}

// vouch shows that a transaction was played where nothing else says so, and that it was
// cut off where none of its steps was. before is how many steps were shown before it.
func (w *watcher) vouch(u *user, transaction string, before int, p *played) {
	seen := len(w.steps) > before || before == maxShownSteps
	if len(w.open) > 0 || seen && !p.interrupted {
		return
	}
	w.begin(u, &step{plan: &plan.Step{Name: transaction}})
	if p.interrupted {
		w.giveUp(u, late)
		return
	}
	w.finish(u, failure{}, p.latency())
}

func (w *watcher) attempt(x *send.Exchange, o send.Outcome) {
	a := x.Record(o, min(maxShownBody, w.room))
	w.room -= len(a.RequestBody) + len(a.ResponseBody)
	w.room = max(w.room, 0)
	s := w.now()
	s.Attempts = append(s.Attempts, a)
}

func (w *watcher) extract(e *plan.Extractor, v load.Value) {
	s := w.now()
	s.Extracts = append(s.Extracts, load.ExtractResult{Name: e.Name, Found: v.Kind != load.Unset, Value: v})
}

func (w *watcher) check(c *plan.Check, ok bool, actual string) {
	s := w.now()
	s.Checks = append(s.Checks, load.CheckResult{Rule: c.Rule, OK: ok, Warn: c.Warn, Actual: actual})
}

func (w *watcher) finish(u *user, f failure, latency time.Duration) {
	s := w.now()
	s.OK = f.class == ""
	s.Class, s.Message, s.Place, s.Stack = f.class, f.message, f.place, f.stack
	s.Latency = latency
	s.Changed = make(map[string]load.Value)
	o := &w.open[len(w.open)-1]
	for slot, value := range u.scope.Vars {
		if value != o.before[slot] {
			s.Changed[u.run.program.Vars[slot]] = value
		}
	}
	if u.lua != nil {
		for name, value := range u.lua.extra {
			if value != o.own[name] {
				s.Changed[name] = value
			}
		}
	}
	w.open = w.open[:len(w.open)-1]
}

// giveUp ends the steps that are played when there is no more time.
func (w *watcher) giveUp(u *user, message string) {
	for len(w.open) > 0 {
		s := w.now()
		var spent time.Duration
		for i := range s.Attempts {
			spent += s.Attempts[i].Timing.Total
		}
		w.finish(u, failure{message: message}, spent)
		s.OK = false
	}
}

// SendOnce plays setup, user_start and the transaction once, as one user, and returns
// every exchange. Where the deadline of ctx comes before the end, it returns what there was
// until shortly before it.
func (e *Engine) SendOnce(ctx context.Context, req load.SendRequest) (*load.Exchange, error) {
	program, err := compile(req.Plan)
	if err != nil {
		return nil, err
	}
	chosen, err := choose(program, req)
	if err != nil {
		return nil, err
	}
	job := load.Job{
		Run: "send", Of: 1, Seed: req.Seed, Env: req.Env, Worker: "send",
		Secrets: req.Secrets, Files: req.Files, Dir: req.Dir, Scripts: req.Scripts, Environment: req.Environment,
	}
	r, err := newRun(job, program)
	if err != nil {
		return nil, &load.PlanError{Message: err.Error()}
	}
	defer r.close()
	start := time.Now()
	play, end := untilAnswer(ctx)
	defer end()
	defer context.AfterFunc(play, r.wire.client.Interrupt)()

	u := r.newUser(1, nil)
	defer func() { u.conns.Close() }()
	u.watch = newWatcher()
	u.over[0] = play.Done()
	u.kit = newKit()
	out, err := u.once(chosen, play)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); errors.Is(err, context.Canceled) {
		return nil, fmt.Errorf("send once: %w", err)
	}
	out.Duration = time.Since(start)
	return out, nil
}

// untilAnswer is ctx with a deadline that leaves time for the answer.
func untilAnswer(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-min(answerTime, time.Until(deadline)/4)))
}

func choose(p *plan.Program, req load.SendRequest) ([]*plan.Transaction, error) {
	if req.All {
		return p.Transactions, nil
	}
	for _, t := range p.Transactions {
		if req.Transaction == "" || t.Name == req.Transaction {
			return []*plan.Transaction{t}, nil
		}
	}
	return nil, &load.PlanError{Message: fmt.Sprintf("no transaction %q in the plan", req.Transaction)}
}

// once plays the chosen transactions after what must come before them. What failed
// before keeps the transactions from being played. When play ends what is going on is cut
// off, and nothing more begins.
func (u *user) once(chosen []*plan.Transaction, play context.Context) (*load.Exchange, error) {
	r := u.run
	b := r.binder()
	lists, scripts := [][]*plan.Step{r.program.Setup, r.program.UserStart}, []string(nil)
	bound := make([]*transaction, len(chosen))
	for i, t := range chosen {
		var err error
		if bound[i], err = b.transaction(t, ""); err != nil {
			return nil, &load.PlanError{Message: err.Error()}
		}
		lists, scripts = append(lists, t.Steps), append(scripts, scriptPath(t))
	}
	if err := u.supplyOnce(b.uses(load.RowPerUser, scripts, lists...)); err != nil {
		return nil, err
	}
	out := &load.Exchange{OK: true}
	cut := false // something was, or was not come to
	for _, ph := range []struct {
		name string
		phase
	}{{load.SetupName, r.life.setup}, {load.UserStartName, r.life.userStart}} {
		cut = cut || play.Err() != nil && !ph.empty()
		if !out.OK || cut {
			break
		}
		p, err := u.watched(out, ph.name, ph.data, func() played { return u.part(&ph.phase) })
		if err != nil {
			return nil, err
		}
		cut = p.interrupted && play.Err() != nil
		if ph.hook == scripting.Setup {
			r.begin(u.vars()) // what it has made reaches scripts as vars
		}
	}
	out.Before = u.maskedVariables()
	for i, t := range bound {
		cut = cut || play.Err() != nil
		if cut || i == 0 && !out.OK {
			break
		}
		u.turns++
		u.scope.Iteration = u.turns
		shown := len(u.watch.steps)
		p, err := u.watched(out, t.plan.Name, t.data, func() played { return u.body(t) })
		if err != nil {
			return nil, err
		}
		u.watch.vouch(u, t.plan.Name, shown, &p)
		cut = p.interrupted && play.Err() != nil
	}
	if cut {
		out.OK = false
		u.watch.giveUp(u, late)
		r.log("error", late)
	}
	if n := u.watch.unseen; n > 0 {
		r.log("warn", fmt.Sprintf("%d more steps were played than are shown", n))
	}
	if n := u.watch.unnoted; n > 0 {
		r.log("warn", fmt.Sprintf("%d more checks were made than are shown", n))
	}
	out.Steps, out.Vars, out.Log = u.watch.masked(r.mask), u.maskedVariables(), r.logs.take()
	return out, nil
}

// supplyOnce takes rows. One worker has all rows: there is nobody to wait for.
func (u *user) supplyOnce(wanted []int) error {
	if got, s := u.takeRows(wanted); got != supplied {
		return &load.PlanError{Message: fmt.Sprintf("data %s has no row left", s.spec.Name)}
	}
	return nil
}

// watched plays a transaction or a part of the lifecycle and notes whether it failed.
func (u *user) watched(out *load.Exchange, name string, data []int, play func() played) (played, error) {
	u.dropRows(data)
	if err := u.supplyOnce(data); err != nil {
		return played{}, err
	}
	u.watch.transaction = name
	p := play()
	out.OK = !p.failed && out.OK
	return p, nil
}

func (u *user) maskedVariables() map[string]load.Value { return u.run.mask.vars(u.variables(), 0) }

// masked is the steps without the values of secrets. Headers are shown: whoever sends
// once wants to see what was sent.
func (w *watcher) masked(m *masker) []load.StepExchange {
	room := maxShownVars
	for i := range w.steps {
		s := &w.steps[i]
		s.Step, s.Skipped = load.Clip(s.Step, load.MaxRowName), m.short(s.Skipped, load.MaxMessage)
		s.Message, s.Stack = m.short(s.Message, 4*load.MaxMessage), m.text(s.Stack)
		for name, v := range m.vars(s.Changed, max(room, 1)) {
			room -= len(name) + len(v.Text)
		}
		for j := range s.Attempts {
			m.attempt(&s.Attempts[j], false)
		}
		for j := range s.Extracts {
			s.Extracts[j].Value = m.value(s.Extracts[j].Value)
		}
		for j := range s.Checks {
			s.Checks[j].Rule, s.Checks[j].Actual = m.short(s.Checks[j].Rule, load.MaxMessage), m.text(s.Checks[j].Actual)
		}
	}
	return w.steps
}
