package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/plan"
)

// checkCommand validates plans.
type checkCommand struct {
	*process
	Plans []string
}

func newCheck(p *process) *cobra.Command {
	c := &checkCommand{process: p}
	return command{
		use: "check PLAN…", short: "Check plans and print every problem with its place",
		example: "locust-http check plans/*.yaml",
		args:    cobra.MinimumNArgs(1),
		take:    func(args []string) { c.Plans = args },
		run:     c.Run,
	}.cobra()
}

// Run checks all plans, also after a bad one.
func (c *checkCommand) Run(context.Context) error {
	bad := 0
	for _, path := range c.Plans {
		text, err := readPlan(path)
		if err != nil {
			c.complain(err)
			bad++
			continue
		}
		_, problems := plan.Decode(path, text)
		if len(problems) > 0 {
			problems.Format(c.out, c.style(c.out).Colour)
		}
		if problems.Err() != nil {
			bad++
			continue
		}
		fmt.Fprintf(c.out, "%s: ok\n", path)
	}
	if bad > 0 {
		return exit(codeUsage)
	}
	return nil
}
