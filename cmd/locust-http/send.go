package main

import (
	"context"

	"github.com/spf13/cobra"
)

func newSend(p *process) *cobra.Command {
	return command{
		use: "send PLAN", short: "Send one transaction once and print the exchange", hidden: true,
		example: "locust-http send shop.yaml",
		args:    cobra.ArbitraryArgs,
		run:     func(context.Context) error { return notYet("send") },
	}.cobra()
}
