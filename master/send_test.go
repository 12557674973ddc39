package master_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/run/runtest"
)

func TestSendOnce(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		workers[1].onSend = func(_ context.Context, req load.SendRequest) (*load.Exchange, error) {
			return &load.Exchange{Steps: []load.StepExchange{{
				Transaction: req.Transaction, Step: "list", Class: load.ClassStatus, Message: "got 500",
				Attempts: []load.Attempt{{Method: "GET", URL: "http://x/", Status: 500, ResponseBody: []byte("oops")}},
			}}}, nil
		}
		order := master.Order{Inline: json.RawMessage(body(shop)), Overrides: master.Overrides{BaseURL: "http://127.0.0.1:9"}}
		var x load.ExchangeResult
		h.want(200, &x, "POST", "/api/v1/send", body(master.SendOnce{Order: order, Transaction: "browse", Worker: "w1"}))
		if x.OK || x.Worker != "w1" || len(x.Steps) != 1 || x.Steps[0].Class != load.ClassStatus || x.Steps[0].Attempts[0].Response.Body != "oops" {
			t.Errorf("%+v", x)
		}
		if sent := workers[1].sent(); len(sent) != 1 || sent[0].Transaction != "browse" || !strings.Contains(string(sent[0].Plan), "127.0.0.1:9") {
			t.Errorf("%+v", sent)
		}
		// One that a run has can still be used, but a free one is preferred.
		h.want(201, nil, "POST", "/api/v1/runs", inline(shop, `, "workers": {"ids": ["w0"]}`))
		settle()
		h.want(200, &x, "POST", "/api/v1/send", body(master.SendOnce{Order: order, All: true}))
		if x.Worker != "w1" || !workers[1].sent()[1].All {
			t.Errorf("%+v", x)
		}
		workers[1].onSend = func(context.Context, load.SendRequest) (*load.Exchange, error) { return nil, load.ErrBusy }
		if h.want(200, &x, "POST", "/api/v1/send", body(master.SendOnce{Order: order})); x.Worker != "w0" {
			t.Errorf("the first was busy: %+v", x)
		}
		h.refused(503, "no_worker", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w1"}))
		workers[1].onSend = func(context.Context, load.SendRequest) (*load.Exchange, error) {
			return nil, &load.PlanError{Message: "there is no transaction x"}
		}
		h.refused(422, "bad_plan", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w1", Transaction: "x"}))
		workers[1].onSend = func(context.Context, load.SendRequest) (*load.Exchange, error) { return nil, errors.New("engine died") }
		h.refused(502, "worker", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w1"}))
		workers[1].onSend = func(context.Context, load.SendRequest) (*load.Exchange, error) {
			return nil, fmt.Errorf("send once: %w", context.DeadlineExceeded)
		}
		h.refused(504, "deadline", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w1"}))
		h.refused(422, "bad_plan", "POST", "/api/v1/send", inline("version: 1\nfoo: 2\n", ""))
		h.refused(400, "bad_workers", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w9"}))
		h.refused(503, "no_worker", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Labels: map[string]string{"site": "moon"}}))
	})
}

// TestSendIsGivenUp: on its deadline, and when the client goes; the worker is told.
func TestSendIsGivenUp(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		told := make(chan error, 1)
		workers[0].onSend = func(ctx context.Context, _ load.SendRequest) (*load.Exchange, error) {
			<-ctx.Done()
			told <- ctx.Err()
			return nil, ctx.Err()
		}
		order := inline(shop, `, "worker": "w0"`)
		began := time.Now()
		h.refused(504, "deadline", "POST", "/api/v1/send", order)
		if err := <-told; !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 2*time.Minute {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		ctx, leave := context.WithCancel(context.Background())
		served := make(chan struct{})
		go func() {
			defer close(served)
			r := httptest.NewRequest("POST", "http://localhost/api/v1/send", strings.NewReader(order)).WithContext(ctx)
			h.handler.ServeHTTP(httptest.NewRecorder(), r)
		}()
		for len(workers[0].sent()) < 2 {
			time.Sleep(time.Millisecond)
		}
		leave()
		if err := <-told; !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		<-served
	})
}

// TestSendOnTheMastersOwnEngine: where it is asked for, and unasked only where no worker is.
func TestSendOnTheMastersOwnEngine(t *testing.T) {
	for _, workers := range []bool{true, false} {
		own := new(runtest.Worker)
		change := func(c *master.Config) {
			c.Own = own
			if !workers {
				c.Registry = runtest.NewRegistry()
			}
		}
		inHouse(t, change, func(h *house) {
			var x load.ExchangeResult
			h.want(200, &x, "POST", "/api/v1/send", inline(shop, `, "worker": "master"`))
			if x.Worker != master.OwnEngine || !slices.Contains(own.Calls(), "send") {
				t.Errorf("asked for it: %+v, calls %v", x, own.Calls())
			}
			h.want(200, &x, "POST", "/api/v1/send", inline(shop, ""))
			if (x.Worker == master.OwnEngine) == workers {
				t.Errorf("unasked, workers are there: %v; sent by %q", workers, x.Worker)
			}
			h.refused(503, "no_worker", "POST", "/api/v1/send", inline(shop, `, "labels": {"site": "moon"}`))
		})
	}
}
