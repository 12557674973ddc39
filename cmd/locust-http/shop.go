package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/internal/testsite"
)

// shopCommand is the demo's target, in a process of its own so that its CPU time is
// not the generator's.
type shopCommand struct {
	*process
	Listen  string
	AnyPort bool
}

func newShop(p *process) *cobra.Command {
	c := &shopCommand{process: p}
	cmd := command{
		use: "shop", short: "The sample shop of the demo", hidden: true,
		example: "locust-http shop --listen 127.0.0.1:8099", run: c.Run,
	}.cobra()
	cmd.Flags().StringVar(&c.Listen, "listen", "127.0.0.1:0", "`HOST:PORT` to serve on")
	cmd.Flags().BoolVar(&c.AnyPort, "any-port", false, "take a free port when that one is taken")
	return cmd
}

// Run prints the shop's address and serves until standard input ends.
func (c *shopCommand) Run(ctx context.Context) error {
	ctx, cancel := asChild(ctx)
	defer cancel()
	ctx, cancelEOF := untilEOF(ctx, c.in)
	defer cancelEOF()
	s, err := testsite.Start(ctx, testsite.NewShop(), testsite.Options{Addr: c.Listen})
	if c.AnyPort && errors.Is(err, addressInUse) {
		s, err = testsite.Start(ctx, testsite.NewShop(), testsite.Options{})
	}
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintln(c.out, s.URL)
	<-ctx.Done()
	return nil
}
