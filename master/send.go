package master

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/master/run"
)

// Bounds of Send once.
const (
	// sendLimit is how long one may take, from the order to the answer.
	sendLimit = 100 * time.Second
	// maxSends is how many go on at once; the next ones wait.
	maxSends = 16
)

// SendOnce is the body of POST /send: one transaction, or all, is played once on one
// worker, with setup and user_start as needed. The answer is a load.ExchangeResult; a
// request that failed is data in it. It needs no free worker: an engine of its own
// plays it.
type SendOnce struct {
	Order
	Transaction string            `json:"transaction,omitempty"` // empty: the first
	All         bool              `json:"all,omitempty"`         // every transaction, in order
	Worker      string            `json:"worker,omitempty"`      // id; empty: any, those without a run first; OwnEngine
	Labels      map[string]string `json:"labels,omitempty"`      // that the worker must have
}

// OwnEngine stands for the master itself among the workers that can send once; it does so
// unasked where no worker is there.
const OwnEngine = "master"

// sender is who can send once.
type sender struct {
	id     string
	worker load.Worker
}

func (m *Master) postSend(w http.ResponseWriter, r *http.Request) {
	var body SendOnce
	if !read(w, r, &body) {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), sendLimit)
	defer cancel()
	result, no := m.sendOnce(ctx, &body)
	switch {
	case r.Context().Err() != nil: // the client has gone
	case no != nil:
		no.write(w)
	default:
		answer(w, http.StatusOK, result)
	}
}

func (m *Master) sendOnce(ctx context.Context, s *SendOnce) (*load.ExchangeResult, *refusal) {
	d, no := m.draft(&s.Order)
	if no != nil {
		return nil, no
	}
	if no := d.refusal(); no != nil {
		return nil, no
	}
	workers, no := m.sendWorkers(s)
	if no != nil {
		return nil, no
	}
	if !acquire(ctx, m.sending) {
		return nil, refuseDeadline("all places for sending are taken")
	}
	defer release(m.sending)
	g, no := m.gather(d, &s.Order)
	if no != nil {
		return nil, no
	}
	defer m.discard(g)
	limited, cancel := context.WithTimeout(ctx, gatherWait)
	defer cancel()
	b, no, err := g.wait(limited)
	switch {
	case err != nil:
		return nil, refuseTime(g)
	case no != nil:
		return nil, no
	}
	return m.sendWith(ctx, s, d, b, workers)
}

// sendWorkers are the workers that may do it, the best first.
func (m *Master) sendWorkers(s *SendOnce) ([]sender, *refusal) {
	own := []sender{{OwnEngine, m.config.Own}}
	if s.Worker == OwnEngine && m.config.Own != nil {
		return own, nil
	}
	want := fleet.Want{Labels: s.Labels}
	if s.Worker != "" {
		want.IDs = []string{s.Worker}
		if len(m.fleet.Unknown(want.IDs)) > 0 {
			return nil, refuse(http.StatusBadRequest, "bad_workers", "GET /api/v1/workers lists them", "no such worker: %s", load.Clip(s.Worker, 200))
		}
	}
	var workers []sender
	for _, w := range m.fleet.Reachable(want) {
		workers = append(workers, sender{w.ID, w.Connection})
	}
	switch {
	case len(workers) > 0:
	case s.Worker == "" && len(s.Labels) == 0 && m.config.Own != nil:
		return own, nil
	default:
		return nil, refuse(http.StatusServiceUnavailable, "no_worker", "start one with locust-http worker", "no worker that fits is there")
	}
	return workers, nil
}

// sendWith tries the workers in turn until one is not too busy for it.
func (m *Master) sendWith(ctx context.Context, s *SendOnce, d *draft, b *bundle, workers []sender) (*load.ExchangeResult, *refusal) {
	req := load.SendRequest{
		Plan: d.encoded, Transaction: s.Transaction, All: s.All, Env: d.env, Seed: seedOf(d.plan), Secrets: d.secrets, Scripts: d.scripts, Environment: d.environment, Files: b.files,
	}
	var busy error
	for _, w := range workers {
		err := deliver(ctx, w.worker, b)
		var x *load.Exchange
		if err == nil {
			x, err = w.worker.SendOnce(ctx, req)
		}
		switch {
		case errors.Is(err, load.ErrBusy):
			busy = err
			continue
		case err != nil:
			return nil, refuseSend(ctx, w.id, d, err)
		}
		result := x.Result()
		result.Worker = w.id
		return &result, nil
	}
	return nil, refuse(http.StatusServiceUnavailable, "no_worker", "try again in a moment", "%s", d.masked(busy))
}

func refuseSend(ctx context.Context, worker string, d *draft, err error) *refusal {
	var bad *load.PlanError
	switch {
	case errors.As(err, &bad):
		return refuse(http.StatusUnprocessableEntity, "bad_plan", "", "the plan cannot run: %s", d.masked(bad))
	case ctx.Err() != nil:
		return refuseDeadline("worker " + worker + " has not come to the end of it")
	case errors.Is(err, context.DeadlineExceeded): // its own limit is shorter
		return refuse(http.StatusGatewayTimeout, "deadline", deadlineHint, "worker %s has not come to the end of it in time", worker)
	}
	return refuse(http.StatusBadGateway, "worker", "", "worker %s: %s", worker, d.masked(err))
}

const deadlineHint = "give the requests a shorter timeout, or send fewer transactions"

func refuseDeadline(what string) *refusal {
	return refuse(http.StatusGatewayTimeout, "deadline", deadlineHint, "given up after %v: %s", sendLimit, what)
}

// deliver stores with a worker the files that it does not have.
func deliver(ctx context.Context, c load.Worker, b *bundle) error {
	if len(b.files) == 0 {
		return nil
	}
	depot, ok := c.(load.Depot)
	if !ok {
		return errNoDepot
	}
	files := run.Delivery{Files: b.files, Open: b.open}
	return files.To(ctx, depot)
}
