package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/send"
)

// maxShownBody is how much of a response body Send once keeps.
const maxShownBody = 5 << 20

// watcher notes everything one user does, for Send once. The user's goroutine owns it.
type watcher struct {
	transaction string
	steps       []load.StepExchange
}

func (w *watcher) begin(s *step) {
	w.steps = append(w.steps, load.StepExchange{Transaction: w.transaction, Step: s.plan.Name})
}

func (w *watcher) now() *load.StepExchange { return &w.steps[len(w.steps)-1] }

func (w *watcher) attempt(x *send.Exchange, o send.Outcome) {
	s := w.now()
	s.Attempts = append(s.Attempts, x.Record(o, maxShownBody))
}

func (w *watcher) extract(e *plan.Extractor, v load.Value) {
	s := w.now()
	s.Extracts = append(s.Extracts, load.ExtractResult{Name: e.Name, Found: v.Kind != load.Unset, Value: v})
}

func (w *watcher) check(c *plan.Check, ok bool, actual string) {
	s := w.now()
	s.Checks = append(s.Checks, load.CheckResult{Rule: c.Rule, OK: ok, Warn: c.Warn, Actual: actual})
}

func (w *watcher) finish(v verdict) {
	s := w.now()
	s.OK = !v.failed
	s.Class, s.Message = v.failure.class, v.failure.message
	s.Latency = v.end.Sub(v.start)
}

// SendOnce plays setup, user_start and the transaction once, as one user, and returns
// every exchange.
func (e *Engine) SendOnce(ctx context.Context, req load.SendRequest) (*load.Exchange, error) {
	program, err := compile(req.Plan)
	if err != nil {
		return nil, err
	}
	chosen, err := choose(program, req)
	if err != nil {
		return nil, err
	}
	job := load.Job{Run: "send", Of: 1, Seed: req.Seed, Env: req.Env, Worker: "send"}
	r, err := newRun(job, program)
	if err != nil {
		return nil, &load.PlanError{Message: err.Error()}
	}
	defer r.client.Close()
	defer r.after.Close()
	defer context.AfterFunc(ctx, r.client.Interrupt)()

	start := time.Now()
	u := r.newUser(1, nil)
	defer u.conns.Close()
	u.watch = &watcher{}
	u.over[0] = ctx.Done()
	u.kit = newKit()
	ok, err := u.once(chosen)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("send once: %w", err)
	}
	return &load.Exchange{
		Steps: u.watch.steps, Vars: u.vars().Values, Log: r.logs.take(),
		Duration: time.Since(start), OK: ok,
	}, nil
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

// once plays the chosen transactions after what must come before them; ok says that no step
// failed. What failed before keeps the transactions from being played.
func (u *user) once(chosen []*plan.Transaction) (ok bool, err error) {
	r := u.run
	bound := make([]*transaction, len(chosen))
	for i, t := range chosen {
		if bound[i], err = (binder{rec: r.rec}).transaction(t, ""); err != nil {
			return false, &load.PlanError{Message: err.Error()}
		}
	}
	ok = u.watched(load.SetupName, r.life.setup) && u.watched(load.UserStartName, r.life.userStart)
	if ok {
		for _, t := range bound {
			u.turns++
			u.scope.Iteration = u.turns
			ok = u.watched(t.plan.Name, t.steps) && ok
		}
	}
	return ok, nil
}

func (u *user) watched(name string, steps []*step) bool {
	u.watch.transaction = name
	return !u.steps(steps).failed
}
