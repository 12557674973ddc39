package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/load"
)

// version and commit are set by the linker (make build); otherwise they are what the
// Go toolchain recorded.
var version, commit string

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
	b := readBuild()
	_, err := fmt.Fprintf(c.out, "locust-http %s\ncommit %s\n%s %s/%s\nprotocol %d\n",
		b.version, b.commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, load.Protocol)
	return err
}

// build says which source this binary was made from.
type build struct{ version, commit string }

func readBuild() build {
	b := build{version: version, commit: commit}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if b.version == "" {
		b.version = info.Main.Version
	}
	if b.version == "" {
		b.version = "(devel)"
	}
	if b.commit == "" {
		b.commit = recordedCommit(info.Settings)
	}
	return b
}

func recordedCommit(settings []debug.BuildSetting) string {
	text, modified := "unknown", ""
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			text = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = " (modified)"
		}
	}
	return text + modified
}
