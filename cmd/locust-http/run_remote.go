package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/run"
)

const (
	poll = 500 * time.Millisecond
	// patience is how long a master may be out of reach before its run is given up
	// here; the run itself goes on.
	patience = 30 * time.Second
)

// runOnMaster starts the run on a master's fleet and follows it.
func (c *runCommand) runOnMaster(ctx context.Context, in *interrupts) error {
	ctx, kill := context.WithCancel(ctx)
	defer kill()
	a, err := c.client()
	if err != nil {
		return err
	}
	screen := c.screen()
	var order master.StartRun
	err = in.during(ctx, notBegun, func(ctx context.Context) (err error) {
		order, err = c.deliver(ctx, a)
		return err
	})
	if err != nil {
		return err
	}
	var id string
	note := func() { screen.Note("stopping once the master has answered; press Ctrl-C again to give up") }
	err = in.duringOrder(ctx, "interrupted; the master may have begun the run", note, func(ctx context.Context) (err error) {
		id, err = a.start(ctx, order)
		return err
	})
	if err != nil {
		return startFailure(err)
	}
	r := followRemote(ctx, a, id, screen.Note)
	defer r.close()
	interrupted := follow(r, screen, c.Quiet, in, kill)
	result, err := r.Result()
	if err != nil {
		return err
	}
	return c.conclude(result, c.Out, interrupted)
}

// deliver brings the plan's files to the master and says what it is asked to run.
func (c *runCommand) deliver(ctx context.Context, a *api) (master.StartRun, error) {
	labels, err := pairs("label", c.Labels)
	if err != nil {
		return master.StartRun{}, err
	}
	q, err := c.prepare(ctx, c.process, false)
	if err != nil {
		return master.StartRun{}, err
	}
	defer q.close()
	if err := q.upload(ctx, a); err != nil {
		return master.StartRun{}, startFailure(err)
	}
	return master.StartRun{
		Order: q.order(), Name: c.Name, Note: c.Note, Owner: ownerName(),
		Workers: master.WorkerChoice{Count: c.Workers, Labels: labels},
	}, nil
}

// remoteRun is a run on a master. One goroutine asks how it stands.
type remoteRun struct {
	api  *api
	path string
	note func(string)    // for people
	ctx  context.Context // of the polling
	done chan struct{}
	wg   sync.WaitGroup

	mu   sync.Mutex // guards what follows
	live run.Live
	lost error // why the run is out of reach
}

// start orders a run and returns its id.
func (a *api) start(ctx context.Context, order master.StartRun) (id string, err error) {
	var started struct {
		ID string `json:"id"`
	}
	err = a.call(ctx, http.MethodPost, "/runs", order, &started)
	return started.ID, err
}

// followRemote begins to follow a run; note is told when the master gets out of reach.
func followRemote(ctx context.Context, a *api, id string, note func(string)) *remoteRun {
	r := &remoteRun{api: a, path: "/runs/" + url.PathEscape(id), note: note, ctx: ctx, done: make(chan struct{})}
	r.live.State = load.StateQueued
	r.wg.Go(r.follow)
	return r
}

// startRemote orders a run and begins to follow it.
func startRemote(ctx context.Context, a *api, order master.StartRun, note func(string)) (*remoteRun, error) {
	id, err := a.start(ctx, order)
	if err != nil {
		return nil, err
	}
	return followRemote(ctx, a, id, note), nil
}

// close waits for what was started; the context must have ended, or the run.
func (r *remoteRun) close() { r.wg.Wait() }

// follow asks until the run has ended or the master is out of reach for too long.
func (r *remoteRun) follow() {
	defer close(r.done)
	tick := time.NewTicker(poll)
	defer tick.Stop()
	heard, silent := time.Now(), false
	for {
		var live run.Live
		err := r.api.call(r.ctx, http.MethodGet, r.path+"/live", nil, &live)
		var refused *apiError
		switch {
		case err == nil:
			if silent {
				r.note("the master answers again")
			}
			heard, silent = time.Now(), false
			r.keep(live, nil)
		case errors.As(err, &refused) && refused.Status < 500:
			r.keep(r.now(), err)
			return
		case time.Since(heard) > patience:
			r.keep(r.now(), fmt.Errorf("given up after %v; the run is %s%s: %w", patience, r.api.base, r.path, err))
			return
		case !silent && r.ctx.Err() == nil:
			silent = true
			r.note(fmt.Sprintf("%v; trying again for %v, the load goes on", err, patience))
		}
		if live.State.Terminal() {
			return
		}
		select {
		case <-tick.C:
		case <-r.ctx.Done():
			r.keep(r.now(), r.ctx.Err())
			return
		}
	}
}

func (r *remoteRun) keep(live run.Live, lost error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.live, r.lost = live, lost
}

func (r *remoteRun) now() run.Live {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.live
}

func (r *remoteRun) Progress() terminal.Progress { return progressOf(r.now()) }
func (r *remoteRun) Done() <-chan struct{}       { return r.done }

// Stop tells the master, and tries again until it has heard or the run is over.
func (r *remoteRun) Stop(now bool) {
	r.wg.Go(func() {
		for {
			err := r.api.call(r.ctx, http.MethodPost, r.path+"/stop", master.StopRun{Now: now}, nil)
			var answered *apiError
			if err == nil || errors.As(err, &answered) {
				return
			}
			select {
			case <-time.After(poll):
			case <-r.done:
				return
			}
		}
	})
}

// Result is what the master has of the run, also while it goes on.
func (r *remoteRun) Result() (*load.Result, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), apiTimeout)
	defer cancel()
	var result load.Result
	if err := r.api.call(ctx, http.MethodGet, r.path, nil, &result); err != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.lost != nil {
			err = r.lost // the first is why
		}
		return nil, err
	}
	return &result, nil
}
