package main

import (
	"context"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/internal/imprint"
	"github.com/locust-http/locust-http/load"
)

type versionCommand struct{ *process }

func newVersion(p *process) *cobra.Command {
	c := &versionCommand{p}
	return command{
		use: "version", short: "Print version, commit, Go and protocol number",
		example: "locust-http version",
		run:     c.Run,
	}.cobra()
}

func (c *versionCommand) Run(context.Context) error {
	own := imprint.Own()
	_, err := fmt.Fprintf(c.out, "locust-http %s\ncommit %s\n%s %s/%s\nprotocol %d\n",
		own.Version, own.Commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, load.Protocol)
	return err
}
