package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/plan"
)

// checkCommand validates plans.
type checkCommand struct {
	*process
	overrideFlags
	Environment string
	Plans       []string
}

func newCheck(p *process) *cobra.Command {
	c := &checkCommand{process: p}
	cmd := command{
		use: "check PLAN…", short: "Check plans and the files they name, and print every problem with its place",
		example: "locust-http check plans/*.yaml",
		args:    cobra.MinimumNArgs(1),
		take:    func(args []string) { c.Plans = args },
		run:     c.Run,
	}.cobra()
	c.bindRequests(cmd.Flags())
	cmd.Flags().StringVar(&c.Environment, "env", "", "`NAME` of the environment that the plans are for")
	return cmd
}

// Run checks all plans, also after a bad one.
func (c *checkCommand) Run(ctx context.Context) error {
	overrides, err := c.overrides()
	if err != nil {
		return err
	}
	bad := 0
	for _, path := range c.Plans {
		switch err := c.check(ctx, path, overrides); {
		case errors.Is(err, errBadPlan):
			bad++
		case err != nil:
			c.complain(err)
			bad++
		default:
			fmt.Fprintf(c.out, "%s: ok\n", path)
		}
	}
	if bad > 0 {
		return exit(codeUsage)
	}
	return nil
}

// errBadPlan is a plan whose problems have been printed.
var errBadPlan = errors.New("the plan has problems")

func (c *checkCommand) check(ctx context.Context, path string, o load.Overrides) error {
	text, err := readPlan(path)
	if err != nil {
		return err
	}
	dir, err := workspace.Find(path)
	if err != nil {
		return err
	}
	w, err := workspace.Open(dir, master.PrivateFolder)
	if err != nil {
		return err
	}
	defer w.Close()
	if c.Environment != "" {
		e, problems, err := w.Environment(c.Environment)
		if err != nil {
			return usage("", "--env: %w", err)
		}
		if c.print(problems) {
			return errBadPlan
		}
		o.Environment = e
	}
	p, problems := plan.DecodeWith(path, text, o)
	if c.print(problems) {
		return errBadPlan
	}
	program, err := compiled(p)
	if err != nil {
		return err
	}
	if _, issues := w.ResolveProgram(ctx, program, nil); c.print(plan.Place(path, text, issues)) {
		return errBadPlan
	}
	return nil
}

// print shows problems, and says whether one is not just a warning.
func (c *checkCommand) print(problems plan.Problems) (bad bool) {
	if len(problems) > 0 {
		problems.Format(c.out, c.style(c.out).Colour)
	}
	return problems.Err() != nil
}
