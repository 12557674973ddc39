package main

import (
	"context"

	"github.com/locust-http/locust-http/load"
)

func (c *runCommand) runOnMaster(context.Context, []byte, load.Overrides) error {
	return notYet("--master")
}
