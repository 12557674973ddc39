package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/plan"
)

// checkCommand validates plans.
type checkCommand struct {
	*process
	planFlags
	Plans []string
}

func newCheck(p *process) *cobra.Command {
	c := &checkCommand{process: p}
	cmd := command{
		use: "check PLAN…", short: "Check plans, the files they name, and environments: every problem with its place",
		long:    "Nothing is sent. Exit code 2 says that a plan has a problem; a warning is none.",
		example: "locust-http check plans/*.yaml --env stage",
		args:    cobra.MinimumNArgs(1),
		take:    func(args []string) { c.Plans = args },
		run:     c.Run,
	}.cobra()
	c.bindRequests(cmd.Flags())
	c.bindEnvironment(cmd.Flags())
	return cmd
}

// Run checks all plans, also after a bad one.
func (c *checkCommand) Run(ctx context.Context) error {
	if _, err := c.overrides(); err != nil {
		return err // of none of the plans
	}
	in := listenForInterrupts()
	defer in.close()
	return in.during(ctx, "interrupted", c.checkAll)
}

func (c *checkCommand) checkAll(ctx context.Context) error {
	bad := false
	for _, path := range c.Plans {
		if err := c.check(ctx, path); err != nil {
			if ctx.Err() != nil {
				return err
			}
			c.complain(err)
			bad = true
			continue
		}
		fmt.Fprintln(c.out, terminal.Safe(path)+": ok")
	}
	if bad {
		return exit(codeUsage)
	}
	return nil
}

func (c *checkCommand) check(ctx context.Context, path string) error {
	if isEnvironment(path) {
		return c.checkEnvironment(path)
	}
	flags := c.planFlags
	flags.Plan = path
	q := &prepared{flags: &flags, screen: c.screen(), show: func(ps plan.Problems) error { return c.show(c.out, ps) }}
	defer q.close()
	if err := q.read(); err != nil {
		return err
	}
	return q.resolve(ctx)
}

// isEnvironment says whether a file is an environment: by the folder it lies in.
func isEnvironment(path string) bool {
	whole, err := filepath.Abs(path)
	return err == nil && filepath.Base(filepath.Dir(whole)) == "environments"
}

func (c *checkCommand) checkEnvironment(path string) error {
	text, err := readPlan(path)
	if err != nil {
		return err
	}
	_, problems := plan.DecodeEnvironment(path, text)
	return c.show(c.out, problems)
}
