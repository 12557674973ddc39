package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/export"
	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker"
)

// sendCommand plays a transaction once and shows all that went over the wire.
type sendCommand struct {
	*process
	planFlags
	Transaction string
	All         bool
	Master      string
	TokenFile   string
	Worker      string
	Out         []string
	Quiet       bool
	Full        bool
}

func newSend(p *process) *cobra.Command {
	c := &sendCommand{process: p}
	cmd := command{
		use: "send PLAN", short: "Send one transaction once and print the exchange",
		example: "locust-http send shop.yaml --transaction buy",
		args:    cobra.ExactArgs(1),
		take:    func(args []string) { c.Plan = args[0] },
		run:     c.Run,
	}.cobra()
	f := cmd.Flags()
	f.StringVar(&c.Transaction, "transaction", "", "`NAME` of the transaction (default: the first)")
	f.BoolVar(&c.All, "all", false, "every transaction, in order")
	c.bindRequests(f)
	c.planFlags.bind(f)
	f.StringVar(&c.Master, "master", "", "`URL` of a master: send from a worker of its fleet instead of this machine")
	f.StringVar(&c.TokenFile, "token-file", "", "`FILE` with the master's token")
	f.StringVar(&c.Worker, "worker", "", "`ID` of the worker that sends; with --master (default: any)")
	f.StringArrayVar(&c.Out, "out", nil, "write the exchange to `FILE`: .json, or .xml (JUnit, a test case per step); repeatable")
	f.BoolVar(&c.Full, "full", false, "print bodies whole, not just their beginning")
	f.BoolVar(&c.Quiet, "quiet", false, "print one line for each step, and in full only what failed")
	return cmd
}

// Run sends, prints the exchange and returns an error of code 3 when a step failed.
func (c *sendCommand) Run(ctx context.Context) error {
	if err := c.validate(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	q, err := c.prepare(ctx, c.process, c.Master == "")
	if err != nil {
		return c.interrupted(ctx, err)
	}
	defer q.close()
	var x *load.ExchangeResult
	if c.Master != "" {
		x, err = c.sendFromMaster(ctx, q)
	} else {
		x, err = c.sendHere(ctx, q)
	}
	if err != nil {
		return c.interrupted(ctx, err)
	}
	return c.conclude(x)
}

func (c *sendCommand) validate() error {
	switch {
	case c.All && c.Transaction != "":
		return usage("", "--all and --transaction exclude each other")
	case c.Master == "" && c.TokenFile != "":
		return usage("the token is the master's: give --master", "--token-file without --master")
	case c.Master == "" && c.Worker != "":
		return usage("workers are those of a master: give --master", "--worker without --master")
	}
	for _, path := range c.Out {
		if err := export.CheckExchange(path); err != nil {
			return usage("for example: --out exchange.json", "--out: %w", err)
		}
	}
	return nil
}

// interrupted is err, or the exit code of Ctrl-C if that is why.
func (c *sendCommand) interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return exit(codeInterrupted)
	}
	return err
}

// sendHere sends from an engine of this machine.
func (c *sendCommand) sendHere(ctx context.Context, q *prepared) (*load.ExchangeResult, error) {
	cache, err := q.cache()
	if err != nil {
		return nil, err
	}
	if cache != nil {
		defer cache.Close()
	}
	text, err := plan.Encode(q.plan)
	if err != nil {
		return nil, fmt.Errorf("encode plan: %w", err)
	}
	d := worker.NewDaemon(worker.Config{Start: newEngines(c.err).start, Files: cache, Log: logTo(c.err, slog.LevelWarn)})
	defer d.Close()
	if err := q.store(ctx, d); err != nil {
		return nil, err
	}
	x, err := d.SendOnce(ctx, load.SendRequest{
		Plan: text, Transaction: c.Transaction, All: c.All, Env: q.env, Seed: seedOf(q.plan),
		Secrets: q.secrets, Files: q.files.List(),
	})
	var bad *load.PlanError
	if errors.As(err, &bad) {
		return nil, usage("", "%w", err)
	}
	if err != nil {
		return nil, err
	}
	result := x.Result()
	return &result, nil
}

// store brings the plan's files to a worker of this process.
func (q *prepared) store(ctx context.Context, to load.Depot) error {
	list := q.files.List()
	if len(list) == 0 {
		return nil
	}
	missing, err := to.Missing(ctx, list)
	if err != nil {
		return err
	}
	for _, f := range missing {
		content, err := q.files.Open(f)
		if err != nil {
			return err
		}
		err = to.Store(ctx, f, content)
		content.Close()
		if err != nil {
			return fmt.Errorf("keep %s: %w", f.Path, err)
		}
	}
	return nil
}

// sendFromMaster sends from a worker of a master's fleet.
func (c *sendCommand) sendFromMaster(ctx context.Context, q *prepared) (*load.ExchangeResult, error) {
	token, err := readToken(c.TokenFile)
	if err != nil {
		return nil, err
	}
	a, err := newAPI(c.Master, token)
	if err != nil {
		return nil, err
	}
	if err := q.upload(ctx, a, c.screen().Note); err != nil {
		return nil, startFailure(err)
	}
	var x load.ExchangeResult
	order := master.SendOnce{Order: q.order(), Transaction: c.Transaction, All: c.All, Worker: c.Worker}
	if err := a.call(ctx, http.MethodPost, "/send", order, &x); err != nil {
		return nil, startFailure(err)
	}
	return &x, nil
}

// conclude prints the exchange, writes the files, and turns the outcome into the exit
// code.
func (c *sendCommand) conclude(x *load.ExchangeResult) error {
	c.sheet().Exchange(x, terminal.ExchangeOptions{Full: c.Full, Brief: c.Quiet})
	code := codeOK
	if !x.OK {
		code = codeThreshold
	}
	for _, path := range c.Out {
		if err := export.ExchangeFile(path, c.Plan, x); err != nil {
			c.complain(err)
			return exit(codeBroken)
		}
		fmt.Fprintln(c.err, "wrote "+terminal.Safe(path))
	}
	return exit(code)
}
