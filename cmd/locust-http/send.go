package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

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
	masterFlags
	Transaction string
	All         bool
	Worker      string
	Out         []string
	Quiet       bool
	Full        bool
}

func newSend(p *process) *cobra.Command {
	c := &sendCommand{process: p}
	cmd := command{
		use: "send PLAN", short: "Send one transaction once and print the exchange",
		long: `What the transaction needs (setup, user_start) is sent before it. Exit codes: 0 all
steps passed · 1 could not send · 2 bad plan or bad usage, nothing sent · 3 a step
failed: a check, an extraction or the request itself · 130 interrupted.`,
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
	c.masterFlags.bind(f, "send from a worker of its fleet")
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
	in := listenForInterrupts()
	defer in.close()
	var x *load.ExchangeResult
	err := in.during(ctx, "interrupted", func(ctx context.Context) (err error) {
		x, err = c.send(ctx)
		return err
	})
	if err != nil {
		return err
	}
	return c.conclude(x)
}

func (c *sendCommand) validate() error {
	c.withoutLoad = true
	if c.All && c.Transaction != "" {
		return usage("leave one of them out", "--all and --transaction exclude each other")
	}
	if err := c.masterFlags.check(masterOnly{"worker", c.Worker != "", "workers are those of a master"}); err != nil {
		return err
	}
	for _, path := range c.Out {
		if err := export.CheckExchange(path); err != nil {
			return usage("for example: --out exchange.json", "--out: %w", err)
		}
	}
	return nil
}

func (c *sendCommand) send(ctx context.Context) (*load.ExchangeResult, error) {
	q, err := c.prepare(ctx, c.process, !c.remote())
	if err != nil {
		return nil, err
	}
	defer q.close()
	if err := c.known(q.plan); err != nil {
		return nil, err
	}
	if c.remote() {
		return c.sendFromMaster(ctx, q)
	}
	return c.sendHere(ctx, q)
}

// known refuses a transaction that the plan does not have.
func (c *sendCommand) known(p *load.Plan) error {
	names := make([]string, len(p.Transactions))
	for i := range p.Transactions {
		names[i] = p.Transactions[i].Name
	}
	if c.Transaction == "" || slices.Contains(names, c.Transaction) {
		return nil
	}
	hint := "one of " + strings.Join(names, ", ")
	if near := plan.Nearest(c.Transaction, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return usage(hint, "--transaction: the plan has no transaction %q", c.Transaction)
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
		Secrets: q.secrets, Scripts: q.scripts, Environment: q.flags.Environment, Files: q.files.List(),
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
	a, err := c.client()
	if err != nil {
		return nil, err
	}
	if err := q.upload(ctx, a); err != nil {
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
